#include "hourglass/models/statistics/mixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/gemm.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/models/statistics/cholesky.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// The number of parts that work on rows is cut into, whatever the number of threads; their sums
/// are added in a fixed order.
constexpr std::size_t parts = 16;

Tensor rows_of(const Tensor& all, Range range) {
  const std::size_t columns = all.shape()[1];
  Tensor some = filled({range.end - range.begin, columns});
  std::copy_n(all.data() + range.begin * columns, some.size(), some.data());
  return some;
}

/// Each row minus row k of `means`.
Tensor less_mean(const Tensor& rows, const Tensor& means, std::size_t k) {
  const std::size_t columns = rows.shape()[1];
  const Scalar* mean = means.data() + k * columns;
  Tensor offsets = rows;
  for (Scalar* row = offsets.data(); row != offsets.data() + offsets.size(); row += columns)
    for (std::size_t j = 0; j < columns; ++j) row[j] -= mean[j];
  return offsets;
}

/// ‖row‖² of row i
double square(const Tensor& rows, std::size_t i) {
  const std::size_t columns = rows.shape()[1];
  const Scalar* row = rows.data() + i * columns;
  Scalar sum = 0;
#pragma omp simd reduction(+ : sum)
  for (std::size_t j = 0; j < columns; ++j) sum += row[j] * row[j];
  return sum;
}

/// The mean variance of the columns.
double mean_variance(const Tensor& rows) {
  const std::size_t count = rows.shape()[0], columns = rows.shape()[1];
  double sum = 0;
  for (std::size_t j = 0; j < columns; ++j) {
    const Scalar* first = rows.data() + j;
    double mean = 0, squares = 0;
    for (std::size_t i = 0; i < count; ++i) mean += first[i * columns] / static_cast<double>(count);
    for (std::size_t i = 0; i < count; ++i)
      squares += (first[i * columns] - mean) * (first[i * columns] - mean);
    sum += squares / static_cast<double>(count);
  }
  return sum / static_cast<double>(columns);
}

/// The first index at which the running sum of `shares` passes `wanted`.
std::size_t index_at(const std::vector<double>& shares, double wanted) {
  for (std::size_t i = 0; i + 1 < shares.size(); ++i) {
    wanted -= shares[i];
    if (wanted < 0) return i;
  }
  return shares.size() - 1;
}

/// Centres by k-means++: rows, each drawn with a probability proportional to the squared distance
/// to the nearest centre before it.
Tensor spread_centres(const Tensor& rows, std::size_t count, Rng& rng) {
  const std::size_t size = rows.shape()[0], columns = rows.shape()[1];
  Tensor centres = filled({count, columns});
  std::vector<double> distances(size, std::numeric_limits<double>::infinity());
  std::size_t chosen = rng.below(static_cast<std::uint32_t>(size));
  for (std::size_t k = 0; k < count; ++k) {
    std::copy_n(rows.data() + chosen * columns, columns, centres.data() + k * columns);
    const Tensor offsets = less_mean(rows, centres, k);
    for (std::size_t i = 0; i < size; ++i)
      distances[i] = std::min(distances[i], square(offsets, i));
    const double sum = std::accumulate(distances.begin(), distances.end(), 0.0);
    chosen = index_at(distances, rng.uniform() * sum);
  }
  return centres;
}

/// The inverse of a lower triangular matrix, by substitution.
Tensor inverse_of(const Tensor& lower) {
  const std::size_t size = lower.shape()[0];
  Tensor inverse = filled({size, size});
  for (std::size_t j = 0; j < size; ++j)
    for (std::size_t i = j; i < size; ++i) {
      double rest = i == j ? 1 : 0;
      for (std::size_t k = j; k < i; ++k) rest -= double(lower(i, k)) * inverse(k, j);
      inverse(i, j) = static_cast<Scalar>(rest / lower(i, i));
    }
  return inverse;
}

}  // namespace

/// The sufficient statistics for the M step: sums over the rows, weighted by r_k, of offsets
/// d = z − m_k from the means before it (close to them the sums lose no precision).
struct Mixture::Sums {
  double log_likelihood = 0;     ///< Σ ln p(z)
  std::vector<double> counts;    ///< Σ r_k
  Tensor offsets;                ///< Σ r_k d: (K, L)
  std::vector<Tensor> products;  ///< Σ r_k d dᵀ: (L, L), or its diagonal (L)

