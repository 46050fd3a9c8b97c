#pragma once

#include "hourglass/autograd/operations.hpp"
#include "hourglass/nn/module.hpp"

// Normalisation layers: see autograd/operations.hpp for their formulas. Names and defaults are
// PyTorch's: weights start as 1, biases as 0.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct BatchNormOptions {
  double momentum = 0.1;  ///< how far the running statistics move towards each batch's
  double eps = 1e-5;
};

/// Normalises each channel by the batch's mean and variance in training, otherwise by their running
/// averages (Ioffe & Szegedy, ICML 2015). It couples the examples of a batch.
class BatchNorm : public Module {
 public:
  Var forward(Var x) override;
  bool couples_examples() const override { return true; }

  Parameter weight, bias;
  Tensor running_mean, running_var;
  Tensor num_batches_tracked;  ///< a single number

 protected:
  BatchNorm(const char* name, std::size_t axes, std::size_t channels, BatchNormOptions options);

 private:
  const char* name_;
  std::size_t axes_;
  BatchNormOptions options_;
};

/// x: (B, C)
struct BatchNorm1d : BatchNorm {
  explicit BatchNorm1d(std::size_t channels, BatchNormOptions options = {})
      : BatchNorm("BatchNorm1d", 2, channels, options) {}
};
/// x: (N, C, H, W)
struct BatchNorm2d : BatchNorm {
  explicit BatchNorm2d(std::size_t channels, BatchNormOptions options = {})
      : BatchNorm("BatchNorm2d", 4, channels, options) {}
};

/// Normalises each example over its last axes, which have this shape (Ba et al. 2016).
class LayerNorm : public Module {
 public:
  explicit LayerNorm(const Shape& shape, double eps = 1e-5);
  explicit LayerNorm(std::size_t features, double eps = 1e-5) : LayerNorm(Shape{features}, eps) {}
  Var forward(Var x) override;

  Parameter weight, bias;

 private:
  double eps_;
};

/// Normalises each example over each group of its channels (Wu & He 2018).
class GroupNorm : public Module {
 public:
  /// Throws ConfigError if the channels cannot be divided equally into the groups.
  GroupNorm(std::size_t groups, std::size_t channels, double eps = 1e-5);
  Var forward(Var x) override;

  Parameter weight, bias;

 private:
  std::size_t groups_;
  double eps_;
};

}}  // namespace hourglass
