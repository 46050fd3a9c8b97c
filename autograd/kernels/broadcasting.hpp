#pragma once

#include <cstdint>
#include <span>

#include "hourglass/autograd/base/tensor.hpp"
#include "hourglass/autograd/kernels/gemm.hpp"
#include "hourglass/autograd/kernels/threads.hpp"

// The loops that xtensor's expressions are slow at (broadcasts, reductions), each written once.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// into = from, or into += from, for the elements in `range` of tensors of one shape.
void add_to(const Tensor& from, Tensor& into, Sum sum, Range range);

/// Adds `from` up into the smaller `into`, which is read as having the shape `kept`:
///     into[j] = Σ from[i]   over all i that broadcasting `kept` to from's shape reads from j.
/// Right-aligned, each size of `kept` equals from's or is 1. This is a reduction, and it is the
/// gradient of broadcasting. Throws ShapeError where `kept` does not broadcast.
void reduce_to(const Tensor& from, Tensor& into, const Shape& kept, Sum sum);

/// The same with the largest of the elements instead of their sum; −∞ where there are none. NaN
/// wins.
void reduce_max_to(const Tensor& from, Tensor& into, const Shape& kept);

/// Repeats `from`, read as having the shape `kept`, along its axes of size 1 to fill `into`:
///     into[i] = from[j]     for the j that broadcasting `kept` to into's shape reads.
/// This is broadcasting, and it is the gradient of a sum.
void broadcast_to(const Tensor& from, const Shape& kept, Tensor& into, Sum sum);

/// into = from, or into += from, with the axes in another order: axis i of `into` is axis order[i]
/// of `from`, whose sizes are `sizes`.
void permute_to(const Scalar* from, std::span<const std::size_t> sizes,
                std::span<const std::uint8_t> order, Scalar* into, Sum sum);

}}  // namespace hourglass
