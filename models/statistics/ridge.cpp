#include "hourglass/models/statistics/ridge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/gemm.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/models/statistics/classification.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

double dot(const double* a, const double* b, std::size_t size) {
  double sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::size_t i = 0; i < size; ++i) sum += a[i] * b[i];
  return sum;
}

}  // namespace

std::vector<double> solve_symmetric(std::vector<double> a, std::vector<double> x) {
  const std::size_t size = x.size();
  const auto row = [&](std::size_t i) { return a.data() + i * size; };
  for (std::size_t i = 0; i < size; ++i)  // a becomes its Cholesky factor, below the diagonal
    for (std::size_t j = 0; j <= i; ++j) {
      const double rest = row(i)[j] - dot(row(i), row(j), j);
      if (i == j)
        row(i)[i] = rest > 1e-12 * row(i)[i] ? std::sqrt(rest) : 0;
      else
        row(i)[j] = row(j)[j] > 0 ? rest / row(j)[j] : 0;
    }
  for (std::size_t i = 0; i < size; ++i) {
    x[i] -= dot(row(i), x.data(), i);
    x[i] = row(i)[i] > 0 ? x[i] / row(i)[i] : 0;
  }
  for (std::size_t i = size; i-- > 0;) {
    x[i] = row(i)[i] > 0 ? x[i] / row(i)[i] : 0;
    for (std::size_t j = 0; j < i; ++j) x[j] -= row(i)[j] * x[i];
  }
  return x;
}

namespace {

/// The sufficient statistics of rows (s(x), 1) and their targets for the regression.
struct Sums {
  std::size_t size = 0;
  double count = 0, squares = 0;  ///< N, Σ y²
  std::vector<double> products;   ///< Xᵀ X: (size, size)
  std::vector<double> targets;    ///< Xᵀ y: (size)

  void add(const Sums& other, double sign) {
    count += sign * other.count;
    squares += sign * other.squares;
    for (std::size_t i = 0; i < products.size(); ++i) products[i] += sign * other.products[i];
    for (std::size_t i = 0; i < targets.size(); ++i) targets[i] += sign * other.targets[i];
  }
};

/// The sums of rows range.begin, …, range.end − 1.
Sums sums_of(const Tensor& rows, const std::vector<double>& y, Range range) {
  const std::size_t columns = rows.shape()[1], size = columns + 1;
  const std::size_t count = range.end - range.begin;
  Sums sums{size, static_cast<double>(count), 0, std::vector<double>(size * size),
            std::vector<double>(size)};
  Tensor gram = filled({columns, columns});
  const Factor x(rows.data() + range.begin * columns, count, columns);
  gemm(transposed(x), x, gram);
  for (std::size_t i = 0; i < columns; ++i)
    for (std::size_t j = 0; j < columns; ++j)
      sums.products[i * size + j] = gram.data()[i * columns + j];
  for (std::size_t n = range.begin; n < range.end; ++n) {
    sums.squares += y[n] * y[n];
    sums.targets[columns] += y[n];
    for (std::size_t j = 0; j < columns; ++j) {
      const double number = rows.data()[n * columns + j];
      sums.targets[j] += number * y[n];
      sums.products[columns * size + j] += number;
    }
  }
  for (std::size_t j = 0; j < columns; ++j)
    sums.products[j * size + columns] = sums.products[columns * size + j];
  sums.products.back() = sums.count;
  return sums;
}

/// (w, b)
std::vector<double> fit(const Sums& sums, double penalty) {
  std::vector<double> matrix = sums.products;
  for (std::size_t j = 0; j + 1 < sums.size; ++j) matrix[j * sums.size + j] += penalty * sums.count;
  return solve_symmetric(std::move(matrix), sums.targets);
}

/// Σ (y − ŷ)² = Σ y² − 2 w · Xᵀ y + w · Xᵀ X w
double squared_error(const Sums& sums, const std::vector<double>& w) {
  double error = sums.squares;
  for (std::size_t i = 0; i < sums.size; ++i) {
    const double* row = sums.products.data() + i * sums.size;
    error += w[i] * (dot(row, w.data(), sums.size) - 2 * sums.targets[i]);
  }
  return error;
}

/// The λ with the least held-out error, the last of equally good ones. The training rows are all
/// rows minus those held out.
double choose_penalty(const std::vector<Sums>& sixths, const Sums& all,
                      const std::vector<double>& penalties) {
  constexpr double few = 6000;
  const std::size_t first = all.count < few ? 0 : sixths.size() - 1;
  std::vector<double> errors(penalties.size());
  run_in_parallel(penalties.size(), [&](std::size_t p) {
    for (std::size_t out = first; out < sixths.size(); ++out) {
      Sums kept = all;
      kept.add(sixths[out], -1);
      errors[p] += squared_error(sixths[out], fit(kept, penalties[p]));
    }
  });
  std::size_t best = 0;
  for (std::size_t p = 1; p < penalties.size(); ++p)
    if (errors[p] <= errors[best]) best = p;
  return penalties[best];
}

}  // namespace

RidgeResult ridge_regression(Tensor train, const std::vector<double>& train_targets, Tensor test,
                             const std::vector<double>& test_targets, const RidgeOptions& options) {
  constexpr std::size_t parts = 6;
  const std::size_t count = train_targets.size(), columns = train.shape()[1];
  if (count != train.shape()[0] || test_targets.size() != test.shape()[0])
    throw ConfigError(fmt::format("{} rows have {} targets, {} test rows have {}", train.shape()[0],
                                  count, test.shape()[0], test_targets.size()));
  if (count < parts || test_targets.empty())
    throw ConfigError(
        fmt::format("ridge regression: {} rows are too few to hold one of six out, or there are no "
                    "rows to test on",
                    count));
  standardize(train, test);
  std::vector<Sums> sixths;
  for (std::size_t p = 0; p < parts; ++p)
    sixths.push_back(sums_of(train, train_targets, split_range(count, p, parts)));
  Sums all = sixths[0];
  for (std::size_t p = 1; p < parts; ++p) all.add(sixths[p], 1);
  RidgeResult result;
  result.penalty = choose_penalty(sixths, all, options.penalties);
  const std::vector<double> w = fit(all, result.penalty);
  const auto tests = static_cast<double>(test_targets.size());
  const double mean = std::accumulate(test_targets.begin(), test_targets.end(), 0.0) / tests;
  double error = 0, spread = 0;
  for (std::size_t i = 0; i < test_targets.size(); ++i) {
    const Scalar* row = test.data() + i * columns;
    const double guess = std::inner_product(row, row + columns, w.begin(), w.back());
    error += (test_targets[i] - guess) * (test_targets[i] - guess);
    spread += (test_targets[i] - mean) * (test_targets[i] - mean);
  }
  result.rmse = std::sqrt(error / tests);
  result.r2 = spread > 0 ? 1 - error / spread : 0;
  return result;
}

}}  // namespace hourglass
