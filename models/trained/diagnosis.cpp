#include "hourglass/models/trained/diagnosis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/core/code_metrics.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/core/inference.hpp"
#include "hourglass/models/core/missing.hpp"
#include "hourglass/models/statistics/column_sums.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

using Failure = Warning::Failure;

double sum_of(const std::vector<double>& numbers) {
  double sum = 0;
  for (double number : numbers) sum += number;
  return sum;
}

using Found = std::optional<Warning>;

Found no_bottleneck(const Autoencoder& model, const Dataset& data) {
  if (model.is_regularized() || model.latent() < data.features()) return {};
  return Warning{
      Failure::no_bottleneck,
      fmt::format("no bottleneck: the code has {} numbers and an example {}, so it can copy them "
                  "and need not learn anything. latent = {} would help, or a model that narrows "
                  "its code by noise or a penalty (denoising, sparse, vae).",
                  model.latent(), data.features(), std::max<std::size_t>(1, data.features() / 3))};
}

Found posterior_collapse(Variational& model, const Dataset& data, Rng rng) {
  const std::size_t latent = free_units(model), active = active_units(model, data);
  const bool few = 10 * active <= latent || (active == 1 && latent > 1);
  if (!few) return {};
  std::vector<double> kl = kl_per_dimension(model, data, rng);
  kl.resize(latent);
  return Warning{
      Failure::posterior_collapse,
      fmt::format("posterior collapse: active_units is {} of {} (KL in all {:.2g} nats): the other "
                  "latent dimensions say next to nothing of an image. A smaller weight of the KL "
                  "(beta), one that rises in the course of training, a capacity schedule or more "
                  "epochs would help.",
                  active, latent, sum_of(kl))};
}

Found dead_codes(Autoencoder& model, const Dataset& data) {
  const CodebookUse use = codebook_use(model, data);
  const std::size_t size = model.codebook_size();
  if (2 * use.used() >= size) return {};
  return Warning{
      Failure::dead_codes,
      fmt::format("dead code vectors: codes_used is {} of {}, perplexity {:.3g}: the others are "
                  "the nearest of nothing and never learn. A reset of dead codes (moving them to "
                  "where encodings are), a smaller codebook or smaller initial vectors would "
                  "help.",
                  use.used(), size, use.perplexity())};
}

/// In a narrow code each dimension counts. A wide one has some to spare, and a penalty on it (L1)
/// switches off those it can do without: that is a failure only if most are dead.
Found dead_features(Autoencoder& model, const Dataset& data) {
  const std::vector<double> variances = code_variances(model, data);
  const auto is_dead = [](double variance) { return variance < 1e-10; };
  const auto dead =
      static_cast<std::size_t>(std::count_if(variances.begin(), variances.end(), is_dead));
  const std::size_t all = variances.size();
  if (all <= 64 ? 10 * dead <= all : 4 * dead <= 3 * all) return {};
  return Warning{
      Failure::dead_features,
      fmt::format("dead features: {} of {} latent dimensions are the same for every image, so "
                  "they carry nothing. A smaller lr, weaker sparsity, a revival loss or an "
                  "activation that does not die (silu, leaky_relu) would help.",
                  dead, all)};
}

/// Of a dataset and its reconstruction: the mean squared error, the variance of each over the
/// examples, all summed over an image, and a reconstructed pixel's largest distance from 0 and 1.
struct Rebuilt {
  double error = 0, variance_of_data = 0, variance = 0, furthest = 0;
};

Rebuilt rebuild(Autoencoder& model, const Dataset& data) {
  Rebuilt result;
  ColumnSums originals(data.features()), rebuilt(data.features());
  infer_in_order(model, data, [&](const InferenceBatch& batch) {
    Var x = batch.x();
    const Tensor& y = model(x).value();
    const Tensor original = completed_from(y, x.value());
    originals.add(original);
    rebuilt.add(y);
    for (std::size_t i = 0; i < y.size(); ++i) {
      const double p = y.data()[i];
      result.error += std::pow(p - original.data()[i], 2) / static_cast<double>(data.size());
      result.furthest = std::max(result.furthest, std::min(p, 1 - p));
    }
  });
  result.variance_of_data = sum_of(originals.variances());
  result.variance = sum_of(rebuilt.variances());
  return result;
}

/// A pure black-and-white image may be reconstructed as such, so saturation is a failure only if
/// the error is also above that of the mean image.
Found bad_output(Autoencoder& model, const Dataset& data) {
  const Rebuilt rebuilt = rebuild(model, data);
  if (rebuilt.furthest < 1.0 / 255 && rebuilt.error > rebuilt.variance_of_data)
    return Warning{
        Failure::saturated,
        fmt::format("saturated output: every rebuilt number is 0 or 1 (none further than {:.2g} "
                    "from it), where the sigmoid passes no gradient on, and "
                    "squared_error_per_image is {:.3g}, above the {:.3g} of the mean image. A "
                    "smaller lr, clip_norm = 1 or loss = binary_cross_entropy would help.",
                    rebuilt.furthest, rebuilt.error, rebuilt.variance_of_data)};
  if (rebuilt.variance < 1e-3 * rebuilt.variance_of_data)
    return Warning{
        Failure::same_for_all,
        fmt::format("one output for all: every image is rebuilt as the same one (variance {:.2g} "
                    "a reconstruction, {:.3g} an image), so the code is not used. A smaller lr, "
                    "more epochs or an activation that does not die would help.",
                    rebuilt.variance, rebuilt.variance_of_data)};
  return {};
}

