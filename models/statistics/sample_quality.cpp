#include "hourglass/models/statistics/sample_quality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <xtensor-blas/xlinalg.hpp>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/blas.hpp"
#include "hourglass/autograd/kernels/gemm.hpp"
#include "hourglass/autograd/kernels/threads.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

using Matrix = xt::xtensor<double, 2>;

struct Crowd {
  std::vector<double> mean;
  Tensor covariance;
};

Crowd describe(const Tensor& rows) {
  const std::size_t count = rows.shape()[0], columns = rows.shape()[1];
  Crowd crowd{std::vector<double>(columns), filled({columns, columns})};
  for (std::size_t i = 0; i < rows.size(); ++i) crowd.mean[i % columns] += rows.data()[i];
  for (double& sum : crowd.mean) sum /= static_cast<double>(count);
  Tensor centred = rows;
  for (std::size_t i = 0; i < rows.size(); ++i)
    centred.data()[i] -= static_cast<Scalar>(crowd.mean[i % columns]);
  gemm(transposed(centred), centred, crowd.covariance);
  crowd.covariance /= static_cast<Scalar>(count);
  return crowd;
}

/// The eigenvalues and eigenvectors of a symmetric matrix; rounding makes none of them negative.
std::tuple<std::vector<double>, Matrix> eigen(const Tensor& symmetric) {
  const Matrix matrix = xt::cast<double>(symmetric);
  guard_blas_kernels();
  const auto solved = xt::linalg::eigh(matrix);
  std::vector<double> values;
  for (double value : std::get<0>(solved)) values.push_back(std::max(value, 0.0));
  return {values, Matrix(std::get<1>(solved))};
}

/// C^½ = V √λ Vᵀ
Tensor root_of(const Tensor& symmetric) {
  const auto [values, vectors] = eigen(symmetric);
  const std::size_t size = values.size();
  Tensor scaled = filled({size, size}), plain = filled({size, size}), root = filled({size, size});
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j < size; ++j) {
      plain(i, j) = static_cast<Scalar>(vectors(i, j));
      scaled(i, j) = static_cast<Scalar>(vectors(i, j) * std::sqrt(values[j]));
    }
  gemm(scaled, transposed(plain), root);
  return root;
}

}  // namespace

double frechet_distance(const Tensor& a, const Tensor& b) {
  if (a.shape()[1] != b.shape()[1] || a.shape()[0] < 2 || b.shape()[0] < 2)
    throw ConfigError(
        fmt::format("a Fréchet distance of {} and {}: both need two rows or more, of "
                    "the same features",
                    to_text(a.shape()), to_text(b.shape())));
  const Crowd one = describe(a), two = describe(b);
  const Tensor root = root_of(one.covariance);
  Tensor half = filled(root.shape()), between = filled(root.shape());
  gemm(root, two.covariance, half);
  gemm(half, root, between);
  const std::vector<double> values = std::get<0>(eigen(between));
  double distance = 0;
  for (std::size_t j = 0; j < one.mean.size(); ++j) {
    const double apart = one.mean[j] - two.mean[j];
    distance += apart * apart + one.covariance(j, j) + two.covariance(j, j);
  }
  for (double value : values) distance -= 2 * std::sqrt(value);
  return std::max(distance, 0.0);
}

namespace {

std::vector<double> squares_of(const Tensor& rows) {
  std::vector<double> squares(rows.shape()[0]);
  const std::size_t columns = rows.shape()[1];
  for (std::size_t i = 0; i < rows.size(); ++i)
    squares[i / columns] += double(rows.data()[i]) * rows.data()[i];
  return squares;
}

/// Calls use(q, squared distances of query q to all rows), some queries at a time on each thread.
template <class Use>
void for_each_distances(const Tensor& queries, const Tensor& rows, const Use& use) {
  constexpr std::size_t chunk = 64;
  const std::size_t columns = rows.shape()[1], count = rows.shape()[0], size = queries.shape()[0];
  if (columns != queries.shape()[1] || count == 0)
    throw ConfigError(fmt::format("{} rows cannot be compared with {}", to_text(queries.shape()),
                                  to_text(rows.shape())));
  const std::vector<double> of_rows = squares_of(rows), of_queries = squares_of(queries);
  run_in_parallel((size + chunk - 1) / chunk, [&](std::size_t part) {
    const std::size_t first = part * chunk, last = std::min(size, first + chunk);
    std::vector<Scalar> products((last - first) * count);
    gemm(Factor(queries.data() + first * columns, last - first, columns), transposed(rows),
         products.data());
    std::vector<double> distances(count);
    for (std::size_t q = first; q < last; ++q) {
      for (std::size_t i = 0; i < count; ++i)
        distances[i] = std::max(
            of_queries[q] + of_rows[i] - 2 * double(products[(q - first) * count + i]), 0.0);
      use(q, distances);
    }
  });
}

/// The share of queries that lie in a ball around any row; `reach`: the balls' squared radii.
double share_within(const Tensor& queries, const Tensor& rows, const std::vector<double>& reach) {
  std::vector<std::uint8_t> within(queries.shape()[0]);
  for_each_distances(queries, rows, [&](std::size_t q, const std::vector<double>& distances) {
    for (std::size_t i = 0; i < reach.size() && !within[q]; ++i)
      within[q] = distances[i] <= reach[i];
  });
  return static_cast<double>(std::accumulate(within.begin(), within.end(), std::size_t{0})) /
         static_cast<double>(within.size());
}

std::vector<double> reach_of(const Tensor& rows, std::size_t k) {
  std::vector<double> reach;
  for (const Nearest& nearest : nearest_rows(rows, rows, k + 1))  // the nearest is itself
    reach.push_back(nearest.distance * nearest.distance);
  return reach;
}

}  // namespace

std::vector<Nearest> nearest_rows(const Tensor& queries, const Tensor& rows, std::size_t kth) {
  if (kth == 0 || kth > rows.shape()[0])
    throw ConfigError(fmt::format("there is no {}th nearest of {} rows", kth, rows.shape()[0]));
  std::vector<Nearest> nearest(queries.shape()[0]);
  for_each_distances(queries, rows, [&](std::size_t q, const std::vector<double>& distances) {
    std::vector<std::uint32_t> order(distances.size());
    std::iota(order.begin(), order.end(), 0u);
    const auto place = order.begin() + static_cast<std::ptrdiff_t>(kth - 1);
    std::nth_element(order.begin(), place, order.end(), [&](std::uint32_t i, std::uint32_t j) {
      return distances[i] != distances[j] ? distances[i] < distances[j] : i < j;
    });
    nearest[q] = {*place, std::sqrt(distances[*place])};
  });
  return nearest;
}

PrecisionRecall precision_recall(const Tensor& real, const Tensor& generated, std::size_t k) {
  if (k == 0 || real.shape()[0] <= k || generated.shape()[0] <= k)
    throw ConfigError(
        fmt::format("precision and recall by {} neighbours need more rows than {} "
                    "real and {} generated ones",
                    k, real.shape()[0], generated.shape()[0]));
  return {share_within(generated, real, reach_of(real, k)),
          share_within(real, generated, reach_of(generated, k))};
}

}}  // namespace hourglass
