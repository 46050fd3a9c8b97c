#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "hourglass/models/core/discrete.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

// What the encoder of a discrete code learns from is not the slope of its loss, on purpose: these
// compute it by hand.

/// The gradients of a module's parameters, which are set back to 0.
inline std::vector<Tensor> take_gradients(const Module& module) {
  std::vector<Tensor> taken;
  for (Parameter* parameter : module.parameters()) {
    taken.push_back(parameter->grad);
    parameter->zero_grad();
  }
  return taken;
}

/// The gradient of ‖x − x̂‖², the mean over x, by the code of x: (B, P D)
inline Tensor gradient_by_code(DiscreteAutoencoder& model, const Tensor& x) {
  Tape plain(Tape::Gradients::off), tape;
  Parameter code({x.shape()[0], model.latent()});
  code.value = model.encode(plain.constant(x)).value();
  Var rebuilt = model.decode(tape.parameter(code));
  tape.backward(per_example(squared_error(rebuilt, tape.constant(x))));
  return code.grad;
}

inline void expect_gradients(const Module& module, const std::vector<Tensor>& expected) {
  std::size_t i = 0;
  for (Parameter* parameter : module.parameters())
    EXPECT_TRUE(is_near(parameter->grad, expected[i++], 64 * epsilon)) << parameter->name;
}

/// That a little more of any of the module's weights does not change a loss that has a gradient by
/// them, since the same code is chosen.
template <class LossOf>
void expect_gradients_without_slope(const Module& module, const LossOf& loss) {
  Tape tape;
  Var value = loss(tape);
  const double before = value.item();
  tape.backward(value);
  for (Parameter* parameter : module.parameters()) {
    const auto is_large = [](Scalar g) { return std::abs(g) > 1e-6; };
    EXPECT_TRUE(std::any_of(parameter->grad.begin(), parameter->grad.end(), is_large))
        << parameter->name;
    const Scalar weight = parameter->value.data()[0];
    parameter->value.data()[0] += Scalar(1e-6);
    Tape other(Tape::Gradients::off);
    EXPECT_EQ(loss(other).item(), before) << parameter->name;
    parameter->value.data()[0] = weight;
  }
}

}  // namespace hourglass::HOURGLASS_PRECISION::testing
