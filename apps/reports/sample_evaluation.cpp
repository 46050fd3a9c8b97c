#include "apps/reports/sample_evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apps/evaluation/training_data.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/core/inference.hpp"
#include "hourglass/models/statistics/sample_quality.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// The features and the class of each example, according to the classifier.
struct Classified {
  Tensor features;
  std::vector<std::uint8_t> labels;
};
Classified classify_rows(Autoencoder& classifier, const Tensor& rows) {
  Classified classified{filled({rows.shape()[0], classifier.latent()}), {}};
  const auto classify_batch = [&](const InferenceBatch& batch) {
    Var x = batch.x();
    const Tensor& codes = classifier.encode(x).value();
    std::copy_n(codes.data(), codes.size(),
                classified.features.data() + batch.first * classifier.latent());
    const Tensor& logits = classifier.class_logits(x).value();
    const std::size_t classes = logits.shape()[1];
    for (std::size_t i = 0; i < batch.size(); ++i) {
      const Scalar* row = logits.data() + i * classes;
      classified.labels.push_back(
          static_cast<std::uint8_t>(std::max_element(row, row + classes) - row));
    }
  };
  infer_in_order(classifier, rows, classify_batch, 1000);
  return classified;
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

/// At most `most` of the samples, evenly spread over them: classes come one after the other.
Tensor spread_rows(const Tensor& samples, std::size_t most) {
  const std::size_t count = samples.shape()[0], columns = samples.shape()[1];
  Tensor spread = filled({std::min(most, count), columns});
  const std::size_t stride = count / spread.shape()[0];
  for (std::size_t i = 0; i < spread.shape()[0]; ++i)
    std::copy_n(samples.data() + i * stride * columns, columns, spread.data() + i * columns);
  return spread;
}

SampleQuality quality_of(const Tensor& features, const Tensor& test) {
  const PrecisionRecall shares = precision_recall(test, features);
  return {frechet_distance(features, test), shares.precision, shares.recall};
}

double class_accuracy(Autoencoder& classifier, const Samples& samples) {
  const std::vector<std::uint8_t> seen = classify_rows(classifier, samples.examples).labels;
  std::size_t right = 0;
  for (std::size_t i = 0; i < seen.size(); ++i) right += seen[i] == samples.labels[i];
  return static_cast<double>(right) / static_cast<double>(seen.size());
}

}  // namespace

SampleEvaluation evaluate_samples(const std::string& run, const TrainedModel& trained,
                                  const Samples& samples) {
  const TrainedModel other = load_model(run);
  Autoencoder& classifier = *other.model;
  if (!classifier.is_classifier() || other.run.example_shape != trained.run.example_shape)
    throw ConfigError("--judge: " + run +
                      " is not a classifier of examples of this shape: train one with stacked and "
                      "--set fine_tune=labels");
  const TrainingData training = training_data_for("--judge", trained);
  const EvaluationSet set = load_evaluation_set(trained.run, training, trained.run.scale);
  if (set.measured_on.may_be_trained_on())
    throw ConfigError(fmt::format(
        "--judge compares with examples that {} was not trained on, and {} leaves none: train it "
        "with a test split, or with --hold-out",
        trained.run.model, trained.run.data));
  constexpr std::size_t most = 5000;  // of each set: all pairwise distances
  const Tensor drawn = spread_rows(samples.examples, most);
  const auto features_of = [&](const Tensor& rows) {
    return classify_rows(classifier, rows).features;
  };
  const Tensor test = features_of(spread_rows(set.data, most));
  SampleEvaluation evaluation{
      .samples = quality_of(features_of(drawn), test),
      .training = quality_of(features_of(spread_rows(training.train, drawn.shape()[0])), test),
      .class_accuracy = {},
      .measured_on = set.measured_on};
  if (!samples.labels.empty()) evaluation.class_accuracy = class_accuracy(classifier, samples);
  return evaluation;
}

nlohmann::ordered_json to_json(const SampleEvaluation& evaluation) {
  nlohmann::ordered_json json;
  const auto add = [&](const std::string& name, double SampleQuality::* metric) {
    json[name] = evaluation.samples.*metric;
    json["real_" + name] = evaluation.training.*metric;
  };
  add("frechet_distance", &SampleQuality::frechet_distance);
  add("precision", &SampleQuality::precision);
  add("recall", &SampleQuality::recall);
  json["measured_on"] = evaluation.measured_on.to_json();
  if (evaluation.class_accuracy) json["class_accuracy"] = *evaluation.class_accuracy;
  return json;
}

std::string to_table(const SampleEvaluation& evaluation) {
  std::string table = fmt::format("\n\n{:<28}{:>12}{:>16}", "in the classifier's features",
                                  "samples", "training images");
  const auto add = [&](const char* name, double SampleQuality::* metric) {
    table += fmt::format("\n{:<28}{:>12.3f}{:>16.3f}", name, evaluation.samples.*metric,
                         evaluation.training.*metric);
  };
  add(evaluation.measured_on.is_test() ? "Fréchet distance to test"
                                       : "Fréchet distance to held-out",
      &SampleQuality::frechet_distance);
  add("precision", &SampleQuality::precision);
  add("recall", &SampleQuality::recall);
  if (evaluation.class_accuracy)
    table += fmt::format("\n{:<28}{:>10.2f} %", "put into their class",
                         100 * *evaluation.class_accuracy);
  return table;
}

}}  // namespace hourglass
