#include "hourglass/models/core/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/tools/watch.hpp"
#include "hourglass/models/core/code_metrics.hpp"
#include "hourglass/models/core/inference.hpp"
#include "hourglass/models/core/missing.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// The metrics of one batch, each multiplied by the number of its examples.
Metrics metrics_of_batch(Autoencoder& model, Tape& tape, const Batch& batch, Rng noise) {
  const auto examples = static_cast<double>(batch.size());
  tape.context().draw_from(noise);
  const Loss loss = model.loss(tape, batch, noise);
  Metrics figures = {{"loss", examples * loss.total.item()}};
  for (std::size_t i = 0; i < loss.term_count; ++i)
    figures.emplace_back(loss.terms[i].name, examples * loss.terms[i].value.item());
  Var rebuilt = model(tape.constant(batch.x));
  Var x = tape.constant(completed_from(rebuilt.value(), batch.x));  // no error where x is missing
  const double error = examples * per_example(squared_error(rebuilt, x)).item();
  figures.emplace_back("mse_per_pixel", error / static_cast<double>(batch.x.shape()[1]));
  figures.emplace_back("squared_error_per_image", error);
  tape.end_forward();
  return figures;
}

/// The same. If one of them is not finite, the batch runs once more on a tape that finds the
/// operation responsible; `where` says which examples they are.
Metrics evaluate_batch(Autoencoder& model, const InferenceBatch& batch, Rng noise,
                       const std::string& where) {
  Metrics figures = metrics_of_batch(model, batch.tape, batch.batch, noise);
  const auto wrong = std::find_if(figures.begin(), figures.end(),
                                  [](const auto& figure) { return !std::isfinite(figure.second); });
  if (wrong == figures.end()) return figures;
  const std::string fact = fmt::format("{} is not finite: over {} it is {}", wrong->first, where,
                                       value_text(wrong->second));
  Tape checked(Tape::Gradients::off);
  watch(checked, {.check_finite = true});
  try {
    metrics_of_batch(model, checked, batch.batch, noise);
  } catch (const NonFiniteError& cause) {
    throw NonFiniteError(fmt::format("{}: {}", fact, cause.what()));
  }
  throw NonFiniteError(fact);
}

/// The examples in an order drawn by `rng`.
Dataset shuffled(const Dataset& data, const Rng& rng) {
  constexpr std::uint64_t order_id = ~std::uint64_t{0};  // no batch has this number
  std::vector<std::uint32_t> order(data.size());
  rng.fork(order_id).shuffle(order);
  return data.subset(order);
}

/// As many as memory allows; where a loss depends on the size of a batch, they are of equal size.
std::size_t rows_of_a_batch(const Dataset& data, bool coupled) {
  const std::size_t most = std::clamp<std::size_t>(500'000 / data.features(), 1, inference_batch);
  if (!coupled) return most;
  const std::size_t batches = (data.size() + most - 1) / most;
  return (data.size() + batches - 1) / batches;
}

/// Inserts a metric before the two squared errors, or replaces the loss term of the same name,
/// which is a mean over batches.
void set_metric(Metrics& figures, const std::string& name, double value) {
  for (auto& [known, old] : figures)
    if (known == name) {
      old = value;
      return;
    }
  figures.insert(figures.end() - 2, {name, value});
}

}  // namespace

Metrics evaluate(Autoencoder& model, const Dataset& data, Rng rng) {
  if (data.size() == 0) throw ConfigError("evaluate: the dataset has no examples");
  if (!model.takes_missing()) expect_complete(data, "this model");
  const bool coupled = model.couples_examples();
  const Dataset examples = coupled ? shuffled(data, rng) : data;
  const std::size_t size = rows_of_a_batch(data, coupled);
  std::vector<Metrics> batches((data.size() + size - 1) / size);
  const auto evaluate_one = [&](const InferenceBatch& batch) {
    const std::string where =
        coupled ? fmt::format("{} examples drawn from {}", batch.size(), data.name())
                : fmt::format("examples {} to {} of {}", batch.first,
                              batch.first + batch.size() - 1, data.name());
    batches[batch.index] = evaluate_batch(model, batch, rng.fork(batch.index), where);
  };
  infer(model, examples, evaluate_one, size);
  Metrics figures = batches[0];
  for (std::size_t i = 1; i < batches.size(); ++i)
    for (std::size_t k = 0; k < figures.size(); ++k) figures[k].second += batches[i][k].second;
  for (auto& [name, sum] : figures) sum /= static_cast<double>(data.size());
  if (const std::size_t missing = data.missing(); missing > 0)
    for (std::size_t k = figures.size() - 2; k < figures.size(); ++k)
      figures[k].second /=
          1 - static_cast<double>(missing) / static_cast<double>(data.size() * data.features());
  for (const auto& [name, value] : code_metrics(model, data)) set_metric(figures, name, value);
  return figures;
}

double metric(const Metrics& metrics, const std::string& name) {
  for (const auto& [known, value] : metrics)
    if (known == name) return value;
  throw Error(fmt::format("there is no metric '{}'", name));
}

Tensor reconstruct(Autoencoder& model, const Tensor& rows) {
  const ModeGuard mode = ModeGuard::evaluation(model);
  Tape tape(Tape::Gradients::off);
  return model(tape.constant(rows)).value();
}

}}  // namespace hourglass
