#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hourglass/models/core/likelihood.hpp"
#include "hourglass/models/core/model_info.hpp"
#include "hourglass/nn/layers/activations.hpp"
#include "hourglass/nn/layers/masked_linear.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The orders in which the pixels can be predicted.
enum class PixelOrder { natural, random };
const Choices<PixelOrder>& pixel_orders();

struct MadeOptions {
  AutoregressiveOptions network = {.hidden = {500, 500}};
  std::string order = "natural";
  std::size_t masks = 1;
  LikelihoodOptions likelihood = {};

  void describe(Settings& settings) {
    settings("hidden", network.hidden, "widths of the hidden layers");
    settings("activation", network.activation, activations(), "between layers");
    settings("direct", network.direct, "the output layer sees the pixels before its own, too");
    settings("order", order, pixel_orders(), "in which pixels are predicted");
    settings("masks", masks, at_least(1), "one a step in training, their mixture afterwards");
    likelihood.describe(settings);
  }
};

/// MADE, the masked autoencoder for distribution estimation: connections are cut until each pixel
/// is predicted from those before it and from nothing else. The predictions are then the factors of
/// p(x), which is exact: no latent variable, no bound.
///
///     p(x) = Π_d p(x_d | x_i with o(i) < o(d)),    x_d ~ Bernoulli(σ(y_d)),    y = network(x)
///     minimise  −ln p(x)
///
/// o(d) is the place of pixel d in an order. Every unit has a degree, the number of pixels that it
/// may depend on: o(d) for an input, o(d) − 1 for an output, drawn at random for a hidden unit. The
/// connection from unit i to unit j stays if degree(i) ≤ degree(j). All factors come from one pass;
/// a new image takes F passes, each for one more pixel (ancestral sampling).
/// Several masks are drawn once; each step of training takes the next, and the model is their
/// mixture, p(x) = 1/M Σ_m p_m(x), still exact. With `order = random` each has an order of its own.
///
/// The code is x itself: nothing is compressed. decode(x) is E[x_d | the pixels before it] for
/// every pixel, the mean over the masks: of a drawn image, the probabilities with which it was
/// drawn. nll_nats is −ln p(x), and bits_per_dim the same in bits per pixel if p(x) is a
/// probability mass. With `binarize = false` it is none, and the loss is called cross_entropy_nats.
/// Differences from the paper: pixels are binarised anew in every step; layers of 500 units in
/// place of 8,000, Adam in place of Adagrad, uniform in place of orthogonal initial weights; the
/// natural order by default, which theirs never have.
/// Germain, Gregor, Murray & Larochelle, "MADE: Masked Autoencoder for Distribution Estimation",
/// ICML 2015.
class Made : public Autoencoder {
 public:
  /// Throws ConfigError for options that make no network.
  Made(const Shape& example_shape, const MadeOptions& options, Rng& rng);

  Var encode(Var x) override { return x; }
  Var decode(Var code) override {
    Var sum = likelihood->mean(network.forward(code, 0));
    for (std::size_t m = 1; m < network.masks(); ++m)
      sum = sum + likelihood->mean(network.forward(code, m));
    return sum / static_cast<Scalar>(network.masks());
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = likelihood->observe(tape, batch.x, rng);
    Var nll = -mean(training() ? log_likelihood(x, mask_) : log_likelihood(x));
    const Probability probability = likelihood->probability();
    if (probability == Probability::none) return Loss("cross_entropy_nats", nll);
    Loss loss("nll_nats", nll);
    if (probability == Probability::mass) loss.with("bits_per_dim", nll / nats_of_a_bit());
    return loss;
  }

  /// ln p_m(x) of one mask, and ln p(x) of their mixture: (B), in nats.
  Var log_likelihood(Var x, std::size_t mask) {
    return likelihood->log_likelihood(x, network.forward(x, mask));
  }
  Var log_likelihood(Var x);

  /// −ln p(x), with grey pixels as they are.
  Var anomaly_score(Var x) override { return -log_likelihood(x); }

  /// In training, step s is that of mask s mod M.
  void before_step(std::size_t step, std::size_t) override { mask_ = step % network.masks(); }

  /// The number of pixels.
  std::size_t latent() const override { return pixels_; }
  std::string loss_unit() const override { return "nats per image"; }
  bool is_regularized() const override { return true; }
  bool is_autoregressive() const override { return true; }
  bool can_sample() const override { return true; }

  /// Draws x ~ p(x), each from one mask of the mixture: (count, F).
  Tensor sample_codes(std::size_t count, Rng& rng) override;

  static ModelInfo info() {
    return model_info<Made, MadeOptions>({
        .name = "made",
        .summary = "each pixel predicted from those before it: an exact likelihood, and no code",
        .objective = "minimise −ln p(x) = −Σ_d ln p(x_d | x_1 … x_d−1)",
        .paper = "Germain, Gregor, Murray & Larochelle, MADE: Masked Autoencoder for Distribution "
                 "Estimation, ICML 2015",
        .training = {.lr = 2e-3},
    });
  }

  const std::unique_ptr<Likelihood> likelihood;
  AutoregressiveNetwork network;

 private:
  Made(const MadeOptions& options, const Tensor& places, Rng& rng);

  /// Draws x ~ p_m(x), pixel by pixel: (count, F).
  Tensor draw(std::size_t mask, std::size_t count, Rng& rng);
  /// One bit per pixel, in nats per example: F ln 2
  Scalar nats_of_a_bit() const;

  std::size_t pixels_, mask_ = 0;
};

}}  // namespace hourglass
