#include "hourglass/models/statistics/sample_quality.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <xtensor-blas/xlinalg.hpp>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/blas.hpp"
#include "hourglass/models/statistics/nearest_neighbours.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

using Matrix = xt::xtensor<double, 2>;

struct Moments {
  std::vector<double> mean;
  Matrix covariance;  ///< Σ (x − mean)(x − mean)ᵀ / (N − 1)
};

Moments moments_of(const Tensor& rows) {
  const std::size_t count = rows.shape()[0], columns = rows.shape()[1];
  Moments moments{std::vector<double>(columns), {}};
  for (std::size_t i = 0; i < rows.size(); ++i) moments.mean[i % columns] += rows.data()[i];
  for (double& sum : moments.mean) sum /= static_cast<double>(count);
  Matrix centred({count, columns});
  for (std::size_t i = 0; i < rows.size(); ++i)
    centred.data()[i] = rows.data()[i] - moments.mean[i % columns];
  guard_blas_kernels();
  moments.covariance = xt::linalg::dot(xt::transpose(centred), centred);
  moments.covariance /= static_cast<double>(count - 1);
  return moments;
}

/// The eigenvalues and eigenvectors of a symmetric matrix; eigenvalues below 0 (rounding) become 0.
std::tuple<std::vector<double>, Matrix> eigen(const Matrix& symmetric) {
  guard_blas_kernels();
  const auto solved = xt::linalg::eigh(symmetric);
  std::vector<double> values;
  for (double value : std::get<0>(solved)) values.push_back(std::max(value, 0.0));
  return {values, Matrix(std::get<1>(solved))};
}

/// C^½ = V √λ Vᵀ
Matrix root_of(const Matrix& symmetric) {
  const auto [values, vectors] = eigen(symmetric);
  Matrix scaled = vectors;
  for (std::size_t i = 0; i < values.size(); ++i)
    for (std::size_t j = 0; j < values.size(); ++j) scaled(i, j) *= std::sqrt(values[j]);
  return xt::linalg::dot(scaled, xt::transpose(vectors));
}

}  // namespace

double frechet_distance(const Tensor& a, const Tensor& b) {
  if (a.shape()[1] != b.shape()[1] || a.shape()[0] < 2 || b.shape()[0] < 2)
    throw ConfigError(
        fmt::format("a Fréchet distance of {} and {}: both need two rows or more, of "
                    "the same features",
                    to_text(a.shape()), to_text(b.shape())));
  const Moments one = moments_of(a), two = moments_of(b);
  const Matrix root = root_of(one.covariance);
  const Matrix between = xt::linalg::dot(Matrix(xt::linalg::dot(root, two.covariance)), root);
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

/// The fraction of queries that lie in a ball around any row; `reach`: the balls' squared radii.
double share_within(const Tensor& queries, const Tensor& rows, const std::vector<double>& reach) {
  const std::vector<bool> within = within_any_ball(rows, reach, queries);
  return static_cast<double>(std::count(within.begin(), within.end(), true)) /
         static_cast<double>(within.size());
}

std::vector<double> reach_of(const Tensor& rows, std::size_t k) {
  std::vector<double> reach;
  for (const auto& nearest : nearest_neighbours(rows, rows, k + 1))  // the nearest is itself
    reach.push_back(nearest.back().distance * nearest.back().distance);
  return reach;
}

}  // namespace

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
