#include "nn/layers.hpp"

#include <fmt/format.h>

#include "autograd/error.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

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
  Tape& tape = x.tape();
  return has_bias_ ? linear(x, tape.parameter(weight), tape.parameter(bias))
                   : linear(x, tape.parameter(weight));
}

std::unique_ptr<Module> make_activation(const std::string& name) {
  if (name == "relu") return std::make_unique<ReLU>();
  if (name == "leaky_relu") return std::make_unique<LeakyReLU>();
  if (name == "elu") return std::make_unique<ELU>();
  if (name == "silu") return std::make_unique<SiLU>();
  if (name == "softplus") return std::make_unique<Softplus>();
  if (name == "sigmoid") return std::make_unique<Sigmoid>();
  if (name == "tanh") return std::make_unique<Tanh>();
  throw ConfigError(fmt::format(
      "'{}' is no activation; there are relu, leaky_relu, elu, silu, softplus, sigmoid and tanh",
      name));
}

void Sequential::add(std::unique_ptr<Module> part) {
  register_module(std::to_string(parts_.size()), *part);
  parts_.push_back(std::move(part));
}

Var Sequential::forward(Var x) {
  for (const auto& part : parts_) x = (*part)(x);
  return x;
}

void add_dense_layers(Sequential& network, const std::vector<std::size_t>& sizes,
                      const std::string& activation, Rng& rng) {
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    if (i > 0) network.add(make_activation(activation));
    network.add<Linear>(sizes[i], sizes[i + 1], rng);
  }
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
