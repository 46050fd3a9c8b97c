// Times the engine beside the bare products of its step, a loop written by hand, and PyTorch.
// Google Benchmark runs everything in turns, many times over, so that a machine that drifts is
// unfair to nobody; the figures are medians.

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <limits>
#include <map>
#include <optional>

#include "curves.hpp"
#include "hand_written.hpp"
#include "hourglass/autograd/kernels/blas.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/nn/files/atomic_file.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "models.hpp"
#include "processes.hpp"
#include "single_operations.hpp"
#include "tests/support/allocations.hpp"

using namespace hourglass;
using json = nlohmann::ordered_json;

namespace {

/// One way of doing a row's work: made when it is first needed, kept to the end.
using Prepare = std::function<std::function<void()>()>;

/// A line of a table.
struct Row {
  std::string name;
  Prepare ours, products = {}, hand = {};
  nlohmann::json peer = {};
  bool deterministic = false;
};

Tensor random_batch(std::size_t rows) {
  Tensor batch = filled({rows, 784});
  Rng(1).fill_uniform(batch, 0, 1);
  return batch;
}

/// A model, its trainer and a batch: what a training step needs.
struct Training {
  Training(std::unique_ptr<Autoencoder> made, std::size_t rows)
      : model(std::move(made)), trainer(*model, {}, Rng(3)), batch(random_batch(rows)) {}
  std::unique_ptr<Autoencoder> model;
  Trainer trainer;
  Tensor batch;
};

Prepare training_step(std::function<std::unique_ptr<Autoencoder>()> make, std::size_t batch) {
  return [make = std::move(make), batch] {
    auto training = std::make_shared<Training>(make(), batch);
    return [training] { training->trainer.step(training->batch); };
  };
}

Prepare bare_products(const std::vector<Product>& list) {
  return [list] {
    auto products = std::make_shared<Products>(list);
    return [products] { products->run(); };
  };
}

Prepare hand_written(const std::vector<std::size_t>& sizes, std::size_t batch) {
  return [sizes, batch] {
    Rng rng(2);
    auto loop = std::make_shared<HandWritten>(sizes, batch, rng);
    return [loop, x = random_batch(batch)] { benchmark::DoNotOptimize(loop->step(x)); };
  };
}

/// The three models, at batch 128.
std::vector<Row> model_rows(const std::string& suffix = "") {
  std::vector<Row> rows;
  for (const std::string name : {"dense", "variational", "convolutional"})
    rows.push_back({.name = name + suffix,
                    .ours = training_step(
                        [name] {
                          Rng rng(2);
                          return make_benchmark_model(name, rng);
                        },
                        128),
                    .products = bare_products(products_of(name, 128)),
                    .hand = name == "dense" ? hand_written({784, 256, 64, 256, 784}, 128) : nullptr,
                    .peer = name});
  return rows;
}

std::vector<Row> deterministic_rows() {
  std::vector<Row> rows = model_rows(", deterministic");
  for (Row& row : rows) {
    row.deterministic = true;
    row.products = row.hand = nullptr;
    row.peer = nullptr;
  }
  return rows;
}

std::vector<Row> operation_rows() {
  std::vector<Row> rows;
  for (const SingleOperation& operation : single_operations())
    rows.push_back({.name = operation.name, .ours = operation.prepare, .peer = operation.peer});
  return rows;
}

/// How the time of a step grows with the batch, the width and the depth of a dense autoencoder.
std::vector<Row> scaling_rows() {
  std::vector<Row> rows;
  const auto add = [&](const std::string& name, std::size_t batch,
                       const std::vector<std::size_t>& hidden) {
    std::vector<std::size_t> sizes = {784};
    sizes.insert(sizes.end(), hidden.begin(), hidden.end());
    sizes.push_back(64);
    for (std::size_t i = sizes.size() - 1; i-- > 0;) sizes.push_back(sizes[i]);
    rows.push_back({.name = name,
                    .ours = training_step(
                        [hidden] {
                          Rng rng(2);
                          return make_dense_model(hidden, 64, rng);
                        },
                        batch),
                    .products = bare_products(products_of_dense(sizes, batch))});
  };
  for (std::size_t batch = 1; batch <= 4096; batch *= 4)
    add(fmt::format("batch {}", batch), batch, {256});
  for (std::size_t width : {64, 256, 1024, 4096}) add(fmt::format("width {}", width), 128, {width});
  for (std::size_t depth : {1, 2, 4, 8})
    add(fmt::format("depth {}", depth), 128, std::vector<std::size_t>(depth, 256));
  return rows;
}

/// Median seconds by contender and number of threads, and the allocations of a step of ours.
struct Result {
  std::map<std::string, std::map<int, double>> seconds;
  std::optional<std::size_t> allocations;

