#pragma once

#include <string>
#include <vector>

#include "models/autoencoder.hpp"
#include "nn/config.hpp"
#include "nn/layers.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

struct VanillaOptions {
  std::size_t latent = 32;
  std::vector<std::size_t> hidden = {512, 256};
  std::string activation = "relu";
  std::string loss = "squared_error";

  void describe(Settings& settings);
};

/// The plain autoencoder: a network that squeezes x through a narrow code and has to rebuild it.
///
///     code = f(x),  x̂ = σ(g(code)),      minimise  ‖x − x̂‖²  or  −Σ x ln x̂ + (1 − x) ln(1 − x̂)
///
/// f and g are dense, g mirrors f, σ keeps pixels in 0..1. With one linear layer each way the best
/// code is that of PCA; the layers between are what lets it do better.
/// Rumelhart, Hinton & Williams, "Learning representations by back-propagating errors", Nature
/// 1986; Hinton & Salakhutdinov, "Reducing the Dimensionality of Data with Neural Networks",
/// Science 2006.
class Vanilla : public Autoencoder {
 public:
  /// Throws ConfigError for options that make no network.
  Vanilla(std::size_t features, VanillaOptions options, Rng& rng);

  Var encode(Var x) override { return encoder(x); }
  Var decode(Var code) override { return sigmoid(decoder(code)); }
  Loss loss(Tape& tape, const Tensor& batch, Rng& rng) override;
  std::string loss_unit() const override;
  std::size_t latent() const override { return options_.latent; }

  Sequential encoder, decoder;

 private:
  VanillaOptions options_;
};

}  // namespace hourglass::inline HOURGLASS_PRECISION
