#pragma once

#include <cstddef>
#include <vector>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct MixtureOptions {
  std::size_t components = 20;  ///< K
  bool full = true;             ///< full covariances; otherwise diagonal ones
  std::size_t rounds = 60;      ///< of EM, at most
  double enough = 1e-3;         ///< EM ends when a round gains fewer nats per row
  double floor = 1e-3;          ///< added to variances, as a fraction of the rows' mean variance
};

/// A mixture of normal distributions, fitted to rows of numbers such as a trained model's codes:
///
///     p(z) = Σ_k w_k N(z; m_k, A_k A_kᵀ)          z: (L), A_k lower triangular
///
/// by expectation maximisation, which alternates between two steps:
///     E   which component did row z come from?    r_k(z) = w_k N(z; …) / p(z)
///     M   which components fit that best?         w_k, m_k, A_k A_kᵀ: how many rows, their mean
///                                                 and their covariance, each row weighted by r_k
/// No round lowers the likelihood of the rows, but which maximum it climbs depends on the start:
/// k-means++, centres that are drawn far from one another. Logarithms are used throughout, since a
/// density in 50 dimensions may be outside the range of a float.
/// Dempster, Laird & Rubin, "Maximum likelihood from incomplete data via the EM algorithm", 1977;
/// Arthur & Vassilvitskii, "k-means++", SODA 2007.
class Mixture {
 public:
  /// Fits a mixture to rows (N, L); the result depends on `rng`, not on the number of threads.
  /// Throws ConfigError if there are fewer rows than components, no components, or values that are
  /// not finite.
  static Mixture fit(const Tensor& rows, const MixtureOptions& options, Rng rng);

  std::size_t components() const { return weights_.size(); }
  double weight(std::size_t k) const { return weights_[k]; }  ///< w_k
  const Tensor& means() const { return means_; }              ///< (K, L)
  /// A_k A_kᵀ: (L, L)
  Tensor covariance(std::size_t k) const;

  /// The mean of ln p(z) over rows (N, L), in nats.
  double log_likelihood(const Tensor& rows) const;
  /// The same over the rows that it was fitted to, at the start of each round.
  const std::vector<double>& history() const { return history_; }

  /// New rows: (count, L). `temperature` shrinks each component about its mean: 1 draws from p(z),
  /// 0 gives the means themselves.
  Tensor draw(std::size_t count, Rng& rng, double temperature = 1) const;

 private:
  struct Sums;

  Mixture(const Tensor& rows, const MixtureOptions& options, Rng rng);
  std::size_t columns() const { return means_.shape()[1]; }

  Tensor whiten(const Tensor& offsets, std::size_t k) const;
  Tensor log_joint(const Tensor& rows) const;
  Sums expect(const Tensor& rows, bool nearest) const;
  void add_to(Sums& sums, const Tensor& rows, const Tensor& shares) const;
  void maximise(const Sums& sums);
  void set_factor(std::size_t k, const Tensor& covariance);

  bool full_;
  double floor_ = 0;
  std::vector<double> weights_;
  Tensor means_;
  /// A_k and its inverse, (L, L); for diagonal covariances only their diagonals, (L)
  std::vector<Tensor> factors_, inverses_;
  std::vector<double> log_determinants_;  ///< ln det A_k
  std::vector<double> history_;
};

}}  // namespace hourglass
