#pragma once

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/nn/module.hpp"

// Layers for images, (N, C, H, W): see autograd/operations.hpp for their formulas. Names, defaults,
// initial weights and their layout are PyTorch's.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct Conv2dOptions {
  Size2 kernel = 3;
  Size2 stride = 1;
  Size2 padding = 0;  ///< zeros on each side
  Size2 dilation = 1;
  std::size_t groups = 1;
  bool bias = true;
};

/// Convolution.  weight: (out, in / groups, kernel height, kernel width)   bias: (out)
/// Both start uniform in ±1/√fan_in with fan_in = in / groups · kernel height · kernel width.
///
///     Conv2d(1, 32, rng, {.stride = 2, .padding = 1})     (N, 1, 28, 28) → (N, 32, 14, 14)
class Conv2d : public Module {
 public:
  /// Throws ConfigError for sizes that do not make a layer.
  Conv2d(std::size_t in, std::size_t out, Rng& rng, Conv2dOptions options = {});
  Var forward(Var x) override;

  Parameter weight;
  Parameter bias;

 private:
  ConvOptions options_;
  bool has_bias_;
};

struct ConvTranspose2dOptions {
  Size2 kernel = 3;
  Size2 stride = 1;
  Size2 padding = 0;         ///< cut from each side of y
  Size2 output_padding = 0;  ///< added to the lower and right side of y
  Size2 dilation = 1;
  std::size_t groups = 1;
  bool bias = true;
};

/// The transpose of a convolution: it enlarges where a convolution shrinks.
/// weight: (in, out / groups, kernel height, kernel width)   bias: (out)
/// Both start uniform in ±1/√fan_in with fan_in = out / groups · kernel height · kernel width,
/// as in PyTorch.
class ConvTranspose2d : public Module {
 public:
  /// Throws ConfigError for sizes that do not make a layer.
  ConvTranspose2d(std::size_t in, std::size_t out, Rng& rng, ConvTranspose2dOptions options = {});
  Var forward(Var x) override;

  Parameter weight;
  Parameter bias;

 private:
  ConvTransposeOptions options_;
  bool has_bias_;
};

/// The largest element of each window; windows do not overlap by default.
class MaxPool2d : public Module {
 public:
  explicit MaxPool2d(PoolOptions options = {}) : options_(options) {}
  Var forward(Var x) override { return max_pool2d(x, options_); }

 private:
  PoolOptions options_;
};

/// The mean of each window.
class AvgPool2d : public Module {
 public:
  explicit AvgPool2d(PoolOptions options = {}) : options_(options) {}
  Var forward(Var x) override { return avg_pool2d(x, options_); }

 private:
  PoolOptions options_;
};

enum class Interpolation { nearest, bilinear };

struct UpsampleOptions {
  Size2 factor = 2;
  Interpolation mode = Interpolation::nearest;
};

/// Enlarges height and width by integer factors.
class Upsample : public Module {
 public:
  explicit Upsample(UpsampleOptions options = {}) : options_(options) {}
  Var forward(Var x) override {
    return options_.mode == Interpolation::nearest ? upsample_nearest(x, options_.factor)
                                                   : upsample_bilinear(x, options_.factor);
  }

 private:
  UpsampleOptions options_;
};

/// (N, C r², H, W) as (N, C, H r, W r).
class PixelShuffle : public Module {
 public:
  explicit PixelShuffle(std::size_t r) : r_(r) {}
  Var forward(Var x) override { return pixel_shuffle(x, r_); }

 private:
  std::size_t r_;
};

/// (B, …) as (B, F).
struct Flatten : Module {
  Var forward(Var x) override { return flatten(x); }
};

/// (B, F) as (B, shape): `Unflatten({32, 7, 7})` gives images of 32 channels.
class Unflatten : public Module {
 public:
  explicit Unflatten(Shape shape) : shape_(std::move(shape)) {}
  Var forward(Var x) override;

 private:
  Shape shape_;
};

}}  // namespace hourglass
