#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <vector>

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

/// The spacing of numbers near 1, in which rounding errors are counted.
constexpr double epsilon = std::numeric_limits<Scalar>::epsilon();

/// A tensor of these numbers, row after row.
Tensor tensor(const Shape& shape, const std::vector<double>& numbers);

/// Fixed draws, uniform in (low, high), that float holds exactly: the same in both builds.
Tensor random_tensor(const Shape& shape, std::uint64_t seed, double low = -1, double high = 1);

/// The numbers in row-major order.
std::vector<double> numbers(const Tensor& tensor);

/// Where an element stands along each axis.
std::vector<std::size_t> index_of(std::size_t flat, const Shape& shape);

/// Which element of a tensor of shape `small` broadcasting reads at `index` of a larger shape:
/// aligned at the right, 0 along axes of size 1.
std::size_t broadcast_position(const std::vector<std::size_t>& index, const Shape& small);

/// Whether shapes agree, and each element is within `tolerance` (1 + |expected|).
::testing::AssertionResult is_near(const Tensor& got, const Tensor& expected, double tolerance);

/// Whether shapes and bits agree.
::testing::AssertionResult is_same(const Tensor& got, const Tensor& expected);

}  // namespace hourglass::testing
