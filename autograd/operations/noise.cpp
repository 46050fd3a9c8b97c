#include <fmt/format.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

void check_rate(const char* operation, Scalar rate, Var x) {
  if (!(rate >= 0 && rate <= 1))
    throw ConfigError(
        fmt::format("{}: the rate is {}: it must be from 0 to 1{}", operation, rate, in_module(x)));
}

/// 0 with probability `rate`, else `kept`, for each element of x.
Var random_mask(const char* name, Var x, Scalar rate, Scalar kept, Rng& rng) {
  Var mask = new_constant(name, x.tape(), x.shape());
  rng.fill_uniform(mask.output(), 0, 1);
  elementwise(mask.output()) = xt::where(mask.value() < rate, Scalar(0), kept);
  return mask;
}

}  // namespace

Var dropout(Var x, Scalar rate, Rng& rng) {
  if (!(rate >= 0 && rate < 1))
    throw ConfigError(fmt::format("dropout: the rate is {}: it must be at least 0 and below 1{}",
                                  rate, in_module(x)));
  return x * random_mask("dropout mask", x, rate, 1 / (1 - rate), rng);
}

Var gaussian_noise(Var x, Scalar deviation, Rng& rng) {
  if (!(deviation >= 0))
    throw ConfigError(fmt::format("gaussian_noise: the deviation is {}: it must not be negative{}",
                                  deviation, in_module(x)));
  Var noise = new_constant("gaussian noise", x.tape(), x.shape());
  rng.fill_normal(noise.output(), 0, deviation);
  return x + noise;
}

Var masking_noise(Var x, Scalar rate, Rng& rng) {
  check_rate("masking_noise", rate, x);
  return x * random_mask("mask of masking_noise", x, rate, 1, rng);
}

Var salt_and_pepper_noise(Var x, Scalar rate, Rng& rng) {
  check_rate("salt_and_pepper_noise", rate, x);
  Var draw = save_for_backward("draw of salt_and_pepper_noise", x, x.shape());
  rng.fill_uniform(draw.output(), 0, 1);
  Var y = new_output("salt_and_pepper_noise", x.shape(), {x});
  elementwise(y.output()) = xt::where(
      draw.value() < rate, xt::where(draw.value() < rate / 2, Scalar(0), Scalar(1)), x.value());
  on_backward(y, [x, y, draw, rate] {
    // dx += dy where x was kept
    x.grad_accumulator() += xt::where(draw.value() < rate, Scalar(0), y.grad());
  });
  return y;
}

}}  // namespace hourglass
