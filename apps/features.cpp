#include "models/applications/features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <vector>

#include "apps/command.hpp"
#include "autograd/error.hpp"
#include "models/applications/ridge.hpp"
#include "models/applications/strokes.hpp"
#include "models/codes.hpp"
#include "models/pca.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

constexpr std::size_t neighbours = 5;

struct Options : CommonOptions {
  std::string run, data, report, command_line;
  std::vector<std::size_t> labels_used = {};
  std::size_t draws = 1;
  std::optional<std::size_t> pca;
  bool held_out = false;
};

/// What is learnt from and judged on. Slant and stroke width are measured, so no labels are needed.
struct Examples {
  Dataset train, test;
  std::vector<std::uint8_t> train_labels, test_labels;
  std::vector<Target> targets;
};

Examples load_examples(const Options& options, const TrainedModel& trained) {
  HeldOut own = options.data.empty()
                    ? load_training_data(trained.run)
                    : HeldOut{load_data_for(trained, options.data, Split::train), {"", {1}, {}}};
  if (options.held_out && own.validation.size() == 0)
    throw ConfigError("--held-out: the run was trained without --hold-out, or --data is given");
  Dataset test =
      options.held_out ? own.validation : load_data_for(trained, options.data, Split::test);
  std::vector<std::uint8_t> train_labels = all_labels(own.train), test_labels = all_labels(test);
  std::vector<Target> targets = stroke_targets(own.train, test);
  return {own.train, test, std::move(train_labels), std::move(test_labels), std::move(targets)};
}

/// One kind of features of all examples.
struct Kind {
  std::string name, prefix;  ///< for people, and of its names in the JSON
  Tensor train, test;
};

/// Figures by their names in the JSON.
using Results = std::map<std::string, double>;

Tensor pick_rows(const Tensor& rows, const std::vector<std::uint32_t>& chosen) {
  Tensor some = filled({chosen.size(), rows.shape()[1]});
  for (std::size_t i = 0; i < chosen.size(); ++i)
    std::copy_n(rows.data() + chosen[i] * rows.shape()[1], rows.shape()[1],
                some.data() + i * rows.shape()[1]);
  return some;
}

/// Everything learnt from the training rows `chosen`, judged on all test rows.
Results learn(const Examples& examples, const Kind& kind, const std::vector<std::uint32_t>& chosen,
              const Rng& rng) {
  LabelledRows known{pick_rows(kind.train, chosen), {}};
  for (std::uint32_t i : chosen) known.labels.push_back(examples.train_labels[i]);
  const LabelledRows judged{kind.test, examples.test_labels};
  Results results;
  for (const Target& target : examples.targets) {
    std::vector<double> y;
    for (std::uint32_t i : chosen) y.push_back(target.train[i]);
    const RidgeResult ridge = ridge_regression(known.rows, y, kind.test, target.test);
    results["ridge_" + target.name + "_r2"] = ridge.r2;
    results["ridge_" + target.name + "_rmse"] = ridge.rmse;
  }
  results["knn_accuracy"] = knn_accuracy(known, judged, neighbours);
  const LogisticResult logistic = logistic_regression(std::move(known), judged, rng);
  results["linear_accuracy"] = logistic.accuracy;
  results["linear_penalty"] = logistic.penalty;
  results["best_accuracy"] = std::max(logistic.accuracy, results["knn_accuracy"]);
  return results;
}

/// The same as a mean over several draws of which `used` examples have labels.
Results learn_with(const Options& options, const Examples& examples, const Kind& kind,
                   std::size_t used) {
  const bool all = used == examples.train.size() && options.labels_used.empty();
  const std::size_t draws = all ? 1 : options.draws;
  Results mean;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    std::vector<std::uint32_t> chosen(examples.train.size());
    std::iota(chosen.begin(), chosen.end(), 0u);
    const Rng rng = draw == 0 ? options.rng() : options.rng().fork(100 + draw);
    if (!all) chosen = choose_labelled(examples.train_labels, used, rng.fork(0));
    for (const auto& [name, value] : learn(examples, kind, chosen, rng.fork(1)))
      mean[name] += value / static_cast<double>(draws);
  }
  return mean;
}

std::vector<Kind> kinds_of_features(const Options& options, Autoencoder& model,
                                    const Examples& examples) {
  const std::size_t size = model.latent(), components = options.pca.value_or(size);
  std::vector<Kind> kinds;
  kinds.push_back({fmt::format("{} numbers of code", size), "", encode_all(model, examples.train),
                   encode_all(model, examples.test)});
  kinds.push_back({"raw pixels", "pixel_", pixels(examples.train), pixels(examples.test)});
  if (components <= examples.train.features()) {
    const Pca pca = fit_pca(examples.train, components);
    Kind projected = {fmt::format("PCA-{}", components), "pca_", project(pca, kinds.back().train),
                      project(pca, kinds.back().test)};
    kinds.insert(kinds.begin() + 1, std::move(projected));
  }
  return kinds;
}

