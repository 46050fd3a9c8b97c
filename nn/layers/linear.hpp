#pragma once

#include <cstddef>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/nn/module.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct LinearOptions {
  bool bias = true;
};

/// y = x wᵀ + b      x: (B, in)   weight: (out, in)   bias: (out)   y: (B, out)
/// Weights and bias start uniform in ±1/√in, as PyTorch's do (Kaiming initialisation, He et al.
/// 2015, with the slope √5).
class Linear : public Module {
 public:
  Linear(std::size_t in, std::size_t out, Rng& rng, LinearOptions options = {});
  Var forward(Var x) override;

  Parameter weight;
  Parameter bias;

 protected:
  /// x wᵀ + b, with this w in place of the weight itself.
  Var product(Var x, Var w);

 private:
  bool has_bias_;
};

/// y = x w + b with the weight w of another layer, whose transpose it is (tied weights).
/// x: (B, in)   weight: (in, out), the other layer's (out, in)   bias: (out)   y: (B, out)
/// The bias starts uniform in ±1/√in. The other layer's weight has to outlive this layer.
class TransposedLinear : public Module {
 public:
  TransposedLinear(Parameter& weight, Rng& rng);
  Var forward(Var x) override;

  Parameter bias;

 private:
  Parameter& weight_;
};

/// A table of `count` vectors of `dimension` numbers, one for each whole number 0 … count − 1.
/// x: (…)   weight: (count, dimension)   y: (…, dimension).   Weights start as draws from N(0, 1).
class Embedding : public Module {
 public:
  Embedding(std::size_t count, std::size_t dimension, Rng& rng);
  Var forward(Var x) override;

  Parameter weight;
};

}}  // namespace hourglass
