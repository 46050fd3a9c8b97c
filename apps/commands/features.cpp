#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "apps/command.hpp"
#include "apps/commands/commands.hpp"
#include "apps/evaluation/metric_text.hpp"
#include "apps/reports/features_report.hpp"
#include "apps/reports/metric_rows.hpp"
#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/statistics/nearest_neighbours.hpp"
#include "hourglass/models/statistics/pca.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t neighbours = 5;

struct Options : CommonOptions {
  std::string run, data, report, command_line;
  std::vector<std::size_t> labels_used = {};
  std::size_t draws = 1;
  std::optional<std::size_t> pca;
  bool held_out = false;

  /// Without --labels-used, all examples have labels and there is nothing to draw.
  std::size_t draw_count() const { return labels_used.empty() ? 1 : draws; }
};

/// One kind of features of all examples.
struct Features {
  std::string name, json_prefix;  ///< see FeatureResult
  Tensor train, test;
};

/// Each kind of features, the codes first.
std::vector<Features> features_of(const Options& options, Autoencoder& model,
                                  const FeatureData& data) {
  const std::size_t size = model.latent();
  const std::size_t components = pca_components(size, data.train.features(), options.pca);
  const Tensor raw_train = to_tensor(data.train), raw_test = to_tensor(data.test);
  std::vector<Features> features;
  features.push_back({fmt::format("{} latent dimensions", size), "", encode_all(model, data.train),
                      encode_all(model, data.test)});
  const Pca pca = fit_pca(data.train, components);
  features.push_back(
      {fmt::format("PCA-{}", components), "pca_", project(pca, raw_train), project(pca, raw_test)});
  features.push_back(
      {data.train.is_table() ? "raw columns" : "raw pixels", "pixel_", raw_train, raw_test});
  return features;
}

/// The training examples that have labels in one of the draws.
std::vector<std::uint32_t> labelled_in_draw(const Options& options, const FeatureData& data,
                                            std::size_t labels_used, const Rng& rng) {
  if (!options.labels_used.empty()) return data.choose(labels_used, rng);
  std::vector<std::uint32_t> all(data.train.size());
  std::iota(all.begin(), all.end(), 0u);
  return all;
}

FeatureResult probe_features(const Options& options, const FeatureData& data,
                             const Features& features, std::size_t labels_used) {
  FeatureResult result{features.name, features.json_prefix, {}};
  for (std::size_t draw = 0; draw < options.draw_count(); ++draw) {
    const Rng rng = draw == 0 ? options.rng() : options.rng().fork(100 + draw);
    const auto chosen = labelled_in_draw(options, data, labels_used, rng.fork(0));
    result.draws.push_back(
        probe(features.train, features.test, data.task, chosen, neighbours, rng.fork(1)));
  }
  return result;
}

FeatureResults compare_features(const Options& options, const TrainedModel& trained,
                                const FeatureData& data, const std::vector<Features>& features) {
  FeatureResults results{.model_name = trained.run.model,
                         .code_size = trained.model->latent(),
                         .neighbours = neighbours,
                         .draws = options.draw_count(),
                         .data = data,
                         .comparisons = {}};
  std::vector<std::size_t> counts = options.labels_used;
  if (counts.empty()) counts = {data.train.size()};
  for (std::size_t labels_used : counts) {
    FeatureComparison comparison{labels_used, {}};
    for (const Features& each : features)
      comparison.results.push_back(probe_features(options, data, each, labels_used));
    results.comparisons.push_back(std::move(comparison));
  }
  return results;
}

/// Half of them are the first test examples, the others the first that are misclassified.
std::vector<std::uint32_t> worth_showing(const std::vector<std::uint8_t>& classes,
                                         const std::vector<std::uint8_t>& labels) {
  constexpr std::size_t count = 12;
  std::vector<std::uint32_t> shown;
  for (std::uint32_t i = 0; i < std::min(count / 2, labels.size()); ++i) shown.push_back(i);
  for (std::size_t i = shown.size(); i < labels.size() && shown.size() < count; ++i)
    if (classes[i] != labels[i]) shown.push_back(static_cast<std::uint32_t>(i));
  return shown;
}

