#pragma once

#include <cstdint>
#include <vector>

#include "hourglass/autograd/base/tensor.hpp"

// Rows that are near others by Euclidean distance. Every pair is compared: ‖a − b‖² is found as
// ‖a‖² − 2 a·b + ‖b‖², so that the work is a product of matrices; on all threads, with the same
// result for any number of them.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A row near a query, and how far it is.
struct Neighbour {
  std::uint32_t row = 0;
  double distance = 0;
};

/// The k of `rows` nearest to each of `queries`, the nearest first (of equally near ones that of the
/// lowest number); all, where there are fewer. Throws ConfigError where k is 0, there are no rows,
/// or rows and queries differ in width.
std::vector<std::vector<Neighbour>> nearest_neighbours(const Tensor& rows, const Tensor& queries,
                                                       std::size_t k);

/// Which of `queries` lie in a ball around any of `rows`, whose squared radii these are.
std::vector<bool> within_any_ball(const Tensor& rows, const std::vector<double>& squared_radii,
                                  const Tensor& queries);

}}  // namespace hourglass