/// The heading of a table, and under it a row for each kind of features.
std::string heading(const Examples& examples, std::size_t used) {
  std::string line =
      fmt::format("{:<24}{:>14}{:>14}", thousands(used) + " labels", "5 neighbours", "logistic");
  for (const Target& target : examples.targets)
    line += fmt::format("{:>18}",
                        "R² " + (target.name == "slant" ? "slant" : std::string("stroke width")));
  return line;
}
std::string row(const Examples& examples, const Kind& kind, const Results& results) {
  std::string line =
      fmt::format("\n{:<24}{:>12.2f} %{:>12.2f} %", kind.name, 100 * results.at("knn_accuracy"),
                  100 * results.at("linear_accuracy"));
  for (const Target& target : examples.targets)
    line += fmt::format("{:>17.3f}", results.at("ridge_" + target.name + "_r2"));
  return line;
}

/// All kinds of features with `used` labels: a table, and the figures for the JSON.
nlohmann::ordered_json compare(const Options& options, const Examples& examples,
                               const std::vector<Kind>& kinds, std::size_t used,
                               std::string& table) {
  nlohmann::ordered_json json = {{"labels_used", used}};
  table += (table.empty() ? "" : "\n\n") + heading(examples, used);
  double others = 0;
  for (const Kind& kind : kinds) {
    const Results results = learn_with(options, examples, kind, used);
    table += row(examples, kind, results);
    for (const auto& [name, value] : results) json[kind.prefix + name] = value;
    if (!kind.prefix.empty()) others = std::max(others, results.at("best_accuracy"));
  }
  json["margin"] = json["best_accuracy"].get<double>() - others;
  return json;
}

void compare_features(const Options& options) {
  using Clock = std::chrono::steady_clock;
  const auto started = Clock::now();
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const Examples examples = load_examples(options, trained);
  for (std::size_t used : options.labels_used)
    choose_labelled(examples.train_labels, used, options.rng());  // said before any work is done
  const std::vector<Kind> kinds = kinds_of_features(options, *trained.model, examples);
  std::vector<std::size_t> counts = options.labels_used;
  if (counts.empty()) counts = {examples.train.size()};
  std::string table;
  std::vector<nlohmann::ordered_json> results;
  for (std::size_t used : counts) results.push_back(compare(options, examples, kinds, used, table));

  nlohmann::ordered_json json = {{"k", neighbours},
                                 {"code_size", trained.model->latent()},
                                 {"examples", examples.test.size()},
                                 {"draws", options.draws}};
  json.update(results.front());
  if (results.size() > 1) json["by_labels"] = results;
  json["seconds"] = std::chrono::duration<double>(Clock::now() - started).count();
  options.print(fmt::format("{}, judged on {} examples of {}\n\n{}", trained.run.model,
                            thousands(examples.test.size()), examples.test.name(), table));
  options.write_json(json);
}

}  // namespace

void add_features_command(CLI::App& app, const std::string& command_line) {
  auto options = std::make_shared<Options>();
  options->command_line = command_line;
  CLI::App* command = app.add_subcommand(
      "features", "what simple learners make of the codes, beside PCA and raw pixels");
  command->add_option("run", options->run, "a training run's folder, or its model.safetensors")
      ->required()
      ->type_name("RUN");
  command->add_option("--data", options->data,
                      "other data than the run's own: labelled, learnt from its training split, "
                      "judged on its test split");
  command
      ->add_option("--labels-used", options->labels_used,
                   "use only N labels, of each class as many, drawn by --seed; several numbers, "
                   "10,100,1000, make a table each")
      ->check(positive)
      ->delimiter(',')
      ->type_name("N");
  command
      ->add_option("--draws", options->draws,
                   "means over so many draws of which examples have labels; 1 unless given")
      ->check(CLI::Range(1, 1000))
      ->type_name("N");
  command
      ->add_option("--pca", options->pca,
                   "components of the PCA beside it; as many as the code has numbers unless given")
      ->check(CLI::Range(1, 1'000'000))
      ->type_name("K");
  command->add_flag("--held-out", options->held_out,
                    "judge on the training examples that the run held out, not on the test set");
  options->add_to(*command, "hourglass features runs/first --labels-used 100 --json -");
  command->callback([options] { compare_features(*options); });
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
