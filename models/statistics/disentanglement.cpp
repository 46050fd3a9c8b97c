#include "hourglass/models/statistics/disentanglement.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/statistics/column_sums.hpp"
#include "hourglass/models/statistics/ridge.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// The factors that vary. Throws ConfigError as the header says.
std::vector<KnownFactor> checked(const Tensor& codes, const std::vector<KnownFactor>& factors) {
  if (codes.dimension() != 2 || codes.size() == 0)
    throw ConfigError(
        fmt::format("disentanglement: there are no codes: {}", to_text(codes.shape())));
  if (!std::all_of(codes.begin(), codes.end(), [](Scalar z) { return std::isfinite(z); }))
    throw ConfigError("disentanglement: some codes are not finite");
  std::vector<KnownFactor> varying;
  for (const KnownFactor& factor : factors) {
    const auto& values = factor.values;
    if (values.size() != codes.shape()[0])
      throw ConfigError(fmt::format("disentanglement: {} codes, but {} values of {}",
                                    codes.shape()[0], values.size(), factor.name));
    for (std::uint8_t value : values)
      if (value >= factor.choices)
        throw ConfigError(fmt::format("disentanglement: {} has a value of {}, but {} choices",
                                      factor.name, value, factor.choices));
    if (std::any_of(values.begin(), values.end(), [&](auto v) { return v != values[0]; }))
      varying.push_back(factor);
  }
  if (varying.empty()) throw ConfigError("disentanglement: no factor varies among these examples");
  return varying;
}

/// −Σ p ln p for weights that p is proportional to; 0 if all are 0.
double entropy(const std::vector<double>& weights) {
  const double all = std::accumulate(weights.begin(), weights.end(), 0.0);
  double sum = 0;
  for (double weight : weights)
    if (weight > 0) sum -= weight / all * std::log(weight / all);
  return sum;
}

/// Which of 20 bins between the least and the largest number of a column each row is in.
std::vector<std::size_t> bins_of(const Tensor& codes, std::size_t column) {
  constexpr std::size_t bins = 20;
  const std::size_t rows = codes.shape()[0];
  double least = codes(0, column), most = least;
  for (std::size_t i = 0; i < rows; ++i) {
    least = std::min<double>(least, codes(i, column));
    most = std::max<double>(most, codes(i, column));
  }
  std::vector<std::size_t> found(rows);
  for (std::size_t i = 0; i < rows && most > least; ++i)
    found[i] = std::min(bins - 1, static_cast<std::size_t>(
                                      double{bins} * (codes(i, column) - least) / (most - least)));
  return found;
}

/// I(a; b) = H(a) + H(b) − H(a, b), of numbers below `choices` and below 20
double mutual_information(const std::vector<std::uint8_t>& a, std::size_t choices,
                          const std::vector<std::size_t>& b) {
  constexpr std::size_t bins = 20;
  std::vector<double> of_a(choices), of_b(bins), of_both(choices * bins);
  for (std::size_t i = 0; i < a.size(); ++i) {
    ++of_a[a[i]];
    ++of_b[b[i]];
    ++of_both[a[i] * bins + b[i]];
  }
  return std::max(0.0, entropy(of_a) + entropy(of_b) - entropy(of_both));
}

double entropy_of(const KnownFactor& factor) {
  std::vector<double> counts(factor.choices);
  for (std::uint8_t value : factor.values) ++counts[value];
  return entropy(counts);
}

}  // namespace

double mutual_information_gap(const Tensor& codes, const std::vector<KnownFactor>& factors) {
  const std::vector<KnownFactor> varying = checked(codes, factors);
  std::vector<std::vector<double>> information(varying.size());
  for (std::size_t j = 0; j < codes.shape()[1]; ++j) {
    const std::vector<std::size_t> bins = bins_of(codes, j);
    for (std::size_t k = 0; k < varying.size(); ++k)
      information[k].push_back(mutual_information(varying[k].values, varying[k].choices, bins));
  }
  double gaps = 0;
  for (std::size_t k = 0; k < varying.size(); ++k) {
    information[k].push_back(0);  // what a second dimension tells if there is only one
    std::partial_sort(information[k].begin(), information[k].begin() + 2, information[k].end(),
                      std::greater<>());
    gaps += (information[k][0] - information[k][1]) / entropy_of(varying[k]);
  }
  return gaps / static_cast<double>(varying.size());
}

