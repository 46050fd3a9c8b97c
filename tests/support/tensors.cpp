#include "tests/support/tensors.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>

#include "hourglass/autograd/base/random.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

Tensor tensor(const Shape& shape, const std::vector<double>& numbers) {
  if (numbers.size() != element_count(shape))
    throw std::logic_error("tensor: the numbers do not fill " + to_text(shape));
  Tensor made = filled(shape);
  std::transform(numbers.begin(), numbers.end(), made.data(),
                 [](double number) { return static_cast<Scalar>(number); });
  return made;
}

Tensor random_tensor(const Shape& shape, std::uint64_t seed, double low, double high) {
  Tensor drawn = filled(shape);
  Rng(seed).fill_uniform(drawn, 0, 1);
  for (Scalar& number : drawn) number = static_cast<float>(low + (high - low) * double(number));
  return drawn;
}

std::vector<double> numbers(const Tensor& tensor) {
  return {tensor.data(), tensor.data() + tensor.size()};
}

std::vector<std::size_t> index_of(std::size_t flat, const Shape& shape) {
  std::vector<std::size_t> index(shape.size());
  for (std::size_t axis = shape.size(); axis-- > 0; flat /= shape[axis])
    index[axis] = flat % shape[axis];
  return index;
}

std::size_t broadcast_position(const std::vector<std::size_t>& index, const Shape& small) {
  const std::size_t lacking = index.size() - small.size();
  std::size_t position = 0;
  for (std::size_t axis = 0; axis < small.size(); ++axis)
    position = position * small[axis] + (small[axis] == 1 ? 0 : index[lacking + axis]);
  return position;
}

namespace {

::testing::AssertionResult differ(const Tensor& got, const Tensor& expected, std::size_t at) {
  return ::testing::AssertionFailure()
         << "element " << at << " of " << to_text(expected.shape()) << " is " << got.data()[at]
         << ", not " << expected.data()[at];
}

}  // namespace

::testing::AssertionResult is_near(const Tensor& got, const Tensor& expected, double tolerance) {
  if (got.shape() != expected.shape())
    return ::testing::AssertionFailure()
           << "the shape is " << to_text(got.shape()) << ", not " << to_text(expected.shape());
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double wanted = expected.data()[i];
    // Written so that a NaN differs.
    if (!(std::abs(got.data()[i] - wanted) <= tolerance * (1 + std::abs(wanted))))
      return differ(got, expected, i);
  }
  return ::testing::AssertionSuccess();
}

::testing::AssertionResult is_same(const Tensor& got, const Tensor& expected) {
  if (got.shape() != expected.shape())
    return ::testing::AssertionFailure()
           << "the shape is " << to_text(got.shape()) << ", not " << to_text(expected.shape());
  for (std::size_t i = 0; i < got.size(); ++i)
    if (std::memcmp(got.data() + i, expected.data() + i, sizeof(Scalar)) != 0)
      return differ(got, expected, i);
  return ::testing::AssertionSuccess();
}

}  // namespace hourglass::testing
