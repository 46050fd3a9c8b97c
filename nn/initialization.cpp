#include "hourglass/nn/initialization.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/sizes.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

void kaiming_uniform(Tensor& weight, std::size_t fan_in, Scalar gain, Rng& rng) {
  const Scalar bound = gain * std::sqrt(Scalar(3) / static_cast<Scalar>(fan_in));
  rng.fill_uniform(weight, -bound, bound);
}

void xavier_uniform(Tensor& weight, std::size_t fan_in, std::size_t fan_out, Rng& rng) {
  const Scalar bound = std::sqrt(Scalar(6) / static_cast<Scalar>(fan_in + fan_out));
  rng.fill_uniform(weight, -bound, bound);
}

void layer_uniform(Tensor& weight, std::size_t fan_in, Rng& rng) {
  kaiming_uniform(weight, fan_in, 1 / std::sqrt(Scalar(3)), rng);
}

bool is_sane(const Shape& shape) {
  std::size_t count = 1;  // sizes of 0 are skipped: other tensors have the rest without them
  for (const std::size_t size : shape) count = mul_sat(count, size == 0 ? 1 : size);
  return count <= most_elements;
}

Shape weight_shape(const char* layer, std::initializer_list<std::size_t> sizes) {
  const Shape shape(sizes.begin(), sizes.end());
  if (is_sane(shape)) return shape;
  throw ConfigError(fmt::format("{}: a weight of {} would have more than {} numbers", layer,
                                to_text(shape), most_elements));
}

}}  // namespace hourglass
