#include "hourglass/models/core/scaled_gaussian.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr Scalar least_log_scale = -6, above_least = 4;

}  // namespace

Var ScaledGaussianLikelihood::mean(Var outputs) {
  return sigmoid(map(outputs, 0));
}

Var ScaledGaussianLikelihood::log_likelihood_of_each(Var x, Var outputs) {
  const auto half_log_2_pi = static_cast<Scalar>(0.5 * std::log(2 * std::numbers::pi));
  Var log_s = softplus(map(outputs, 1) + above_least) + least_log_scale;
  return -0.5 * square((mean(outputs) - x) * exp(-log_s)) - (log_s + half_log_2_pi);
}

Tensor ScaledGaussianLikelihood::draw(const Tensor& outputs, Rng& rng) const {
  const std::size_t rows = outputs.shape()[0], numbers = outputs.shape()[1] / 2;
  Tensor x = filled({rows, numbers});
  rng.fill_normal(x, 0, 1);
  for (std::size_t row = 0; row < rows; ++row)
    for (std::size_t i = 0; i < numbers; ++i) {
      const Scalar b = outputs(row, numbers + i) + above_least;
      const Scalar softplus_b = std::max(b, Scalar(0)) + std::log1p(std::exp(-std::abs(b)));
      x(row, i) =
          1 / (1 + std::exp(-outputs(row, i))) + std::exp(least_log_scale + softplus_b) * x(row, i);
    }
  return x;
}

}}  // namespace hourglass
