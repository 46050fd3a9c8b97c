#pragma once

#include <vector>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/autograd/base/tensor.hpp"
#include "hourglass/datasets/factors.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Whether a code holds each of the factors that the examples were generated from in a dimension of
// its own. Codes are (N, L), with the K factors' values of the same N examples; a factor that has
// the same value in all of them is left out. All throw ConfigError if there are no rows, if no
// factor varies, if sizes differ, or if a code is not finite.
//
// None of the three can be computed, and so no model can be chosen, without known factors; and
// models of one kind that differ in nothing but their seed differ as much as models of different
// kinds do: Locatello et al., "Challenging Common Assumptions in the Unsupervised Learning of
// Disentangled Representations", ICML 2019.

/// The mutual information gap: by how much the dimension that tells most about a factor is ahead of
/// the second,
///
///     MIG = mean_k ( I(z_first; v_k) − I(z_second; v_k) ) / H(v_k)
///
/// from 0 to 1, which a code reaches that holds each factor, whole, in one dimension, and nothing
/// of it elsewhere. Information is estimated from histograms, of 20 bins of equal width in each
/// dimension, as Locatello et al. do; the paper samples from q(z | x). Chen, Li, Grosse & Duvenaud,
/// "Isolating Sources of Disentanglement in Variational Autoencoders", NeurIPS 2018.
double mutual_information_gap(const Tensor& codes, const std::vector<KnownFactor>& factors);

/// Disentanglement, completeness and informativeness. R_ik, how much dimension i matters for factor
/// k, is the absolute weight |w_ik| in a linear prediction of the factor's value from the code,
/// both standardised:
struct Dci {
  /// 1 − the entropy of R_ik / Σ_k R_ik, in units of ln K, averaged over dimensions in proportion
  /// to Σ_k R_ik: 1 if no dimension matters for two factors
  double disentanglement = 0;
  /// 1 − the entropy of R_ik / Σ_i R_ik, in units of ln L, averaged over factors: 1 if each factor
  /// is predicted from one dimension
  double completeness = 0;
  /// the mean of R² over factors, predicted for a half of the rows by what was fitted to the other
  /// half: 1 if values are linear in the code. At most 0 if the code says nothing of them.
  double informativeness = 0;
};
/// The paper takes lasso regression or random forests, and others boosted trees; here it is ridge
/// regression, so what a code says in another way than linearly (an angle by its sine and cosine)
/// does not count. Eastwood & Williams, "A Framework for the Quantitative Evaluation of
/// Disentangled Representations", ICLR 2018.
Dci dci(const Tensor& codes, const std::vector<KnownFactor>& factors);

/// FactorVAE's metric. Of examples that agree in one factor, a disentangled code agrees in one
/// dimension: 64 of them are drawn, and the dimension in which their codes vary least, relative to
/// all codes, votes for that factor. The result is how many of 2,500 votes are for the factor that
/// most of another 2,500 votes of the same dimension are for: 1 for a disentangled code, 1 / K for
/// a code that says nothing. Dimensions with less than a hundredth of the largest variance do not
/// vote, since they hold nothing. Kim & Mnih, "Disentangling by Factorising", ICML 2018.
double factor_vae_score(const Tensor& codes, const std::vector<KnownFactor>& factors, Rng rng);

}}  // namespace hourglass
