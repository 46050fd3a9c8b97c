#pragma once

#include <cstddef>
#include <vector>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The yardstick of the engine: one training step of a dense autoencoder (ReLU between layers,
/// sigmoid at the end, squared error, Adam) written out by hand around the same products, with
/// every other pass over memory fused where a person would fuse it, and no tape, graph or module.
class HandWritten {
 public:
  HandWritten(std::vector<std::size_t> sizes, std::size_t batch, Rng& rng);

  /// forward, backward, Adam; returns the loss per example.
  Scalar step(const Tensor& x);

  /// Only the step's products, in its order, on whatever lies in memory.
  void products(const Tensor& x);

 private:
  struct Layer {
    Tensor w, b, dw, db, mw, vw, mb, vb;  // (out, in) and (out)
    Tensor y, dy;                         // (B, out): after the activation; before it, its gradient
  };

  void forward(const Tensor& x);
  Scalar loss_gradient(const Tensor& x);
  void backward(const Tensor& x);
  void adam(Tensor& w, const Tensor& dw, Tensor& m, Tensor& v) const;

  std::vector<Layer> layers_;
  std::size_t steps_ = 0;
};

}}  // namespace hourglass
