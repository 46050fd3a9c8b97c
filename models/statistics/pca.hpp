#pragma once

#include "hourglass/autograd/base/tensor.hpp"
#include "hourglass/datasets/dataset.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Principal component analysis (Pearson 1901; Hotelling 1933): the best linear autoencoder, and so
/// the baseline for every other one.
///     code = (x − μ) W,   x̂ = μ + code Wᵀ,   W: the eigenvectors of the covariance of x with the
/// largest eigenvalues.
struct Pca {
  Tensor mean;        ///< μ: (F)
  Tensor components;  ///< W: (F, K), orthonormal columns, the largest eigenvalue first
};

/// Throws ConfigError if `components` is 0 or more than an example has values, and DataError if
/// values are missing.
Pca fit_pca(const Dataset& data, std::size_t components);

/// The same for rows of values: (N, F). Throws ConfigError, also if there are no rows.
Pca fit_pca(const Tensor& rows, std::size_t components);

/// code = (x − μ) W of each row: (N, K)
Tensor project(const Pca& pca, const Tensor& rows);

/// The mean of ‖x − x̂‖² over examples, with x̂ the reconstruction by PCA.
double squared_error_per_example(const Pca& pca, const Dataset& data);

}}  // namespace hourglass