  void operator+=(const Sums& other) {
    log_likelihood += other.log_likelihood;
    offsets += other.offsets;
    for (std::size_t k = 0; k < counts.size(); ++k) {
      counts[k] += other.counts[k];
      products[k] += other.products[k];
    }
  }
};

Mixture Mixture::fit(const Tensor& rows, const MixtureOptions& options, Rng rng) {
  if (options.components == 0) throw ConfigError("a mixture of 0 components: 1 is the least");
  if (rows.shape()[0] < options.components)
    throw ConfigError(fmt::format("a mixture of {} components needs as many examples, but has {}",
                                  options.components, rows.shape()[0]));
  if (!std::all_of(rows.begin(), rows.end(), [](Scalar z) { return std::isfinite(z); }))
    throw ConfigError("a mixture cannot be fitted: some codes are not finite");
  return Mixture(rows, options, rng);
}

Mixture::Mixture(const Tensor& rows, const MixtureOptions& options, Rng rng)
    : full_(options.full),
      floor_(std::max(options.floor * mean_variance(rows), 1e-12)),
      weights_(options.components, 1.0 / static_cast<double>(options.components)),
      means_(spread_centres(rows, options.components, rng)),
      factors_(options.components),
      inverses_(options.components),
      log_determinants_(options.components) {
  const std::size_t size = columns();
  Tensor unit = full_ ? filled({size, size}) : filled({size}, 1);
  for (std::size_t j = 0; full_ && j < size; ++j) unit(j, j) = 1;
  for (std::size_t k = 0; k < components(); ++k) set_factor(k, unit);
  maximise(expect(rows, true));
  for (std::size_t round = 0; round < options.rounds; ++round) {
    const Sums sums = expect(rows, false);
    history_.push_back(sums.log_likelihood / static_cast<double>(rows.shape()[0]));
    if (round > 0 && history_[round] - history_[round - 1] < options.enough) break;
    maximise(sums);
  }
}

/// A_k⁻¹ d of each row d, which has covariance 1 if the rows come from component k.
Tensor Mixture::whiten(const Tensor& offsets, std::size_t k) const {
  Tensor white = full_ ? filled(offsets.shape()) : offsets;
  if (full_)
    gemm(offsets, transposed(inverses_[k]), white);
  else
    for (std::size_t i = 0; i < white.size(); ++i)
      white.data()[i] *= inverses_[k].data()[i % columns()];
  return white;
}

/// ln w_k N(z; m_k, A_k A_kᵀ) of each row and component: (N, K)
Tensor Mixture::log_joint(const Tensor& rows) const {
  const double half_log_2_pi = 0.5 * std::log(2 * std::numbers::pi);
  Tensor joint = filled({rows.shape()[0], components()});
  for (std::size_t k = 0; k < components(); ++k) {
    const Tensor white = whiten(less_mean(rows, means_, k), k);
    const double constant = std::log(weights_[k]) - log_determinants_[k] -
                            static_cast<double>(columns()) * half_log_2_pi;
    for (std::size_t i = 0; i < rows.shape()[0]; ++i)
      joint.data()[i * components() + k] = static_cast<Scalar>(constant - 0.5 * square(white, i));
  }
  return joint;
}

namespace {

/// Turns each row of ln w_k N(z; …) into r_k, in place, and returns Σ ln p(z). With `nearest`, as
/// at the start, each row belongs to its nearest centre only.
double to_shares(Tensor& joint, bool nearest) {
  const std::size_t count = joint.shape()[1];
  double sum = 0;
  for (Scalar* row = joint.data(); row != joint.data() + joint.size(); row += count) {
    const Scalar* most = std::max_element(row, row + count);
    const auto first = most - row;
    const double highest = *most;
    double total = 0;
    for (std::size_t k = 0; k < count; ++k) total += std::exp(row[k] - highest);
    const double log_density = highest + std::log(total);
    for (std::size_t k = 0; k < count; ++k)
      row[k] = nearest ? Scalar(static_cast<std::ptrdiff_t>(k) == first)
                       : static_cast<Scalar>(std::exp(row[k] - log_density));
    sum += log_density;
  }
  return sum;
}

}  // namespace

Mixture::Sums Mixture::expect(const Tensor& rows, bool nearest) const {
  std::vector<Sums> part(parts);
  run_in_parallel(parts, [&](std::size_t p) {
    Sums& sums = part[p];
    sums.counts.resize(components());
    sums.offsets = filled(means_.shape());
    for (const Tensor& factor : factors_) sums.products.push_back(filled(factor.shape()));
    const Range all = split_range(rows.shape()[0], p, parts);
    constexpr std::size_t chunk = 1000;  // stays in the cache
    for (std::size_t first = all.begin; first < all.end; first += chunk) {
      const Tensor some = rows_of(rows, {first, std::min(all.end, first + chunk)});
      Tensor shares = log_joint(some);
      sums.log_likelihood += to_shares(shares, nearest);
      add_to(sums, some, shares);
    }
  });
  for (std::size_t p = 1; p < parts; ++p) part[0] += part[p];
  return std::move(part[0]);
}

