#include "nn/layers.hpp"

#include <fmt/format.h>

#include "autograd/advice.hpp"
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

namespace {

template <class Activation>
std::unique_ptr<Module> made() {
  return std::make_unique<Activation>();
}

struct NamedActivation {
  const char* name;
  std::unique_ptr<Module> (*make)();
};
constexpr NamedActivation activations[] = {{"relu", made<ReLU>},
                                           {"leaky_relu", made<LeakyReLU>},
                                           {"elu", made<ELU>},
                                           {"selu", made<SELU>},
                                           {"gelu", made<GELU>},
                                           {"silu", made<SiLU>},
                                           {"softplus", made<Softplus>},
                                           {"sigmoid", made<Sigmoid>},
                                           {"tanh", made<Tanh>},
                                           {"hardshrink", made<Hardshrink>},
                                           {"softshrink", made<Softshrink>}};

}  // namespace

std::unique_ptr<Module> make_activation(const std::string& name) {
  std::vector<std::string> names;
  for (const NamedActivation& activation : activations) {
    if (name == activation.name) return activation.make();
    names.push_back(activation.name);
  }
  throw ConfigError(fmt::format("'{}' is no activation; {}", name, advice(name, names)));
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
