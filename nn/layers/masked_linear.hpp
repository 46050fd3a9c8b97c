#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "hourglass/nn/layers/linear.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Networks whose outputs depend on some of the inputs only: on those that come first in an order. A
// value of degree d depends on the first d inputs at most. The degrees of the N values of a layer
// are a tensor (M, N) with a row for each of M masks, so that one network can serve several orders.

/// y = x (w ∘ m)ᵀ + b,    m_ji = 1 if degree(x_i) ≤ degree(y_j), else 0
/// A Linear layer without the connections that its degrees forbid; a mask is one row of these.
/// x: (B, in)   weight: (out, in)   bias: (out)   y: (B, out);   degrees: (M, in) and (M, out)
/// Weights start as those of Linear; those that every mask cuts are 0 and stay so. The degrees have
/// to outlive the layer.
class MaskedLinear : public Linear {
 public:
  MaskedLinear(const Tensor& in_degrees, const Tensor& out_degrees, Rng& rng,
               LinearOptions options = {});
  /// With the first mask …
  Var forward(Var x) override { return forward(x, 0); }
  /// … or with number `mask` < M.
  Var forward(Var x, std::size_t mask);

 private:
  void fill_mask(std::size_t number, Tensor& mask) const;

  const Tensor &in_degrees_, &out_degrees_;
};

struct AutoregressiveOptions {
  std::vector<std::size_t> hidden = {500};
  std::string activation = "relu";
  bool direct = true;  ///< whether the outputs also see the inputs directly
};

/// Masked layers with an activation between them: h_0 = x, h_i = act(W_i h_i−1 + b_i), and
/// y = V h + c (+ A x), all of W_i, V and A masked, so that an output of degree d is a function of
/// the first d inputs. The degree of a hidden unit is drawn at random, for each mask, from the
/// least in the layer below to the largest of an output. Degrees are buffers: "degrees.0" are those
/// of the inputs, the last ones those of the outputs.
/// Germain, Gregor, Murray & Larochelle, "MADE: Masked Autoencoder for Distribution Estimation",
/// ICML 2015.
class AutoregressiveNetwork : public Module {
 public:
  /// `inputs`: (M, in), for each mask the places of the inputs in its order, from 1. Inputs at one
  /// place are seen together. `outputs`: (M, out). Throws ConfigError for a layer without units, or
  /// an unknown activation.
  AutoregressiveNetwork(Tensor inputs, Tensor outputs, const AutoregressiveOptions& options,
                        Rng& rng);

  /// With the first mask …
  Var forward(Var x) override { return forward(x, 0); }
  /// … or with number `mask` < masks(): (B, in) → (B, out)
  Var forward(Var x, std::size_t mask);

  std::size_t masks() const { return degrees_.front().shape()[0]; }
  /// The degrees of the inputs and of each layer.
  const std::vector<Tensor>& degrees() const { return degrees_; }
  /// The inputs in the order of a mask. Throws DataError if its degrees, from a file, are none.
  std::vector<std::size_t> order(std::size_t mask) const;

 private:
  std::vector<Tensor> degrees_;
  std::vector<std::unique_ptr<MaskedLinear>> layers_;
  std::unique_ptr<MaskedLinear> direct_;  // null if there is none
  std::unique_ptr<Module> activation_;
};

}}  // namespace hourglass
