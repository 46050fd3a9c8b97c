#pragma once

#include <vector>

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct RidgeOptions {
  /// candidates for λ, chosen on held-out training rows
  std::vector<double> penalties = {1e-4, 1e-3, 1e-2, 1e-1, 1};
};

struct RidgeResult {
  double r2 = 0;       ///< 1 − Σ (y − ŷ)² / Σ (y − ȳ)² on the test rows: 1 is perfect, 0 the mean
  double rmse = 0;     ///< √ mean (y − ŷ)² on the test rows, in the unit of y
  double penalty = 0;  ///< the λ that was chosen
};

/// Ridge regression, which predicts a number y as logistic regression predicts a class:
///
///     ŷ = w · s(x) + b,     minimise  mean (y − ŷ)² + λ ‖w‖²
///     (Xᵀ X / N + λ D) (w, b) = Xᵀ y / N        X: rows (s(x), 1); D: 1 at each w_j, 0 at b
///
/// s standardises the columns (see `standardize`), and the equations are solved by Cholesky
/// decomposition in double: no steps, no learning rate. λ is the one with the least squared error
/// on the last sixth of the training rows, held out; with fewer than 6,000 of them, on every sixth
/// in turn. Then all rows are used. Hoerl & Kennard, "Ridge regression", Technometrics 1970. Throws
/// ConfigError for fewer than 6 training rows, none to test on, or unequally many rows and targets.
RidgeResult ridge_regression(Tensor train, const std::vector<double>& train_targets, Tensor test,
                             const std::vector<double>& test_targets,
                             const RidgeOptions& options = {});

/// Solves `matrix` x = `right` for a symmetric positive semi-definite matrix of size × size, by
/// Cholesky decomposition. Elements of x whose pivot is 0, up to rounding, become 0.
std::vector<double> solve_symmetric(std::vector<double> matrix, std::vector<double> right);

}}  // namespace hourglass
