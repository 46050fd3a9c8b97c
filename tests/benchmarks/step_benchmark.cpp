#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "autograd/blas.hpp"
#include "autograd/threads.hpp"
#include "hand_written.hpp"
#include "models/vanilla.hpp"
#include "nn/trainer.hpp"

// One training step of 784-256-64-256-784 (ReLU, sigmoid, squared error, Adam) at batch 128:
// the engine, a loop written by hand around the same products, and the products alone.

using namespace hourglass;

namespace {

const std::vector<std::size_t> sizes = {784, 256, 64, 256, 784};

Tensor random_batch() {
  Tensor batch = filled({128, sizes[0]});
  Rng(1).fill_uniform(batch, 0, 1);
  return batch;
}

void ours(benchmark::State& state) {
  set_threads(static_cast<int>(state.range(0)));
  Rng rng(2);
  Vanilla model(sizes[0], {.latent = sizes[2], .hidden = {sizes[1]}}, rng);
  const auto loss = [&](Tape& tape, const Tensor& batch, Rng& noise) {
    return model.loss(tape, batch, noise);
  };
  Trainer trainer(model, loss, {}, Rng(3));
  const Tensor batch = random_batch();
  for (auto _ : state) trainer.step(batch);
}

void hand(benchmark::State& state) {
  set_threads(static_cast<int>(state.range(0)));
  Rng rng(2);
  HandWritten loop(sizes, 128, rng);
  const Tensor batch = random_batch();
  for (auto _ : state) benchmark::DoNotOptimize(loop.step(batch));
}

void products(benchmark::State& state) {
  set_threads(static_cast<int>(state.range(0)));
  Rng rng(2);
  HandWritten loop(sizes, 128, rng);
  const Tensor batch = random_batch();
  for (auto _ : state) loop.products(batch);
}

BENCHMARK(ours)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(hand)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(products)->Arg(1)->Arg(2)->UseRealTime()->Unit(benchmark::kMillisecond);

/// Collects the medians, and prints them side by side when all is done.
class SideBySide : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs)
      if (run.aggregate_name == "median")
        medians_[run.run_name.function_name][run.run_name.args] = run.GetAdjustedRealTime();
  }
  void Finalize() override {
    fmt::print("784-256-64-256-784, batch 128, {}, OpenBLAS core {}; medians in ms\n",
               sizeof(Scalar) == 4 ? "float32" : "float64", blas_core());
    fmt::print("{:<8} {:>8} {:>8} {:>9} {:>11} {:>13}\n", "threads", "ours", "by hand", "products",
               "ours/hand", "ours/products");
    for (const auto& [threads, ours] : medians_["ours"]) {
      const double hand = medians_["hand"][threads], products = medians_["products"][threads];
      fmt::print("{:<8} {:>8.3f} {:>8.3f} {:>9.3f} {:>11.3f} {:>13.3f}\n", threads, ours, hand,
                 products, ours / hand, ours / products);
    }
  }

 private:
  std::map<std::string, std::map<std::string, double>> medians_;
};

}  // namespace

int main(int count, char** arguments) {
  // Interleaved repetitions, so that a machine that drifts is unfair to nobody.
  std::vector<std::string> words = {arguments[0], "--benchmark_repetitions=15",
                                    "--benchmark_enable_random_interleaving=true",
                                    "--benchmark_min_time=0.2"};
  words.insert(words.end(), arguments + 1, arguments + count);
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  int given = static_cast<int>(pointers.size());
  benchmark::Initialize(&given, pointers.data());
  if (benchmark::ReportUnrecognizedArguments(given, pointers.data())) return 2;
  SideBySide reporter;
  benchmark::RunSpecifiedBenchmarks(&reporter);
}
