#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "autograd/operations.hpp"
#include "autograd/random.hpp"
#include "nn/initialization.hpp"
#include "nn/module.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

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

 private:
  bool has_bias_;
};

/// A table of `count` vectors of `dimension` numbers, one for each whole number 0 … count − 1.
/// x: (…)   weight: (count, dimension)   y: (…, dimension).   They start as draws from N(0, 1).
class Embedding : public Module {
 public:
  Embedding(std::size_t count, std::size_t dimension, Rng& rng);
  Var forward(Var x) override;

  Parameter weight;
};

// Activations, elementwise: see autograd/operations.hpp for their formulas.
struct ReLU : Module {
  Var forward(Var x) override { return relu(x); }
};
struct LeakyReLU : Module {
  Var forward(Var x) override { return leaky_relu(x); }
};
struct ELU : Module {
  Var forward(Var x) override { return elu(x); }
};
struct SELU : Module {
  Var forward(Var x) override { return selu(x); }
};
struct GELU : Module {
  Var forward(Var x) override { return gelu(x); }
};
struct SiLU : Module {
  Var forward(Var x) override { return silu(x); }
};
struct Softplus : Module {
  Var forward(Var x) override { return softplus(x); }
};
struct Sigmoid : Module {
  Var forward(Var x) override { return sigmoid(x); }
};
struct Tanh : Module {
  Var forward(Var x) override { return tanh(x); }
};
struct Hardshrink : Module {
  Var forward(Var x) override { return hard_shrink(x); }
};
struct Softshrink : Module {
  Var forward(Var x) override { return soft_threshold(x); }
};

/// The activation of this name in lower case: "relu", "silu", … Throws ConfigError, with the
/// nearest name or those that there are.
std::unique_ptr<Module> make_activation(const std::string& name);

/// Parts one after the other, named "0", "1", …
///
///     Sequential encoder;
///     encoder.add<Linear>(784, 256, rng);
///     encoder.add<ReLU>();
class Sequential : public Module {
 public:
  template <class Part, class... Arguments>
  Part& add(Arguments&&... arguments) {
    auto part = std::make_unique<Part>(std::forward<Arguments>(arguments)...);
    Part& added = *part;
    add(std::move(part));
    return added;
  }
  void add(std::unique_ptr<Module> part);

  Var forward(Var x) override;

 private:
  std::vector<std::unique_ptr<Module>> parts_;
};

/// Linear layers of these sizes with the activation between them, none after the last:
/// {784, 256, 32} is Linear(784, 256), activation, Linear(256, 32).
void add_dense_layers(Sequential& network, const std::vector<std::size_t>& sizes,
                      const std::string& activation, Rng& rng);

}  // namespace hourglass::inline HOURGLASS_PRECISION
