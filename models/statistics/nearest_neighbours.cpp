#include "hourglass/models/statistics/nearest_neighbours.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/gemm.hpp"
#include "hourglass/autograd/kernels/threads.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

std::vector<double> squares_of(const Tensor& rows) {
  std::vector<double> squares(rows.shape()[0]);
  const std::size_t columns = rows.shape()[1];
  for (std::size_t i = 0; i < rows.size(); ++i)
    squares[i / columns] += double(rows.data()[i]) * rows.data()[i];
  return squares;
}

/// Calls use(q, first, squared distances of query q to rows first, first + 1, …) for all queries
/// and all rows, a few queries at a time on each thread; for one query the rows come in order.
template <class Use>
void for_each_distances(const Tensor& rows, const Tensor& queries, const Use& use) {
  constexpr std::size_t at_once = 64, block = 2048;  // so that products stay in the cache
  const std::size_t columns = rows.shape()[1], count = rows.shape()[0], size = queries.shape()[0];
  if (columns != queries.shape()[1] || count == 0)
    throw ConfigError(fmt::format("{} rows cannot be compared with {}", to_text(queries.shape()),
                                  to_text(rows.shape())));
  const std::vector<double> of_rows = squares_of(rows), of_queries = squares_of(queries);
  run_in_parallel((size + at_once - 1) / at_once, [&](std::size_t part) {
    const std::size_t begin = part * at_once, end = std::min(size, begin + at_once);
    const Factor some(queries.data() + begin * columns, end - begin, columns);
    std::vector<Scalar> products((end - begin) * std::min(block, count));
    std::vector<double> distances(std::min(block, count));
    for (std::size_t first = 0; first < count; first += block) {
      const std::size_t width = std::min(block, count - first);
      gemm(some, Factor(rows.data() + first * columns, width, columns, true), products.data());
      for (std::size_t q = begin; q < end; ++q) {
        const Scalar* product = products.data() + (q - begin) * width;
        for (std::size_t i = 0; i < width; ++i)
          distances[i] = std::max(of_queries[q] + of_rows[first + i] - 2 * double(product[i]), 0.0);
        use(q, first, std::span<const double>(distances.data(), width));
      }
    }
  });
}

/// The k nearest rows so far, the nearest first, with their squared distances.
class Nearest {
 public:
  explicit Nearest(std::size_t k) : k_(k) { found_.reserve(k + 1); }

  void add(std::size_t first, std::span<const double> squared_distances) {
    for (std::size_t i = 0; i < squared_distances.size(); ++i)
      if (squared_distances[i] < limit_) add(first + i, squared_distances[i]);
  }
  std::vector<Neighbour> with_distances() && {
    for (Neighbour& neighbour : found_) neighbour.distance = std::sqrt(neighbour.distance);
    return std::move(found_);
  }

 private:
  void add(std::size_t row, double squared_distance) {
    const auto place = std::upper_bound(
        found_.begin(), found_.end(), squared_distance,
        [](double wanted, const Neighbour& other) { return wanted < other.distance; });
    found_.insert(place, {static_cast<std::uint32_t>(row), squared_distance});
    if (found_.size() > k_) found_.pop_back();
    if (found_.size() == k_) limit_ = found_.back().distance;
  }

  std::size_t k_;
  std::vector<Neighbour> found_;
  double limit_ = std::numeric_limits<double>::infinity();  ///< rows must be nearer than this
};

}  // namespace

std::vector<std::vector<Neighbour>> nearest_neighbours(const Tensor& rows, const Tensor& queries,
                                                       std::size_t k) {
  if (k == 0) throw ConfigError("the 0 nearest neighbours are none: k is at least 1");
  std::vector<Nearest> nearest(queries.shape()[0], Nearest(std::min(k, rows.shape()[0])));
  for_each_distances(rows, queries,
                     [&](std::size_t q, std::size_t first, std::span<const double> distances) {
                       nearest[q].add(first, distances);
                     });
  std::vector<std::vector<Neighbour>> neighbours;
  for (Nearest& one : nearest) neighbours.push_back(std::move(one).with_distances());
  return neighbours;
}

std::vector<bool> within_any_ball(const Tensor& rows, const std::vector<double>& squared_radii,
                                  const Tensor& queries) {
  std::vector<char> within(queries.shape()[0]);  // no vector<bool>: threads write to it in parallel
  for_each_distances(rows, queries,
                     [&](std::size_t q, std::size_t first, std::span<const double> distances) {
                       for (std::size_t i = 0; i < distances.size() && !within[q]; ++i)
                         within[q] = distances[i] <= squared_radii[first + i];
                     });
  return {within.begin(), within.end()};
}

}}  // namespace hourglass
