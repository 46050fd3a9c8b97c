#include "models/applications/features.hpp"

#include <fmt/format.h>

#include <chrono>
#include <memory>
#include <optional>

#include "apps/command.hpp"
#include "autograd/error.hpp"
#include "models/codes.hpp"
#include "models/pca.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

constexpr std::size_t neighbours = 5;

struct Options : CommonOptions {
  std::string run, data;
  std::optional<std::size_t> labels_used;
  bool held_out = false;
};

/// What classifiers learn from and are judged on.
struct Examples {
  Dataset train, test;
  std::vector<std::uint8_t> train_labels, test_labels;
  std::vector<std::uint32_t> labelled;  ///< those of `train` whose labels are used; empty: all
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
  Examples examples{own.train, test, std::move(train_labels), std::move(test_labels), {}};
  if (options.labels_used)
    examples.labelled =
        choose_labelled(examples.train_labels, *options.labels_used, options.rng().fork(0));
  return examples;
}

/// The accuracies of the two classifiers on one kind of features.
struct Accuracies {
  double neighbours = 0;
  LogisticResult logistic = {};
};

/// `train` and `test` are the features of all examples; they are given away, since they may be
/// large.
Accuracies classify(const Examples& examples, Tensor train, Tensor test, const Rng& rng) {
  LabelledRows known{std::move(train), examples.train_labels},
      judged{std::move(test), examples.test_labels};
  if (!examples.labelled.empty()) known = pick(known, examples.labelled);
  Accuracies accuracies;
  accuracies.neighbours = knn_accuracy(known, judged, neighbours);
  accuracies.logistic = logistic_regression(std::move(known), std::move(judged), rng);
  return accuracies;
}

std::string row(const std::string& name, const Accuracies& accuracies) {
  return fmt::format("\n{:<24}{:>14.2f} %{:>18.2f} %   λ = {:g}", name, 100 * accuracies.neighbours,
                     100 * accuracies.logistic.accuracy, accuracies.logistic.penalty);
}

void compare_features(const Options& options) {
  using Clock = std::chrono::steady_clock;
  const auto started = Clock::now();
  options.apply();
  const TrainedModel trained = load_model(options.run);
  const Examples examples = load_examples(options, trained);
  const std::size_t size = trained.model->latent();
  const std::size_t used =
      examples.labelled.empty() ? examples.train.size() : examples.labelled.size();
  nlohmann::ordered_json json = {{"k", neighbours},
                                 {"code_size", size},
                                 {"labels_used", used},
                                 {"examples", examples.test.size()}};
  std::string table =
      fmt::format("{:<24}{:>16}{:>20}", "accuracy of", "5 neighbours", "logistic regression");
  const auto compare = [&](const std::string& name, const std::string& prefix, Tensor train,
                           Tensor test) {
    const Accuracies accuracies =
        classify(examples, std::move(train), std::move(test), options.rng().fork(1));
    table += row(name, accuracies);
    json[prefix + "knn_accuracy"] = accuracies.neighbours;
    json[prefix + "linear_accuracy"] = accuracies.logistic.accuracy;
    json[prefix + "linear_penalty"] = accuracies.logistic.penalty;
  };
  compare(fmt::format("{} numbers of code", size), "", encode_all(*trained.model, examples.train),
          encode_all(*trained.model, examples.test));
  if (size <= examples.train.features()) {
    const Pca pca = fit_pca(examples.train, size);
    compare(fmt::format("PCA-{}", size), "pca_", project(pca, pixels(examples.train)),
            project(pca, pixels(examples.test)));
  }
  compare("raw pixels", "pixel_", pixels(examples.train), pixels(examples.test));
  json["seconds"] = std::chrono::duration<double>(Clock::now() - started).count();

  options.print(fmt::format("{}, {} labels used, judged on {} examples of {}\n\n{}",
                            trained.run.model, thousands(used), thousands(examples.test.size()),
                            examples.test.name(), table));
  options.write_json(json);
}

}  // namespace

void add_features_command(CLI::App& app) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "features", "how well simple classifiers do with codes, beside PCA and raw pixels");
  command->add_option("run", options->run, "a training run's folder, or its model.safetensors")
      ->required()
      ->type_name("RUN");
  command->add_option("--data", options->data,
                      "other data than the run's own: labelled, learnt from its training split, "
                      "judged on its test split");
  command->add_option("--labels-used", options->labels_used,
                      "use only N labels, of each class as many, drawn by --seed");
  command->add_flag("--held-out", options->held_out,
                    "judge on the training examples that the run held out, not on the test set");
  options->add_to(*command, "hourglass features runs/first --labels-used 100 --json -");
  command->callback([options] { compare_features(*options); });
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