/// Logistic regression on the codes, with the largest number of labels, trained as in the first draw;
/// none if there are no classes.
std::optional<Readout> read_out(const Options& options, const FeatureData& data,
                                const Features& codes) {
  if (!data.task.has_classes()) return {};
  Readout readout{.labels_used = options.labels_used.empty()
                                     ? data.train.size()
                                     : *std::max_element(options.labels_used.begin(),
                                                         options.labels_used.end()),
                  .classes = {},
                  .shown = {},
                  .nearest = {}};
  const auto chosen = labelled_in_draw(options, data, readout.labels_used, options.rng().fork(0));
  LabeledRows known{select_rows(codes.train, chosen), {}};
  for (std::uint32_t i : chosen) known.labels.push_back(data.task.train_labels[i]);
  readout.classes =
      logistic_regression(known, {codes.test, data.task.test_labels}, options.rng().fork(1))
          .classes;
  readout.shown = worth_showing(readout.classes, data.task.test_labels);
  const Tensor shown = select_rows(codes.test, readout.shown);
  for (const auto& nearest : nearest_neighbours(known.rows, shown, neighbours)) {
    std::vector<std::uint32_t>& rows = readout.nearest.emplace_back();
    for (const Neighbour& one : nearest)
      rows.push_back(chosen[one.row]);  // its place among all training examples
  }
  return readout;
}

void run_features(const Options& options) {
  using Clock = std::chrono::steady_clock;
  const auto started = Clock::now();
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const FeatureData data = load_feature_data(trained, options.data, options.held_out);
  for (std::size_t labels_used : options.labels_used)
    data.choose(labels_used, options.rng());  // throws before any work is done
  const std::vector<Features> features = features_of(options, *trained.model, data);
  const FeatureResults results = compare_features(options, trained, data, features);
  nlohmann::ordered_json json = to_json(results);
  expect_finite(json, data.test.name());
  if (!options.report.empty())
    write_atomically(
        options.report,
        features_report(results, read_out(options, data, features.front()), options.command_line));
  json["seconds"] = std::chrono::duration<double>(Clock::now() - started).count();
  options.print(to_table(results));
  options.warn(warnings_of(results.comparisons));
  options.write_json(json);
}

}  // namespace

void add_features_command(CLI::App& app, const std::string& command_line) {
  auto options = std::make_shared<Options>();
  options->command_line = command_line;
  CLI::App* command = app.add_subcommand(
      "features", "what simple learners make of the codes, beside PCA and raw pixels");
  add_run_option(*command, options->run);
  add_data_option(*command, options->data,
                  "other data than the run's own: labelled, learnt from its training split, "
                  "measured on its test split");
  command
      ->add_option("--labels-used", options->labels_used,
                   "use only N labels, the same number of each class, drawn by --seed; several "
                   "numbers, 10,100,1000, make a table each")
      ->check(positive)
      ->delimiter(',')
      ->type_name("N");
  command
      ->add_option("--draws", options->draws,
                   "give means over N draws of which examples have labels; 1 unless given")
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  command
      ->add_option(
          "--pca", options->pca,
          "components of the PCA beside it; unless given as many as the latent dimensions, or half "
          "the columns where the code is as wide as they are")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("K");
  options->add_report(*command, options->report,
                      "write a page of the metrics, with what is taken for what and the training "
                      "pictures whose codes are nearest");
  command->add_flag("--held-out", options->held_out,
                    "measure on the training examples that the run held out, not on the test set");
  options->add_to(*command, "hourglass features runs/first --labels-used 100 --json -");
  command->callback([options] { run_features(*options); });
}

}}  // namespace hourglass
