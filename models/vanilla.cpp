#include "models/vanilla.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "autograd/error.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

void VanillaOptions::describe(Settings& settings) {
  settings("latent", latent, "numbers in the code");
  settings("hidden", hidden, "widths of the encoder's hidden layers; the decoder mirrors them");
  settings("activation", activation,
           "between layers: relu, leaky_relu, elu, selu, gelu, silu, softplus, sigmoid or tanh");
  settings("loss", loss, "squared_error or binary_cross_entropy, summed over an image");
}

Vanilla::Vanilla(std::size_t features, VanillaOptions options, Rng& rng)
    : options_(std::move(options)) {
  if (options_.loss != "squared_error" && options_.loss != "binary_cross_entropy")
    throw ConfigError(fmt::format(
        "'{}' is no loss of this model; there are squared_error and binary_cross_entropy",
        options_.loss));
  std::vector<std::size_t> sizes = {features};
  sizes.insert(sizes.end(), options_.hidden.begin(), options_.hidden.end());
  sizes.push_back(options_.latent);

  add_dense_layers(encoder, sizes, options_.activation, rng);
  std::reverse(sizes.begin(), sizes.end());
  add_dense_layers(decoder, sizes, options_.activation, rng);
  register_module("encoder", encoder);
  register_module("decoder", decoder);
}

std::string Vanilla::loss_unit() const {
  return options_.loss == "squared_error" ? "squared error per image" : "nats per image";
}

Loss Vanilla::loss(Tape& tape, const Tensor& batch, Rng&) {
  Var x = tape.constant(batch);
  Var logits = decoder(encode(x));
  return Loss(options_.loss == "squared_error" ? squared_error<PerExample>(sigmoid(logits), x)
                                               : binary_cross_entropy<PerExample>(logits, x));
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
