#include "hourglass/models/statistics/imputation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "hourglass/models/statistics/pca.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// Where numbers are missing, as flat indices.
std::vector<std::size_t> gaps_of(const Tensor& rows) {
  std::vector<std::size_t> gaps;
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (std::isnan(rows.data()[i])) gaps.push_back(i);
  return gaps;
}

/// x̂ = μ + code Wᵀ of one element
double reconstructed(const Pca& pca, const Tensor& codes, std::size_t row, std::size_t column) {
  double sum = pca.mean(column);
  for (std::size_t k = 0; k < codes.shape()[1]; ++k)
    sum += double(codes(row, k)) * double(pca.components(column, k));
  return sum;
}

}  // namespace

Tensor impute_by_means(const Tensor& rows) {
  const std::size_t columns = rows.shape()[1];
  std::vector<double> sums(columns), counts(columns);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (std::isnan(rows.data()[i])) continue;
    sums[i % columns] += rows.data()[i];
    counts[i % columns] += 1;
  }
  Tensor filled_in = rows;
  for (const std::size_t i : gaps_of(rows))
    filled_in.data()[i] =
        static_cast<Scalar>(sums[i % columns] / std::max(counts[i % columns], 1.0));
  return filled_in;
}

Tensor impute_by_pca(const Tensor& rows, std::size_t components) {
  constexpr int most_rounds = 500;
  constexpr double still = 1e-5;  // the mean square of a change
  const std::size_t columns = rows.shape()[1];
  const std::vector<std::size_t> gaps = gaps_of(rows);
  Tensor filled_in = impute_by_means(rows);
  for (int round = 0; round < most_rounds; ++round) {
    const Pca pca = fit_pca(filled_in, components);
    const Tensor codes = project(pca, filled_in);
    double change = 0;
    for (const std::size_t i : gaps) {
      const double number = reconstructed(pca, codes, i / columns, i % columns);
      change += std::pow(number - double(filled_in.data()[i]), 2);
      filled_in.data()[i] = static_cast<Scalar>(number);
    }
    if (change <= still * still * static_cast<double>(gaps.size())) break;
  }
  return filled_in;
}

std::size_t components_for_imputation(const Tensor& rows, std::size_t most, Rng rng) {
  Tensor fewer = rows;
  std::vector<std::size_t> hidden;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (std::isnan(rows.data()[i]) || rng.uniform() >= 0.1) continue;
    fewer.data()[i] = std::numeric_limits<Scalar>::quiet_NaN();
    hidden.push_back(i);
  }
  std::size_t best = 1;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t components = 1; components <= std::min(most, rows.shape()[1]); ++components) {
    const Tensor found = impute_by_pca(fewer, components);
    double error = 0;
    for (const std::size_t i : hidden)
      error += std::pow(double(found.data()[i]) - double(rows.data()[i]), 2);
    if (error < least) {
      least = error;
      best = components;
    }
  }
  return best;
}

}}  // namespace hourglass