namespace {

/// Rows (N, L) shifted to mean 0 and scaled to variance 1; what does not vary becomes 0.
std::vector<double> standardized(const Tensor& rows) {
  const std::size_t columns = rows.shape()[1];
  ColumnSums sums(columns);
  sums.add(rows);
  const std::vector<double> means = sums.means(), variances = sums.variances();
  std::vector<double> result(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::size_t j = i % columns;
    // Below this it is rounding of the mean's square.
    if (variances[j] > 1e-12 * (1 + means[j] * means[j]))
      result[i] = (rows.data()[i] - means[j]) / std::sqrt(variances[j]);
  }
  return result;
}

/// The values of a factor as a column of numbers: (N, 1)
Tensor column_of(const KnownFactor& factor) {
  Tensor column = filled({factor.values.size(), 1});
  std::copy(factor.values.begin(), factor.values.end(), column.begin());
  return column;
}

constexpr double penalty = 1e-3;  // of ridge regression: a little, for dimensions that go together

/// Xᵀ X / N + λ for rows x (N, L), as a matrix (L, L).
std::vector<double> gram(const std::vector<double>& x, std::size_t columns) {
  const std::size_t rows = x.size() / columns;
  std::vector<double> matrix(columns * columns);
  for (std::size_t n = 0; n < rows; ++n)
    for (std::size_t i = 0; i < columns; ++i)
      for (std::size_t j = 0; j < columns; ++j)
        matrix[i * columns + j] += x[n * columns + i] * x[n * columns + j] / double(rows);
  for (std::size_t i = 0; i < columns; ++i) matrix[i * columns + i] += penalty;
  return matrix;
}

/// R_ik for each factor k and dimension i.
std::vector<std::vector<double>> importances(const Tensor& codes,
                                             const std::vector<KnownFactor>& factors) {
  const std::size_t columns = codes.shape()[1], rows = codes.shape()[0];
  const std::vector<double> x = standardized(codes), matrix = gram(x, columns);
  std::vector<std::vector<double>> all;
  for (const KnownFactor& factor : factors) {
    const std::vector<double> y = standardized(column_of(factor));
    std::vector<double> right(columns);
    for (std::size_t n = 0; n < rows; ++n)
      for (std::size_t i = 0; i < columns; ++i)
        right[i] += x[n * columns + i] * y[n] / static_cast<double>(rows);
    std::vector<double> weights = solve_symmetric(matrix, std::move(right));
    for (double& weight : weights) weight = std::abs(weight);
    all.push_back(std::move(weights));
  }
  return all;
}

/// 1 − the entropy in units of the largest possible one; 1 for a single weight.
double concentration(const std::vector<double>& weights) {
  if (weights.size() == 1) return 1;
  return 1 - entropy(weights) / std::log(static_cast<double>(weights.size()));
}

/// The mean over factors of R² for a half of the rows.
double informativeness(const Tensor& codes, const std::vector<KnownFactor>& factors) {
  const std::size_t rows = codes.shape()[0], columns = codes.shape()[1], half = rows / 2;
  std::vector<std::uint32_t> order(rows);
  Rng(1).shuffle(order);
  Tensor train = filled({half, columns}), test = filled({rows - half, columns});
  for (std::size_t n = 0; n < rows; ++n)
    std::copy_n(codes.data() + order[n] * columns, columns,
                n < half ? train.data() + n * columns : test.data() + (n - half) * columns);
  double sum = 0;
  for (const KnownFactor& factor : factors) {
    std::vector<double> values(rows);
    for (std::size_t n = 0; n < rows; ++n) values[n] = factor.values[order[n]];
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(half);
    sum += ridge_regression(train, {values.begin(), middle}, test, {middle, values.end()},
                            {.penalties = {penalty}})
               .r2;
  }
  return sum / static_cast<double>(factors.size());
}

}  // namespace

