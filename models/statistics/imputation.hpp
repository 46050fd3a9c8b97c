#pragma once

#include <cstddef>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Cheap ways to fill in missing numbers, which stand as NaN in rows (N, F): baselines.

/// By the mean of what is known of a column; 0 where nothing is: (N, F).
Tensor impute_by_means(const Tensor& rows);

/// By iterated PCA (Kiers, "Weighted least squares fitting using ordinary least squares algorithms",
/// Psychometrika 1997): missing numbers begin as means and are replaced by what PCA with so many
/// components makes of their row, until that changes no more: (N, F). Columns should be of one
/// scale. Throws ConfigError if `components` is 0 or more than F.
Tensor impute_by_pca(const Tensor& rows, std::size_t components);

/// The number of components, at most `most`, with which it finds a tenth of the known numbers best
/// if they are hidden from it. `rng` draws which.
std::size_t components_for_imputation(const Tensor& rows, std::size_t most, Rng rng);

}}  // namespace hourglass
