#include "hourglass/models/core/variational.hpp"

#include <cmath>
#include <numbers>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Var standard_normal_log_density(Var z) {
  const double log_2_pi = std::log(2 * std::numbers::pi);
  const auto constant = static_cast<Scalar>(0.5 * log_2_pi * static_cast<double>(z.shape()[1]));
  return -0.5 * sum(square(z), {1}) - constant;
}

Var binarize(Tape& tape, const Tensor& x, Rng& rng) {
  const Shape shape(x.shape().begin(), x.shape().end());
  Var drawn = new_constant("binarize", tape, shape);
  rng.fill_uniform(drawn.output(), 0, 1);
  Scalar* out = drawn.output().data();
  for (std::size_t i = 0; i < x.size(); ++i)
    out[i] = std::isnan(x.data()[i]) ? x.data()[i] : Scalar(out[i] < x.data()[i]);
  return drawn;
}

}}  // namespace hourglass
