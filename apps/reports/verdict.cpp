#include "apps/reports/verdict.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apps/evaluation/evaluation_set.hpp"
#include "apps/evaluation/training_data.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/stacked.hpp"
#include "hourglass/models/statistics/sample_quality.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// The code and the class of each example, by the classifier.
struct Judged {
  Tensor features;
  std::vector<std::uint8_t> labels;
};
Judged judge_rows(Stacked& classifier, const Tensor& rows) {
  const std::size_t count = rows.shape()[0], columns = rows.shape()[1];
  Judged judged{filled({count, classifier.latent()}), {}};
  constexpr std::size_t chunk = 1000;
  const ModeGuard mode = ModeGuard::evaluation(classifier);
  for (std::size_t first = 0; first < count; first += chunk) {
    Tensor some = filled({std::min(chunk, count - first), columns});
    std::copy_n(rows.data() + first * columns, some.size(), some.data());
    Tape tape(Tape::Gradients::off);
    Var x = tape.constant(some);
    const Tensor& codes = classifier.encode(x).value();
    std::copy_n(codes.data(), codes.size(), judged.features.data() + first * classifier.latent());
    const Tensor& logits = classifier.class_logits(x).value();
    const std::size_t classes = logits.shape()[1];
    for (std::size_t i = 0; i < some.shape()[0]; ++i) {
      const Scalar* row = logits.data() + i * classes;
      judged.labels.push_back(
          static_cast<std::uint8_t>(std::max_element(row, row + classes) - row));
    }
  }
  return judged;
}

/// `count` examples, evenly spread over the set (the first half of MNIST's test set is the easier
/// one).
Tensor spread_rows(const Dataset& data, std::size_t count) {
  const std::size_t rows = std::min(count, data.size());
  Tensor spread = filled({rows, data.features()});
  for (std::size_t i = 0; i < rows; ++i)
    data.read_example(i * data.size() / rows, spread.data() + i * data.features());
  return spread;
}

}  // namespace

Verdict judge(const std::string& run, const TrainedModel& trained, const Samples& samples) {
  const TrainedModel other = load_model(run);
  auto* classifier = dynamic_cast<Stacked*>(other.model.get());
  if (!classifier || other.run.example_shape != trained.run.example_shape)
    throw ConfigError("--judge: " + run +
                      " is no stacked model with fine_tune=labels for examples of this shape");
  const std::size_t count = samples.examples.shape()[0];
  constexpr std::size_t most = 5000;  // of each crowd: distances of all to all
  Tensor drawn = filled({std::min(most, count), samples.examples.shape()[1]});
  const std::size_t stride = count / drawn.shape()[0];  // classes come one after the other
  for (std::size_t i = 0; i < drawn.shape()[0]; ++i)
    std::copy_n(samples.examples.data() + i * stride * drawn.shape()[1], drawn.shape()[1],
                drawn.data() + i * drawn.shape()[1]);
  const TrainingData training = training_data_for("--judge", trained);
  const EvaluationSet set = load_evaluation_set(trained.run, training, trained.run.scale);
  if (set.measured_on.may_be_trained_on())
    throw ConfigError(fmt::format(
        "--judge compares with examples that {} was not trained on, and {} leaves none: train it "
        "with a test split, or with --hold-out",
        trained.run.model, trained.run.data));
  const Tensor test = judge_rows(*classifier, spread_rows(set.data, most)).features;
  const Tensor train =
      judge_rows(*classifier, spread_rows(training.train, drawn.shape()[0])).features;
  const Tensor made = judge_rows(*classifier, drawn).features;
  Verdict verdict;
  verdict.table = fmt::format("\n\n{:<28}{:>12}{:>16}", "by the judge's features", "samples",
                              "training images");
  const auto add = [&](const char* name, const char* field, double ours, double real) {
    verdict.table += fmt::format("\n{:<28}{:>12.3f}{:>16.3f}", name, ours, real);
    verdict.json[field] = ours;
    verdict.json[std::string("real_") + field] = real;
  };
  const PrecisionRecall ours = precision_recall(test, made), real = precision_recall(test, train);
  add(set.measured_on.is_test() ? "Fréchet distance to test" : "Fréchet distance to held-out",
      "frechet_distance", frechet_distance(made, test), frechet_distance(train, test));
  add("precision", "precision", ours.precision, real.precision);
  add("recall", "recall", ours.recall, real.recall);
  verdict.json["measured_on"] = set.measured_on.to_json();
  if (!samples.labels.empty()) {
    const std::vector<std::uint8_t> seen = judge_rows(*classifier, samples.examples).labels;
    std::size_t right = 0;
    for (std::size_t i = 0; i < seen.size(); ++i) right += seen[i] == samples.labels[i];
    const double accuracy = static_cast<double>(right) / static_cast<double>(seen.size());
    verdict.json["class_accuracy"] = accuracy;
    verdict.table += fmt::format("\n{:<28}{:>10.2f} %", "seen as their class", 100 * accuracy);
  }
  return verdict;
}

}}  // namespace hourglass
