#include "hand_written.hpp"

#include <array>
#include <cmath>
#include <xtensor/xadapt.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>

#include "hourglass/autograd/kernels/gemm.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

HandWritten::HandWritten(std::vector<std::size_t> sizes, std::size_t batch, Rng& rng) {
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    const Shape weight = {sizes[i + 1], sizes[i]}, bias = {sizes[i + 1]};
    const Shape output = {batch, sizes[i + 1]};
    layers_.push_back({filled(weight), filled(bias), filled(weight), filled(bias), filled(weight),
                       filled(weight), filled(bias), filled(bias), filled(output), filled(output)});
    const Scalar bound = 1 / std::sqrt(static_cast<Scalar>(sizes[i]));
    rng.fill_uniform(layers_.back().w, -bound, bound);
    rng.fill_uniform(layers_.back().b, -bound, bound);
  }
}

Scalar HandWritten::step(const Tensor& x) {
  ++steps_;
  forward(x);
  const Scalar loss = loss_gradient(x);
  backward(x);
  for (Layer& layer : layers_) {
    adam(layer.w, layer.dw, layer.mw, layer.vw);
    adam(layer.b, layer.db, layer.mb, layer.vb);
  }
  return loss;
}

void HandWritten::forward(const Tensor& x) {
  const Tensor* input = &x;
  for (Layer& layer : layers_) {
    gemm(*input, transposed(layer.w), layer.y);
    const std::size_t rows = layer.y.shape()[0], columns = layer.y.shape()[1];
    const Scalar* b = layer.b.data();
    const bool last = &layer == &layers_.back();
#pragma omp parallel for schedule(static)
    for (std::size_t i = 0; i < rows; ++i) {
      Scalar* y = layer.y.data() + i * columns;
      if (last) {
        for (std::size_t j = 0; j < columns; ++j) y[j] += b[j];
        const std::array<std::size_t, 1> shape = {columns};
        auto row = xt::adapt(y, columns, xt::no_ownership(), shape);
        xt::noalias(row) = 1 / (1 + xt::exp(-row));  // vectorised, which std::exp is not
      } else {
        for (std::size_t j = 0; j < columns; ++j) y[j] = y[j] + b[j] > 0 ? y[j] + b[j] : 0;
      }
    }
    input = &layer.y;
  }
}

/// The loss, and its gradient behind the last layer's sigmoid, in one pass.
Scalar HandWritten::loss_gradient(const Tensor& x) {
  Layer& last = layers_.back();
  const Scalar scale = 2 / static_cast<Scalar>(x.shape()[0]);
  const Scalar *y = last.y.data(), *t = x.data();
  Scalar* dy = last.dy.data();
  const std::size_t size = x.size();
  Scalar sum = 0;
#pragma omp parallel for simd reduction(+ : sum) schedule(static)
  for (std::size_t i = 0; i < size; ++i) {
    const Scalar difference = y[i] - t[i];
    sum += difference * difference;
    dy[i] = scale * difference * y[i] * (1 - y[i]);
  }
  return sum / static_cast<Scalar>(x.shape()[0]);
}

void HandWritten::backward(const Tensor& x) {
  for (std::size_t k = layers_.size(); k-- > 0;) {
    Layer& layer = layers_[k];
    gemm(transposed(layer.dy), k > 0 ? layers_[k - 1].y : x, layer.dw);
    const std::size_t rows = layer.dy.shape()[0], columns = layer.dy.shape()[1];
    layer.db.fill(0);
    for (std::size_t i = 0; i < rows; ++i)
      for (std::size_t j = 0; j < columns; ++j)
        layer.db.data()[j] += layer.dy.data()[i * columns + j];
    if (k == 0) return;
    Layer& before = layers_[k - 1];
    gemm(layer.dy, layer.w, before.dy);
    const Scalar* y = before.y.data();
    Scalar* dy = before.dy.data();
    const std::size_t size = before.y.size();
#pragma omp parallel for simd schedule(static)
    for (std::size_t i = 0; i < size; ++i) dy[i] = y[i] > 0 ? dy[i] : 0;
  }
}

void HandWritten::adam(Tensor& weight, const Tensor& gradient, Tensor& first,
                       Tensor& second) const {
  Scalar* __restrict w = weight.data();
  const Scalar* __restrict g = gradient.data();
  Scalar* __restrict m = first.data();
  Scalar* __restrict v = second.data();
  const auto t = static_cast<double>(steps_);
  const Scalar rate = 1e-3 / (1 - std::pow(0.9, t));
  const Scalar to_v_hat = 1 / std::sqrt(1 - std::pow(0.999, t));
  const std::size_t size = weight.size();
#pragma omp parallel for simd schedule(static) if (size > 65536)
  for (std::size_t i = 0; i < size; ++i) {
    m[i] = Scalar(0.9) * m[i] + Scalar(0.1) * g[i];
    v[i] = Scalar(0.999) * v[i] + Scalar(0.001) * g[i] * g[i];
    w[i] -= rate * m[i] / (std::sqrt(v[i]) * to_v_hat + Scalar(1e-8));
  }
}

void HandWritten::products(const Tensor& x) {
  const Tensor* input = &x;
  for (Layer& layer : layers_) {
    gemm(*input, transposed(layer.w), layer.y);
    input = &layer.y;
  }
  for (std::size_t k = layers_.size(); k-- > 0;) {
    gemm(transposed(layers_[k].dy), k > 0 ? layers_[k - 1].y : x, layers_[k].dw);
    if (k > 0) gemm(layers_[k].dy, layers_[k].w, layers_[k - 1].dy);
  }
}

}}  // namespace hourglass
