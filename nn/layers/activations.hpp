#pragma once

#include <memory>

#include "hourglass/autograd/operations.hpp"
#include "hourglass/nn/choices.hpp"
#include "hourglass/nn/module.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

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

/// All of them by their names in lower case: `activations()["silu"]()` makes a SiLU.
using ActivationMaker = std::unique_ptr<Module> (*)();
const Choices<ActivationMaker>& activations();

}}  // namespace hourglass