  /// The best number of threads and its milliseconds.
  std::pair<int, double> best(const std::string& contender) const {
    std::pair<int, double> best = {0, std::numeric_limits<double>::quiet_NaN()};
    const auto found = seconds.find(contender);
    if (found == seconds.end()) return best;
    for (const auto& [threads, time] : found->second)
      if (!(best.second <= 1e3 * time)) best = {threads, 1e3 * time};
    return best;
  }
};

/// Why a run was skipped, empty where it was not. Google Benchmark 1.8 renamed both fields.
template <class Run>
std::string failure_of(const Run& run) {
  if constexpr (requires { run.skip_message; })
    return run.skipped ? run.skip_message : "";
  else
    return run.error_occurred ? run.error_message : "";
}

/// Collects the medians that Google Benchmark reports.
class Medians : public benchmark::BenchmarkReporter {
 public:
  bool ReportContext(const Context&) override { return true; }
  void ReportRuns(const std::vector<Run>& runs) override {
    for (const Run& run : runs)
      if (const std::string failure = failure_of(run); !failure.empty())
        throw std::runtime_error(failure);
      else if (run.aggregate_name == "median")
        of[run.run_name.function_name] = run.GetAdjustedRealTime();
  }
  std::map<std::string, double> of;
};

/// The numbers of threads to try: 1 and as many as there are.
std::vector<int> thread_counts() {
  static const int all = threads();
  return all > 1 ? std::vector<int>{1, all} : std::vector<int>{1};
}

void register_ours(const std::string& name, const Prepare& prepare, int count, bool deterministic,
                   std::optional<std::size_t>* allocated) {
  auto run = std::make_shared<std::function<void()>>();
  benchmark::RegisterBenchmark(
      name.c_str(),
      [=](benchmark::State& state) {
        set_threads(count);
        set_deterministic(deterministic);
        if (!*run) {
          *run = prepare();
          for (int i = 0; i < 3; ++i) (*run)();
        }
        (*run)();  // OpenMP makes its team anew where the number of threads has changed
        const std::size_t before = hourglass::testing::allocations();
        (*run)();
        if (allocated) *allocated = hourglass::testing::allocations() - before;
        for (auto _ : state) (*run)();
        set_deterministic(false);
      })
      ->UseRealTime()
      ->Unit(benchmark::kSecond);
}

void register_peer(const std::string& name, Peer& peer, const nlohmann::json& what, int count) {
  benchmark::RegisterBenchmark(name.c_str(),
                               [=, &peer](benchmark::State& state) {
                                 peer.seconds(what, count);
                                 for (auto _ : state)
                                   state.SetIterationTime(peer.seconds(what, count));
                               })
      ->UseManualTime()
      ->Unit(benchmark::kSecond);
}

std::vector<Result> measure(const std::vector<Row>& rows, Peer* peer) {
  std::vector<Result> results(rows.size());
  const auto name = [](std::size_t row, const std::string& contender, int count) {
    return fmt::format("{}:{}:{}", row, contender, count);
  };
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (int count : thread_counts()) {
      const Row& row = rows[i];
      register_ours(name(i, "ours", count), row.ours, count, row.deterministic,
                    &results[i].allocations);
      if (row.products)
        register_ours(name(i, "products", count), row.products, count, false, nullptr);
      if (row.hand) register_ours(name(i, "hand", count), row.hand, count, false, nullptr);
      if (peer && !row.peer.is_null())
        register_peer(name(i, "peer", count), *peer, row.peer, count);
    }
  Medians medians;
  benchmark::RunSpecifiedBenchmarks(&medians);
  benchmark::ClearRegisteredBenchmarks();
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (const char* contender : {"ours", "products", "hand", "peer"})
      for (int count : thread_counts())
        if (const auto found = medians.of.find(name(i, contender, count));
            found != medians.of.end())
          results[i].seconds[contender][count] = found->second;
  return results;
}

/// "1.234", or "–" for what was not measured.
std::string cell(double number, int digits) {
  return std::isnan(number) ? "–" : fmt::format("{:.{}f}", number, digits);
}

void print(const std::string& title, const std::vector<Row>& rows,
           const std::vector<Result>& results) {
  fmt::print("\n{}\n", title);
  fmt::print("{:<40} {:>9} {:>8} {:>9} {:>9} {:>9} {:>11} {:>10} {:>6}\n", "", "ours ms", "threads",
             "products", "by hand", "PyTorch", "PyTorch/ours", "ours/hand", "alloc");
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto [threads, ours] = results[i].best("ours");
    const double hand = results[i].best("hand").second, peer = results[i].best("peer").second;
    fmt::print("{:<40} {:>9} {:>8} {:>9} {:>9} {:>9} {:>11} {:>10} {:>6}\n", rows[i].name,
               cell(ours, 3), threads, cell(results[i].best("products").second, 3), cell(hand, 3),
               cell(peer, 3), cell(peer / ours, 2), cell(ours / hand, 2),
               results[i].allocations.value_or(0));
  }
}

