#pragma once

#include <cmath>
#include <vector>

#include "hourglass/models/core/variational.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

/// Σ p(x) over all 2^F examples of F pixels that are 0 or 1, each p(x) by importance sampling: 1
/// where prior, posterior and likelihood are densities and each is what was drawn from. Of a
/// conditional model it is Σ p(x | y) of one class.
inline double probability_of_all(Variational& model, std::size_t features, std::size_t samples,
                                 std::uint8_t label = 0) {
  const std::size_t count = std::size_t(1) << features;
  Tensor x = filled({count, features});
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t k = 0; k < features; ++k) x(i, k) = i >> k & 1 ? 1 : 0;
  Tape tape(Tape::Gradients::off);
  Rng rng(1);
  const std::vector<std::uint8_t> labels(model.classes() > 0 ? count : 0, label);
  const Tensor log_w = model.log_weights(tape.constant(x), {x, labels}, samples, rng).value();
  double sum = 0;
  for (Scalar w : log_w) sum += std::exp(double(w)) / static_cast<double>(samples);
  return sum;
}

/// The part of a loss of this name, or NaN.
inline double term(const Loss& loss, const std::string& name) {
  for (std::size_t i = 0; i < loss.term_count; ++i)
    if (loss.terms.at(i).name == name) return loss.terms.at(i).value.item();
  return std::nan("");
}

}  // namespace hourglass::testing
