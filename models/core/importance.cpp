#include "hourglass/models/core/importance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/tools/watch.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

void expect_likelihood(const Variational& model) {
  if (model.probability() == Probability::none)
    throw ConfigError(
        "this model has no likelihood of grey pixels, only a loss: train it with binarize = true "
        "or another likelihood");
}

/// Calls work(tape, first, count) for examples 0, …, size − 1, `chunk` at a time, on all threads;
/// each tape is empty.
template <class Work>
void for_chunks(std::size_t size, std::size_t chunk, const Work& work) {
  run_in_parallel((size + chunk - 1) / chunk, [&](std::size_t i) {
    Tape tape(Tape::Gradients::off);
    work(tape, i * chunk, std::min(chunk, size - i * chunk));
  });
}

/// ln p(x) of an example, and the evidence lower bound from the same draws, which is not above it.
struct Estimate {
  double log_likelihood = 0, bound = 0;

  bool is_finite() const { return std::isfinite(log_likelihood) && std::isfinite(bound); }
};

/// Of one example, (1, F).
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

/// Says which example it is that has no finite estimate; `again` runs the model on it once more, on
/// a tape that finds the operation where that began.
template <class Again>
[[noreturn]] void fail_not_finite(const char* name, double value, std::size_t example,
                                  const Dataset& data, const Again& again) {
  const std::string fact = fmt::format("{} is no finite number: of example {} of {} it is {}", name,
                                       example, data.name(), value);
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

double mean_of(const std::vector<double>& numbers) {
  return std::accumulate(numbers.begin(), numbers.end(), 0.0) / static_cast<double>(numbers.size());
}

std::vector<double> evidence_lower_bounds(Variational& model, const Dataset& data, const Rng& rng) {
  std::vector<double> bounds(data.size());
  constexpr std::size_t chunk = 500;
  for_chunks(data.size(), chunk, [&](Tape& tape, std::size_t first, std::size_t count) {
    Tensor rows;
    data.read_rows(first, count, rows);
    const std::vector<std::uint8_t> labels = data.labels(first, count);
    const Batch batch(rows, labels);
    Rng noise = rng.fork(first / chunk);
    tape.context().draw_from(noise);
    Var x = model.observe(tape, batch, noise);
    Var bound = model.elbo(x, batch, noise);
    std::copy_n(bound.value().data(), count, bounds.begin() + static_cast<std::ptrdiff_t>(first));
    for (std::size_t i = first; i < first + count; ++i)
      if (!std::isfinite(bounds[i]))
        fail_not_finite("elbo_nats", bounds[i], i, data, [&](Tape& checked) {
          Rng same = rng.fork(first / chunk);
          checked.context().draw_from(same);
          model.elbo(model.observe(checked, batch, same), batch, same);
        });
  });
  return bounds;
}

std::vector<Estimate> estimates_of(Variational& model, const Dataset& data, std::size_t samples,
                                   const Rng& rng, std::size_t rows) {
  expect_likelihood(model);
  if (samples == 0 || rows == 0)
    throw ConfigError("importance sampling with 0 samples: there must be at least 1");
  const ModeGuard mode = ModeGuard::evaluation(model);
  std::vector<Estimate> estimates(data.size());
  for_chunks(data.size(), 10, [&](Tape& tape, std::size_t first, std::size_t count) {
    Tensor x;
    for (std::size_t i = first; i < first + count; ++i) {
      data.read_rows(i, 1, x);
      const std::vector<std::uint8_t> labels = data.labels(i, 1);
      estimates[i] = estimate(model, tape, {x, labels}, samples, rng.fork(i), rows);
      if (!estimates[i].is_finite())
        fail_not_finite("nll_nats", -estimates[i].log_likelihood, i, data, [&](Tape& checked) {
          estimate(model, checked, {x, labels}, samples, rng.fork(i), rows);
        });
    }
  });
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

Metrics likelihood_figures(Variational& model, const Dataset& data, Rng rng, std::size_t samples,
                           std::size_t examples) {
  if (data.size() == 0) throw ConfigError("evaluate: the dataset has no examples");
  const ModeGuard mode = ModeGuard::evaluation(model);
  const Dataset some = data.slice(0, examples ? examples : data.size());
  if (samples == 0) return {{"elbo_nats", mean_of(evidence_lower_bounds(model, some, rng))}};
  std::vector<double> bounds, negative;
  for (const Estimate& one : estimates_of(model, some, samples, rng, rows_at_a_time)) {
    bounds.push_back(one.bound);
    negative.push_back(-one.log_likelihood);
  }
  return {{"elbo_nats", mean_of(bounds)}, {"nll_nats", mean_of(negative)}};
}

}}  // namespace hourglass