Dci dci(const Tensor& codes, const std::vector<KnownFactor>& factors) {
  const std::vector<KnownFactor> varying = checked(codes, factors);
  const std::vector<std::vector<double>> matter = importances(codes, varying);
  const auto count = static_cast<double>(varying.size());
  Dci result;
  double all = 0;
  for (std::size_t i = 0; i < codes.shape()[1]; ++i) {
    std::vector<double> of_dimension;
    for (const auto& of_factor : matter) of_dimension.push_back(of_factor[i]);
    const double share = std::accumulate(of_dimension.begin(), of_dimension.end(), 0.0);
    result.disentanglement += share * concentration(of_dimension);
    all += share;
  }
  if (all > 0) result.disentanglement /= all;
  for (const auto& of_factor : matter) result.completeness += concentration(of_factor) / count;
  result.informativeness = informativeness(codes, varying);
  return result;
}

namespace {

/// The dimensions that vote, and their variances.
struct Voters {
  std::vector<std::size_t> dimensions;
  std::vector<double> variances;
};

Voters voters_of(const Tensor& codes) {
  ColumnSums sums(codes.shape()[1]);
  sums.add(codes);
  const std::vector<double> variances = sums.variances();
  const double most = *std::max_element(variances.begin(), variances.end());
  Voters voters;
  for (std::size_t j = 0; j < variances.size(); ++j)
    if (variances[j] > 0 && variances[j] >= 0.01 * most) {
      voters.dimensions.push_back(j);
      voters.variances.push_back(variances[j]);
    }
  return voters;
}

/// The dimension, of those that vote, in which some of the rows vary least.
std::size_t steadiest(const Tensor& codes, const std::vector<std::uint32_t>& rows,
                      const Voters& voters) {
  std::size_t best = 0;
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t v = 0; v < voters.dimensions.size(); ++v) {
    double mean = 0, variance = 0;
    for (std::uint32_t row : rows) mean += codes(row, voters.dimensions[v]) / double(rows.size());
    for (std::uint32_t row : rows)
      variance += std::pow(codes(row, voters.dimensions[v]) - mean, 2) / voters.variances[v];
    if (variance < least) {
      least = variance;
      best = v;
    }
  }
  return best;
}

/// The rows of each value of a factor.
std::vector<std::vector<std::uint32_t>> rows_by_value(const KnownFactor& factor) {
  std::vector<std::vector<std::uint32_t>> rows(factor.choices);
  for (std::uint32_t i = 0; i < factor.values.size(); ++i) rows[factor.values[i]].push_back(i);
  return rows;
}

}  // namespace

double factor_vae_score(const Tensor& codes, const std::vector<KnownFactor>& factors, Rng rng) {
  constexpr std::size_t votes = 2500, together = 64;
  const std::vector<KnownFactor> varying = checked(codes, factors);
  const std::size_t kinds = varying.size();
  const Voters voters = voters_of(codes);
  if (voters.dimensions.empty()) return 1 / static_cast<double>(kinds);
  std::vector<std::vector<std::vector<std::uint32_t>>> groups;
  for (const KnownFactor& factor : varying) groups.push_back(rows_by_value(factor));
  std::vector<std::uint32_t> rows(together);
  const auto vote = [&](std::size_t k) {
    const auto any = rng.below(static_cast<std::uint32_t>(codes.shape()[0]));
    const std::vector<std::uint32_t>& group = groups[k][varying[k].values[any]];
    for (std::uint32_t& row : rows)
      row = group[rng.below(static_cast<std::uint32_t>(group.size()))];
    return steadiest(codes, rows, voters);
  };
  std::vector<std::size_t> first(voters.dimensions.size() * kinds), second = first;
  for (std::vector<std::size_t>* counts : {&first, &second})
    for (std::size_t n = 0; n < votes; ++n) ++(*counts)[vote(n % kinds) * kinds + n % kinds];
  std::size_t right = 0;
  for (std::size_t v = 0; v < voters.dimensions.size(); ++v) {
    const auto begin = first.begin() + static_cast<std::ptrdiff_t>(v * kinds);
    const auto best = std::max_element(begin, begin + static_cast<std::ptrdiff_t>(kinds));
    right += second[static_cast<std::size_t>(best - first.begin())];
  }
  return static_cast<double>(right) / double{votes};
}

}}  // namespace hourglass
