#pragma once

#include <algorithm>
#include <cmath>
#include <hourglass/hourglass.hpp>
#include <numbers>
#include <xtensor-blas/xlinalg.hpp>
#include <xtensor/xview.hpp>

#include "hourglass/autograd/kernels/gemm.hpp"

/// What chapter 4 trains, and what it measures of the spaces that decoders span.
namespace hourglass {

using Matrix = xt::xtensor<double, 2>;

// [angle]
/// The largest angle, in degrees, by which a direction in the space of V's columns leaves the space
/// of P's, which are orthonormal: cos² is the least eigenvalue of Pᵀ (V (VᵀV)⁻¹ Vᵀ) P, and what
/// stands in brackets is the projection on V's space.
inline double angle(const Matrix& v, const Matrix& p) {
  const Matrix both = xt::linalg::dot(xt::transpose(p), v);
  const Matrix inverse = xt::linalg::inv(xt::linalg::dot(xt::transpose(v), v));
  const Matrix squares = xt::linalg::dot(xt::linalg::dot(both, inverse), xt::transpose(both));
  const double least = std::get<0>(xt::linalg::eigh(squares))(0);
  return std::acos(std::sqrt(std::clamp(least, 0.0, 1.0))) * 180 / std::numbers::pi;
}
// [/angle]

// [stand_ins]
/// 2 D points around 0 with the variances λ along the D axes, and no covariance: a pair ±√(D λ) on
/// each axis.
inline Tensor stand_ins(const std::vector<double>& variances) {
  const std::size_t d = variances.size();
  Tensor rows = filled({2 * d, d});
  for (std::size_t j = 0; j < d; ++j) {
    rows(2 * j, j) = Scalar(std::sqrt(double(d) * variances[j]));
    rows(2 * j + 1, j) = -rows(2 * j, j);
  }
  return rows;
}
// [/stand_ins]

/// A linear autoencoder of points on 50 axes, whose random start is `scale` times the usual.
inline std::unique_ptr<LinearAutoencoder> start(std::size_t numbers, double scale,
                                                bool tied = false) {
  Rng rng(3);
  const LinearAutoencoderOptions options{.latent = numbers, .tied = tied};
  auto model = std::make_unique<LinearAutoencoder>(Shape{50}, options, rng);
  for (Parameter* each : model->parameters()) each->value *= Scalar(scale);
  return model;
}

/// Whether a curve gets a mark at this step: evenly many on a logarithmic axis.
inline bool drawn(std::size_t step) {
  return step >= 10 && int(8 * std::log2(step)) != int(8 * std::log2(step + 1));
}

// [fit]
/// Steps of an optimiser, each on the rows that `rows` gives for it; `look` is called after each.
template <class Rows>
void fit(LinearAutoencoder& model, Optimizer& optimizer, std::size_t steps, const Rows& rows,
         const std::function<void(std::size_t)>& look) {
  Tape tape;
  for (std::size_t step = 0; step < steps; ++step) {
    tape.reset();
    const Var x = tape.constant(rows(step));
    optimizer.zero_grad();
    tape.backward(per_example(squared_error(model(x), x)));
    optimizer.step();
    look(step + 1);
  }
}
// [/fit]

/// Gradient descent on all points at once.
inline void descend(
    LinearAutoencoder& model, const Tensor& points, std::size_t steps, double decay = 0,
    const std::function<void(std::size_t)>& look = [](std::size_t) {}) {
  SGD sgd(model.parameters(), {.lr = 0.02, .weight_decay = decay});
  fit(model, sgd, steps, [&](std::size_t) -> const Tensor& { return points; }, look);
}

/// The mean over rows of ‖x − x̂‖².
inline double error(Autoencoder& model, const Tensor& rows) {
  return double(xt::sum(xt::square(reconstruct(model, rows) - rows))()) / double(rows.shape()[0]);
}

/// The length of a column.
inline double length(const Matrix& columns, std::size_t k) {
  return std::sqrt(xt::sum(xt::square(xt::view(columns, xt::all(), k)))());
}

// [spectrum]
/// The squared singular values of an encoder's W, the largest first; and how well directions agree
/// with the axes, as |cosine|.
struct Spectrum {
  explicit Spectrum(LinearAutoencoder& model) {
    const Matrix w = model.encoder.weight.value, rows = xt::transpose(w);
    const auto solved = xt::linalg::eigh(Matrix(xt::linalg::dot(rows, w)));
    for (std::size_t k = 0, last = w.shape()[1] - 1; k < w.shape()[0]; ++k) {
      squares.push_back(std::get<0>(solved)(last - k));
      agreement = std::min(agreement, std::abs(std::get<1>(solved)(k, last - k)));
      for (std::size_t j = 0; j <= last; ++j)
        nearest_row = std::max(nearest_row, std::abs(w(k, j)) / length(rows, k));
    }
  }
  std::vector<double> squares;
  double agreement = 1;    ///< the worst of singular direction k and axis k
  double nearest_row = 0;  ///< the best of any row of W and any axis
};
// [/spectrum]

/// The variance of the data along each component.
inline std::vector<double> variances(const Pca& pca, const Tensor& rows) {
  const Tensor along = xt::mean(xt::square(project(pca, rows)), {0});
  return {along.begin(), along.end()};
}

/// Points of the components' axes as rows of pixels.
inline Tensor rebuild(const Pca& pca, const Tensor& points) {
  Tensor rows = filled({points.shape()[0], pca.mean.size()});
  gemm(points, transposed(pca.components), rows);
  return rows + pca.mean;
}

/// A vector as a column of length 1.
inline Matrix direction(const Tensor& vector) {
  Matrix column = xt::zeros<double>({vector.size(), std::size_t{1}});
  std::copy(vector.begin(), vector.end(), column.begin());
  return column / length(column, 0);
}

/// Columns as images, 0 as middle grey.
inline Tensor as_images(const Matrix& columns) {
  Tensor images = filled({columns.shape()[1], columns.shape()[0]});
  for (std::size_t k = 0; k < columns.shape()[1]; ++k) {
    double largest = 0;
    for (std::size_t i = 0; i < columns.shape()[0]; ++i)
      largest = std::max(largest, std::abs(columns(i, k)));
    for (std::size_t i = 0; i < columns.shape()[0]; ++i)
      images(k, i) = Scalar(0.5 + columns(i, k) / largest / 2);
  }
  return images;
}

}  // namespace hourglass
