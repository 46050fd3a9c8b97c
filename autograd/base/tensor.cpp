#include "hourglass/autograd/base/tensor.hpp"

#include <fmt/ranges.h>

#include <cstdint>
#include <limits>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/sizes.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// Memory can address no more: its bytes have to be counted by a std::ptrdiff_t.
constexpr std::size_t most_elements = PTRDIFF_MAX / sizeof(double);

[[noreturn]] void fail_of_size(const Shape& shape) {
  std::string sizes;
  for (std::size_t size : shape)
    sizes += fmt::format("{}{}{}", sizes.empty() ? "" : ", ", size,
                         size == std::numeric_limits<std::size_t>::max() ? " or more" : "");
  throw ShapeError(fmt::format(
      "the shape ({}) is too large: its sizes other than 0 multiply to more than the {} "
      "elements that memory can address",
      sizes, most_elements));
}

}  // namespace

std::size_t element_count(const Shape& shape) {
  std::size_t count = 1;  // sizes of 0 left out, since strides are products of the others
  bool is_empty = false;
  for (std::size_t size : shape) {
    is_empty |= size == 0;
    count = mul_sat(count, size == 0 ? 1 : size);
  }
  if (count > most_elements) fail_of_size(shape);
  return is_empty ? 0 : count;
}

Tensor filled(const Shape& shape, Scalar value) {
  Tensor tensor = Tensor::from_shape(shape);
  tensor.fill(value);
  return tensor;
}

std::string to_text(const Shape& shape) {
  return fmt::format("({})", fmt::join(shape.begin(), shape.end(), ", "));
}

}}  // namespace hourglass
