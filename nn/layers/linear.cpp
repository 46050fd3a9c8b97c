#include "hourglass/nn/layers/linear.hpp"

#include <fmt/format.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/nn/initialization.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Linear::Linear(std::size_t in, std::size_t out, Rng& rng, LinearOptions options)
    : weight(weight_shape("Linear", {out, in})), bias({out}), has_bias_(options.bias) {
  if (in == 0 || out == 0)
    throw ConfigError(
        fmt::format("Linear: {} inputs and {} outputs: both must be at least 1", in, out));
  register_parameter("weight", weight);
  layer_uniform(weight.value, in, rng);
  if (!has_bias_) return;
  register_parameter("bias", bias);
  layer_uniform(bias.value, in, rng);
}

Var Linear::forward(Var x) {
  return product(x, x.tape().parameter(weight));
}

Var Linear::product(Var x, Var w) {
  return has_bias_ ? linear(x, w, x.tape().parameter(bias)) : linear(x, w);
}

TransposedLinear::TransposedLinear(Parameter& weight, Rng& rng)
    : bias({weight.value.shape()[1]}), weight_(weight) {
  register_parameter("bias", bias);
  layer_uniform(bias.value, weight.value.shape()[0], rng);
}

Var TransposedLinear::forward(Var x) {
  Tape& tape = x.tape();
  return matmul(x, tape.parameter(weight_)) + tape.parameter(bias);
}

Embedding::Embedding(std::size_t count, std::size_t dimension, Rng& rng)
    : weight(weight_shape("Embedding", {count, dimension})) {
  if (count == 0 || dimension == 0)
    throw ConfigError(fmt::format("Embedding: {} vectors of {} numbers: both must be at least 1",
                                  count, dimension));
  register_parameter("weight", weight);
  rng.fill_normal(weight.value, 0, 1);
}

Var Embedding::forward(Var x) {
  Shape shape = x.shape();
  shape.push_back(weight.value.shape()[1]);
  Var rows = index_select(x.tape().parameter(weight), reshape(x, {x.value().size()}));
  return reshape(rows, shape);
}

}}  // namespace hourglass