json to_json(double number) {
  return std::isnan(number) ? json(nullptr) : json(number);
}

void append(json& all, const std::vector<Row>& rows, const std::vector<Result>& results) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto [threads, ours] = results[i].best("ours");
    const double hand = results[i].best("hand").second, peer = results[i].best("peer").second;
    all.push_back({{"name", rows[i].name},
                   {"ours_ms", to_json(ours)},
                   {"gemm_ms", to_json(results[i].best("products").second)},
                   {"hand_ms", to_json(hand)},
                   {"peer_ms", to_json(peer)},
                   {"ratio_peer", to_json(peer / ours)},
                   {"ratio_hand", to_json(ours / hand)},
                   {"allocations", results[i].allocations.value_or(0)},
                   {"threads", threads},
                   {"blas_core", blas_core()}});
  }
}

int run(int count, char** arguments) {
  CLI::App app(
      "Times the engine beside the bare products of its step, a loop by hand and PyTorch.");
  std::string file, curves, only;
  bool peers = false;
  app.add_flag("--peers", peers, "time PyTorch too (python3-torch)");
  app.add_option("--json", file, "write the figures to FILE");
  app.add_option("--table", only, "one of models, busy, deterministic, operations and growth, only")
      ->check(CLI::IsMember({"models", "busy", "deterministic", "operations", "growth"}));
  app.add_option("--curves", curves, "write the models' weights, batches and losses to FILE, only");
  CLI11_PARSE(app, count, arguments);
  if (!curves.empty()) {
    write_curves(curves);
    return 0;
  }

  std::vector<std::string> words = {"benchmark", "--benchmark_repetitions=11",
                                    "--benchmark_enable_random_interleaving=true",
                                    "--benchmark_min_time=0.05"};
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  int given = static_cast<int>(pointers.size());
  benchmark::Initialize(&given, pointers.data());

  // With our choice of kernels for both: PyTorch's OpenBLAS makes none of its own.
  setenv("OPENBLAS_CORETYPE", blas_core().c_str(), 1);
  std::optional<Peer> peer;
  if (peers) peer.emplace(HOURGLASS_PEER);

  json all = json::array();
  const auto is_wanted = [&](const std::string& name) { return only.empty() || only == name; };
  const auto table = [&](const std::string& title, const std::vector<Row>& rows) {
    const std::vector<Result> results = measure(rows, peer ? &*peer : nullptr);
    print(title, rows, results);
    append(all, rows, results);
  };
  fmt::print(
      "float{}, OpenBLAS core {}, threads {}; medians in ms, the best number of threads for "
      "each side\n",
      8 * sizeof(Scalar), blas_core(), fmt::join(thread_counts(), " or "));
  if (is_wanted("models")) table("A training step, batch 128", model_rows());
  if (is_wanted("busy")) {
    BusyCore busy;
    table("The same with one core kept busy", model_rows(", one core busy"));
  }
  if (is_wanted("deterministic"))
    table("The same bits on any number of threads", deterministic_rows());
  if (is_wanted("operations")) table("Single operations, forward and backward", operation_rows());
  peer.reset();
  if (is_wanted("growth"))
    table("How a step grows: 784-256-64-256-784 unless said otherwise", scaling_rows());
  if (!file.empty()) write_atomically(file, all.dump(2) + "\n");
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  try {
    return run(count, arguments);
  } catch (const std::exception& error) {
    fmt::print(stderr, "benchmark: {}\n", error.what());
    return 1;
  }
}