void Mixture::add_to(Sums& sums, const Tensor& rows, const Tensor& shares) const {
  const std::size_t size = columns();
  for (std::size_t k = 0; k < components(); ++k) {
    const Tensor offsets = less_mean(rows, means_, k);
    Tensor weighted = offsets;  // r_k d
    Scalar* sum = sums.offsets.data() + k * size;
    for (std::size_t i = 0; i < rows.shape()[0]; ++i) {
      const Scalar share = shares.data()[i * components() + k];
      Scalar* row = weighted.data() + i * size;
      sums.counts[k] += share;
      for (std::size_t j = 0; j < size; ++j) sum[j] += row[j] *= share;
    }
    if (full_)
      gemm(transposed(weighted), offsets, sums.products[k], Sum::accumulate);
    else
      for (std::size_t i = 0; i < rows.shape()[0]; ++i)
        for (std::size_t j = 0; j < size; ++j)
          sums.products[k].data()[j] +=
              weighted.data()[i * size + j] * offsets.data()[i * size + j];
  }
}

void Mixture::maximise(const Sums& sums) {
  const std::size_t size = columns();
  const double rows = std::accumulate(sums.counts.begin(), sums.counts.end(), 0.0);
  for (std::size_t k = 0; k < components(); ++k) {
    weights_[k] = std::max(sums.counts[k] / rows, 1e-12);
    if (sums.counts[k] < 1) continue;  // an empty component stays where it is
    std::vector<double> moved(size);
    for (std::size_t j = 0; j < size; ++j) {
      moved[j] = sums.offsets(k, j) / sums.counts[k];
      means_(k, j) += static_cast<Scalar>(moved[j]);
    }
    Tensor covariance = sums.products[k];
    for (std::size_t n = 0; n < covariance.size(); ++n) {
      const std::size_t j = n % size, i = full_ ? n / size : j;
      covariance.data()[n] = static_cast<Scalar>(covariance.data()[n] / sums.counts[k] -
                                                 moved[i] * moved[j] + (i == j ? floor_ : 0));
    }
    set_factor(k, covariance);
  }
}

void Mixture::set_factor(std::size_t k, const Tensor& covariance) {
  factors_[k] = inverses_[k] = covariance;
  if (full_) {
    factors_[k] = cholesky_factor(covariance);
    inverses_[k] = inverse_of(factors_[k]);
  } else {
    for (Scalar& root : factors_[k]) root = std::sqrt(std::max(root, Scalar(floor_)));
    for (std::size_t j = 0; j < columns(); ++j) inverses_[k](j) = 1 / factors_[k](j);
  }
  log_determinants_[k] = 0;
  for (std::size_t j = 0; j < columns(); ++j)
    log_determinants_[k] += std::log(full_ ? factors_[k](j, j) : factors_[k](j));
}

Tensor Mixture::covariance(std::size_t k) const {
  const std::size_t size = columns();
  Tensor product = filled({size, size});
  if (full_)
    gemm(factors_[k], transposed(factors_[k]), product);
  else
    for (std::size_t j = 0; j < size; ++j) product(j, j) = factors_[k](j) * factors_[k](j);
  return product;
}

double Mixture::log_likelihood(const Tensor& rows) const {
  Tensor joint = log_joint(rows);
  return to_shares(joint, false) / static_cast<double>(rows.shape()[0]);
}

Tensor Mixture::draw(std::size_t count, Rng& rng, double temperature) const {
  const std::size_t size = columns();
  Tensor drawn = filled({count, size}), noise = filled({count, size});
  rng.fill_normal(noise, 0, static_cast<Scalar>(temperature));
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t k = index_at(weights_, rng.uniform());
    for (std::size_t j = 0; j < size; ++j) {
      double z = means_(k, j);
      for (std::size_t l = full_ ? 0 : j; l <= j; ++l)
        z += double(full_ ? factors_[k](j, l) : factors_[k](j)) * noise(i, l);
      drawn(i, j) = static_cast<Scalar>(z);
    }
  }
  return drawn;
}

}}  // namespace hourglass
