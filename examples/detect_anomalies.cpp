// Anomalies in a service's loop: a line of numbers comes in, a verdict goes out, nothing stops it.
//     hourglass train vanilla --data 'digits?labels=0,1,2' --hold-out 100 --latent 8 --epochs 100 \
//                             --batch 16 --out runs/few && detect_anomalies runs/few < images.txt
#include <cstdio>
#include <hourglass/hourglass.hpp>
#include <iostream>
#include <sstream>

using namespace hourglass;

int main(int argc, char** argv) try {
  if (argc != 2) throw ConfigError("usage: detect_anomalies RUN, trained on normal examples");
  const TrainedModel trained = load_model(argv[1]);
  const RunOptions& run = trained.run;
  const TrainingData data = load_training(run.data, run.limit, run.hold_out, run.scale);
  const AnomalyDetector detector(*trained.model, data.train, data.validation, Rng(1));
  // One in twenty normal examples may be called an anomaly.
  const double threshold = threshold_at(detector.validation_scores().named("combined"), 0.05);
  for (std::string line; std::getline(std::cin, line);) try {
      std::istringstream in(line);
      std::vector<Scalar> numbers{std::istream_iterator<Scalar>(in), {}};
      if (numbers.size() != data.train.features())
        throw DataError("a line has " + std::to_string(data.train.features()) +
                        " numbers from 0 to 1, this one " + std::to_string(numbers.size()));
      std::vector<std::uint8_t> bytes;
      for (const Scalar number : numbers) bytes.push_back(std::uint8_t(std::lround(255 * number)));
      const Dataset one("line", data.train.example_shape(), bytes);
      const double score = detector.score(one).named("combined")[0];
      std::printf("%s %.2f\n", score > threshold ? "anomaly" : "normal", score);
    } catch (const Error& error) {
      std::printf("error %s\n", error.what());
    }
} catch (const Error& error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 2;
}