/// A warning if neither the training loss nor any of its terms has changed by more than noise.
Found standstill(const History& history) {
  if (history.epochs.size() < 2) return {};
  for (const auto& [name, first] : history.epochs[0]) {
    if (!name.starts_with("train_")) continue;
    const std::vector<double> curve = history.curve(name);
    const auto [lowest, highest] = std::minmax_element(curve.begin(), curve.end());
    if (*highest - *lowest > 0.005 * std::abs(*highest)) return {};
  }
  const std::vector<double> loss = history.curve("train_loss");
  return Warning{
      Failure::standstill,
      fmt::format("the loss stands still: train_loss was {:.5g} in the first epoch and is {:.5g} "
                  "after {}, so nothing is learnt. Another lr (far larger or far smaller), "
                  "another activation or normalization = batch would help.",
                  loss.front(), loss.back(), loss.size())};
}

/// The classes that occur in the data; all of them if it has no labels.
std::vector<std::size_t> classes_in(const Dataset& data, std::size_t count) {
  const std::vector<std::uint8_t> labels = data.labels(0, data.size());
  std::vector<std::size_t> classes;
  for (std::size_t k = 0; k < count; ++k)
    if (labels.empty() || std::find(labels.begin(), labels.end(), k) != labels.end())
      classes.push_back(k);
  return classes;
}

/// Compares examples decoded from the same draws for different classes. The variation within a
/// class is the yardstick for what the class should change.
Found ignores_class(Autoencoder& model, const Dataset& data, Rng rng) {
  const std::vector<std::size_t> classes = classes_in(data, model.classes());
  if (classes.size() < 2) return {};
  const ModeGuard mode = ModeGuard::evaluation(model);
  constexpr std::size_t count = 64;
  Tape tape(Tape::Gradients::off);
  const auto decoded = [&](std::size_t label) {
    Rng same = rng;
    return model.decode(tape.constant(model.sample_codes(count, label, same))).value();
  };
  const Tensor first = decoded(classes[0]);
  const std::size_t features = first.shape()[1];
  ColumnSums of_one_class(features);
  of_one_class.add(first);
  double change = 0;
  for (std::size_t n = 1; n < classes.size(); ++n) {
    const Tensor other = decoded(classes[n]);
    double squares = 0;
    for (std::size_t i = 0; i < other.size(); ++i)
      squares += std::pow(double(other.data()[i]) - first.data()[i], 2) / count;
    change = std::max(change, squares);
  }
  const double spread = sum_of(of_one_class.variances());
  if (change > 0.01 * spread) return {};
  return Warning{
      Failure::ignores_class,
      fmt::format("the decoder ignores the class: decoded for another class, the same code gives "
                  "an image that differs by {:.2g} (squared, summed over the image), where images "
                  "of one class differ by {:.2g}. A smaller code, a larger weight of the KL (so "
                  "that the code does not tell the class itself) or more epochs would help.",
                  change, 2 * spread)};
}

}  // namespace

std::vector<Warning> diagnose(Autoencoder& model, const Dataset& data, const History& history,
                              Rng rng) {
  std::vector<Warning> all;
  const auto add = [&all](const Found& found) {
    if (found) all.push_back(*found);
  };
  if (Variational* variational = model.variational())
    add(posterior_collapse(*variational, data, rng));
  else
    add(dead_features(model, data));
  if (all.empty()) add(bad_output(model, data));  // otherwise it is a consequence
  if (model.codebook_size() > 0) add(dead_codes(model, data));
  add(standstill(history));
  if (model.classes() > 1) add(ignores_class(model, data, rng));
  add(no_bottleneck(model, data));
  return all;
}

namespace {

/// Whether most elements of the codes are zero: then a code holds far less than its width suggests.
bool is_sparse(Autoencoder& model, const Dataset& data) {
  std::size_t zeros = 0, all = 0;
  infer_in_order(model, data.slice(0, 500), [&](const InferenceBatch& batch) {
    const Tensor& codes = model.encode(batch.x()).value();
    zeros += static_cast<std::size_t>(std::count(codes.begin(), codes.end(), Scalar(0)));
    all += codes.size();
  });
  return 2 * zeros > all;
}

}  // namespace

std::optional<Warning> loses_to_pca(Autoencoder& model, const Dataset& data, const Metrics& figures,
                                    double pca_error) {
  expect_examples(data);
  constexpr double rounding = 1e-6, margin = 1.05;  // per value; up to 5 % more is a draw
  const auto features = static_cast<double>(data.features());
  const double error = metric(figures, "squared_error_per_image") / features;
  const double linear = pca_error / features;
  if (error <= std::max(margin * linear, rounding)) return {};
  if (model.latent() >= data.features() || model.codebook_size() > 0 || model.is_classifier() ||
      is_sparse(model, data))
    return {};
  return Warning{
      Failure::loses_to_baseline,
      fmt::format(
          "it loses to PCA: its squared error per number is {:.3g}, and that of PCA with as "
          "many components ({}), the best linear model, {:.3g}. {}More epochs, a larger lr or "
          "wider hidden layers would help.",
          error, model.latent(), linear,
          model.variational() ? "A smaller weight of the KL (beta) lets a code say more. " : "")};
}

}}  // namespace hourglass
