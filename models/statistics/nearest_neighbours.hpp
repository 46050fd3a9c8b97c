#pragma once

#include <cstdint>
#include <vector>

#include "hourglass/autograd/base/tensor.hpp"

// Exact nearest neighbours by Euclidean distance. Every pair is compared: ‖a − b‖² is computed as
// ‖a‖² − 2 a·b + ‖b‖², so that most of the work is a matrix product, on all threads, with the same
// result for any number of them.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A row near a query, and its distance.
struct Neighbour {
  std::uint32_t row = 0;
  double distance = 0;
};

/// The k of `rows` nearest to each of `queries`, nearest first (ties by row number); all of them if
/// there are fewer. Throws ConfigError if k is 0, there are no rows, or rows and queries differ in
/// width.
std::vector<std::vector<Neighbour>> nearest_neighbours(const Tensor& rows, const Tensor& queries,
                                                       std::size_t k);

/// Which of `queries` lie in a ball around any of `rows`, given the balls' squared radii.
std::vector<bool> within_any_ball(const Tensor& rows, const std::vector<double>& squared_radii,
                                  const Tensor& queries);

}}  // namespace hourglass
