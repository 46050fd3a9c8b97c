#include "autograd/tensor.hpp"

#include <fmt/ranges.h>

namespace hourglass::inline HOURGLASS_PRECISION {

std::size_t element_count(const Shape& shape) {
  std::size_t count = 1;
  for (std::size_t size : shape) count *= size;
  return count;
}

Tensor filled(const Shape& shape, Scalar value) {
  Tensor tensor = Tensor::from_shape(shape);
  tensor.fill(value);
  return tensor;
}

std::string to_text(const Shape& shape) {
  return fmt::format("({})", fmt::join(shape.begin(), shape.end(), ", "));
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
