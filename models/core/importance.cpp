#include "hourglass/models/core/importance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/tools/watch.hpp"
#include "hourglass/models/core/inference.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

void expect_likelihood(const Variational& model) {
  if (model.probability() == Probability::none)
    throw ConfigError(
        "this model has no likelihood of grey pixels, only a loss: train it with binarize = true "
        "or another likelihood");
}

/// ln p(x) of an example, and the evidence lower bound from the same draws, which is not above it.
struct Estimate {
  double log_likelihood = 0, bound = 0;

  bool is_finite() const { return std::isfinite(log_likelihood) && std::isfinite(bound); }
};

/// The estimate for one example, (1, F).
Estimate estimate(Variational& model, Tape& tape, const Batch& example, std::size_t samples,
                  Rng rng, std::size_t rows) {
  tape.reset();
  tape.context().draw_from(rng);
  const Tensor observed = model.observe(tape, example, rng).value();
  RunningLogSumExp sum;
  double bound = 0;
  for (std::size_t done = 0; done < samples; done += rows) {
    tape.reset();
    const std::size_t count = std::min(rows, samples - done);
    Var weights = model.log_weights(tape.constant(observed), example, count, rng);
    tape.end_forward();
    for (std::size_t k = 0; k < count; ++k) {
      sum.add(weights.value().data()[k]);
      bound += weights.value().data()[k] / static_cast<double>(samples);
    }
  }
  return {sum.value() - std::log(static_cast<double>(samples)), bound};
}

/// Throws a NonFiniteError that names the example without a finite estimate; `again` runs the model
/// on it once more, on a tape that finds the operation responsible.
template <class Again>
[[noreturn]] void fail_not_finite(const char* name, double value, std::size_t example,
                                  const Dataset& data, const Again& again) {
  const std::string fact = fmt::format("{} is not finite: of example {} of {} it is {}", name,
                                       example, data.name(), value_text(value));
  Tape tape(Tape::Gradients::off);
  watch(tape, {.check_finite = true});
  try {
    again(tape);
    tape.end_forward();
  } catch (const NonFiniteError& cause) {
    throw NonFiniteError(fmt::format("{}: {}", fact, cause.what()));
  }
  throw NonFiniteError(fact);
}

/// (1, F)
Tensor row_of(const Tensor& rows, std::size_t i) {
  const std::size_t columns = rows.shape()[1];
  Tensor row = filled({1, columns});
  std::copy_n(rows.data() + i * columns, columns, row.data());
  return row;
}

double mean_of(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

std::vector<double> evidence_lower_bounds(Variational& model, const Dataset& data, const Rng& rng) {
  std::vector<double> bounds(data.size());
  infer(model, data, [&](const InferenceBatch& batch) {
    const auto bounds_of = [&](Tape& tape) {
      Rng noise = rng.fork(batch.index);
      tape.context().draw_from(noise);
      return model.elbo(model.observe(tape, batch.batch, noise), batch.batch, noise);
    };
    const Tensor& own = bounds_of(batch.tape).value();
    std::copy(own.begin(), own.end(), bounds.begin() + static_cast<std::ptrdiff_t>(batch.first));
    for (std::size_t i = batch.first; i < batch.first + batch.size(); ++i)
      if (!std::isfinite(bounds[i])) fail_not_finite("elbo_nats", bounds[i], i, data, bounds_of);
  });
  return bounds;
}

std::vector<Estimate> estimates_of(Variational& model, const Dataset& data, std::size_t samples,
                                   const Rng& rng, std::size_t rows) {
  expect_likelihood(model);
  if (samples == 0 || rows == 0)
    throw ConfigError("importance sampling with 0 samples: there must be at least 1");
  std::vector<Estimate> estimates(data.size());
  const auto estimate_each = [&](const InferenceBatch& batch) {
    for (std::size_t row = 0; row < batch.size(); ++row) {
      const std::size_t i = batch.first + row;
      const Tensor x = row_of(batch.batch.x, row);
      const auto labels =
          batch.batch.labels.empty() ? batch.batch.labels : batch.batch.labels.subspan(row, 1);
      estimates[i] = estimate(model, batch.tape, {x, labels}, samples, rng.fork(i), rows);
      if (!estimates[i].is_finite())
        fail_not_finite("nll_nats", -estimates[i].log_likelihood, i, data, [&](Tape& checked) {
          estimate(model, checked, {x, labels}, samples, rng.fork(i), rows);
        });
    }
  };
  infer(model, data, estimate_each, 10);
  return estimates;
}

}  // namespace

std::vector<double> log_likelihoods(Variational& model, const Dataset& data, std::size_t samples,
                                    Rng rng, std::size_t rows) {
  std::vector<double> all;
  for (const Estimate& one : estimates_of(model, data, samples, rng, rows))
    all.push_back(one.log_likelihood);
  return all;
}

Metrics likelihood_metrics(Variational& model, const Dataset& data, Rng rng, std::size_t samples,
                           std::size_t examples) {
  if (data.size() == 0) throw ConfigError("evaluate: the dataset has no examples");
  const Dataset some = data.slice(0, examples ? examples : data.size());
  const std::string given = model.classes() > 0 ? "_given_class" : "";
  if (samples == 0 && model.probability() == Probability::none) return {};
  if (samples == 0)
    return {{"elbo_nats" + given, mean_of(evidence_lower_bounds(model, some, rng))}};
  std::vector<double> bounds, negative;
  for (const Estimate& one : estimates_of(model, some, samples, rng, rows_at_a_time)) {
    bounds.push_back(one.bound);
    negative.push_back(-one.log_likelihood);
  }
  return {{"elbo_nats" + given, mean_of(bounds)}, {"nll_nats" + given, mean_of(negative)}};
}

}}  // namespace hourglass
