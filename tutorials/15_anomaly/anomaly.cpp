// Chapter 15: what is unlike the rest, on cells from real biopsies.
#include <fstream>
#include <hourglass/hourglass.hpp>

#include "chapter.hpp"
#include "hourglass/drawing/plot.hpp"

using namespace hourglass;

namespace {

constexpr std::uint8_t malignant = 0, benign = 1;

// [train]
void train(Autoencoder& model, const Dataset& normal, std::size_t epochs) {
  Batches batches(normal, 32, Rng(1));
  Trainer trainer(model, {.epochs = epochs, .batch = 32, .lr = 0.01}, Rng(2));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
}
// [/train]

// [auc]
/// The chance that a strange example has a higher score than a normal one: every pair is asked.
double auc_by_pairs(const std::vector<double>& normal, const std::vector<double>& strange) {
  double won = 0;
  for (double n : normal)
    for (double s : strange) won += s > n ? 1 : s == n ? 0.5 : 0;
  return won / static_cast<double>(normal.size() * strange.size());
}
// [/auc]

/// The scores of normal examples, then those of strange ones, as ranking.hpp takes them.
LabeledScores judged(std::vector<double> normal, const std::vector<double>& strange) {
  std::vector<bool> anomalous(normal.size(), false);
  anomalous.resize(normal.size() + strange.size(), true);
  normal.insert(normal.end(), strange.begin(), strange.end());
  return {normal, anomalous};
}

/// ‖x − μ‖² of each row: what is left where nothing is learnt but the mean.
std::vector<double> distances(const Tensor& mean, const Dataset& rows) {
  Tensor x;
  rows.read_rows(0, rows.size(), x);
  const Tensor away = xt::sum(xt::square(x - mean), {1});
  return {away.begin(), away.end()};
}

// [split]
using Results = std::map<std::string, double>;

/// One choice of training rows: learns one kind of patients, then ranks new ones of both kinds.
void add_split(Results& sums, std::size_t seed, std::uint8_t kind, std::size_t epochs) {
  const std::string table = fmt::format("breast-cancer?seed={}", seed);
  const Dataset known = load_dataset(fmt::format("{}&labels={}", table, kind), Split::train);
  const auto [normal, validation] = hold_out(known, 50);
  const Dataset test = load_dataset(table, Split::test, known.table().scale);
  const Dataset usual = test.with_labels({kind});
  const Dataset strange = test.with_labels({static_cast<std::uint8_t>(1 - kind)});

  Rng rng(seed);
  Vanilla model(normal.example_shape(), {.network = {.latent = 2, .hidden = {16}}}, rng);
  train(model, normal, epochs);
  const AnomalyDetector detector(model, normal, validation, Rng(3));
  const auto errors = [&](const Dataset& rows) { return detector.score(rows).named("squared"); };
  sums["network"] += auc_by_pairs(errors(usual), errors(strange));
  for (const std::size_t k : {1, 2, 4, 8, 16})
    sums[fmt::format("PCA-{}", k)] +=
        auc_by_pairs(pca_residuals(normal, usual, k), pca_residuals(normal, strange, k));
  const Tensor mean = fit_pca(normal, 1).mean;
  sums["mean"] += auc_by_pairs(distances(mean, usual), distances(mean, strange));

  const LabeledScores both = judged(errors(usual), errors(strange));
  sums["by train"] += 100 * rates_above(both, threshold_at(errors(normal), 0.05)).false_alarms;
  sums["by held out"] +=
      100 * rates_above(both, threshold_at(errors(validation), 0.05)).false_alarms;
}
// [/split]

}  // namespace

int main(int argc, char** argv) {
  Chapter chapter(argc, argv);
  const std::size_t epochs = chapter.quick() ? 20 : 100, splits = chapter.quick() ? 2 : 10;

  chapter.part("data");
  const Dataset all_benign = load_dataset("breast-cancer?seed=1&labels=1", Split::train);
  const auto [normal, validation] = hold_out(all_benign, 80);
  const Dataset test = load_dataset("breast-cancer?seed=1", Split::test, all_benign.table().scale);
  const Dataset usual = test.with_labels({benign}), strange = test.with_labels({malignant});
  fmt::print("{} numbers a patient; benign: {} to learn, {} for the threshold, {} to judge\n",
             normal.features(), normal.size(), validation.size(), usual.size());
  fmt::print("malignant: {} to judge, none to learn\n", strange.size());

  chapter.part("scores");
  // [scores]
  Rng rng(1);
  Vanilla model(normal.example_shape(), {.network = {.latent = 2, .hidden = {16}}}, rng);
  train(model, normal, epochs);
  const AnomalyDetector detector(model, normal, validation, Rng(3));
  const Scores of_usual = detector.score(usual), of_strange = detector.score(strange);
  for (const std::string& name : of_usual.names) {
    const LabeledScores both = judged(of_usual.named(name), of_strange.named(name));
    const ConfidenceInterval range = bootstrap(both, Rng(4)).roc_auc;
    fmt::print("{:12} AUC {:.2f}   by pairs {:.2f}   95 % of draws {:.2f} to {:.2f}\n", name,
               roc_auc(both), auc_by_pairs(of_usual.named(name), of_strange.named(name)), range.low,
               range.high);
    chapter.figure(name, roc_auc(both), "{:.2f}");
  }
  // [/scores]
  Scatter scatter{"error of the reconstruction, ln ‖x − x̂‖²",
                  "distance of the code from the benign ones, ln",
                  {},
                  {}};
  for (const auto& [scores, label] : {std::pair(&of_usual, benign), {&of_strange, malignant}})
    for (std::size_t i = 0; i < scores->columns[0].size(); ++i) {
      scatter.points.push_back(
          {std::log(scores->named("squared")[i]), std::log(scores->named("mahalanobis")[i])});
      scatter.labels.push_back(label);
    }
  std::ofstream(chapter.picture("scores.svg")) << svg_file(plot_scatter(scatter), {.height = 560});

  std::map<std::string, Results> of_kind;
  for (const auto& [name, kind] : {std::pair("benign", benign), {"malignant", malignant}})
    for (std::size_t seed = 1; seed <= splits; ++seed) add_split(of_kind[name], seed, kind, epochs);
  for (auto& [name, results] : of_kind)
    for (auto& [what, sum] : results) {
      sum /= static_cast<double>(splits);
      std::string figure = name + "_" + what;
      std::replace_if(figure.begin(), figure.end(), [](char c) { return !std::isalnum(c); }, '_');
      chapter.figure(figure, sum, what.starts_with("by") ? "{:.1f}" : "{:.2f}");
    }

  chapter.part("threshold");
  for (auto& [name, results] : of_kind)
    fmt::print(
        "{:9} is normal: 5 % asked for; by training rows {:.0f} %, by held-out rows {:.0f} %\n",
        name, results["by train"], results["by held out"]);

  chapter.part("baselines");
  for (const char* what : {"network", "mean", "PCA-1", "PCA-2", "PCA-4", "PCA-8", "PCA-16"})
    fmt::print("{:8} AUC {:.2f}\n", what, of_kind["benign"][what]);

  chapter.part("the other way");
  for (const char* what : {"network", "mean", "PCA-1", "PCA-2"})
    fmt::print("{:8} AUC {:.2f}\n", what, of_kind["malignant"][what]);
}
