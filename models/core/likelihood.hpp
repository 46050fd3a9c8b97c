#pragma once

#include <memory>
#include <numbers>
#include <string>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/core/variational.hpp"
#include "hourglass/nn/files/config.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct LikelihoodOptions {
  std::string likelihood = "bernoulli";
  bool binarize = true;

  void describe(Settings& settings) {
    settings("likelihood", likelihood,
             "of pixels: bernoulli, gaussian, discretized_logistic or ordinal");
    settings("binarize", binarize, "bernoulli learns from zeros and ones, drawn anew in each step");
  }
};

/// p(x | z), as the numbers that a decoder gives for each pixel, its outputs (B, maps() F), say.
class Likelihood : public Module {
 public:
  /// How many numbers the decoder gives for each pixel.
  virtual std::size_t maps() const { return 1; }
  /// x̂ = E[x | z], in 0..1: (B, F)
  virtual Var mean(Var outputs) = 0;
  /// ln p(x | z): (B), in nats
  virtual Var log_likelihood(Var x, Var outputs) = 0;
  /// What it is the likelihood of: the examples, unless it says otherwise.
  virtual Var observe(Tape& tape, const Tensor& x, Rng& /*rng*/) { return tape.constant(x); }
  virtual Probability probability() const { return Probability::mass; }

  Var forward(Var outputs) override { return mean(outputs); }
};

/// A coin for each pixel:  ln p(x | z) = Σ x ln x̂ + (1 − x) ln(1 − x̂),  x̂ = σ(outputs).
/// x is zeros and ones, drawn anew each time with the pixels as probabilities ("dynamic
/// binarisation", Salakhutdinov & Murray, ICML 2008), or without `binarize` the grey pixels
/// themselves: a good loss, but no probability of them.
class BernoulliLikelihood : public Likelihood {
 public:
  explicit BernoulliLikelihood(bool binarize) : binarize_(binarize) {}
  Var mean(Var outputs) override { return sigmoid(outputs); }
  Var log_likelihood(Var x, Var outputs) override { return bernoulli_log_likelihood(x, outputs); }
  Var observe(Tape& tape, const Tensor& x, Rng& rng) override {
    return binarize_ ? binarize(tape, x, rng) : tape.constant(x);
  }
  Probability probability() const override {
    return binarize_ ? Probability::mass : Probability::none;
  }

 private:
  bool binarize_;
};

/// N(x; x̂, s²) with x̂ = σ(outputs) and one s, which is learnt, for all pixels of all images:
///     ln p(x | z) = −‖x − x̂‖² / 2s² − F (ln s + ½ ln 2π)
/// so that nobody has to choose how much squared error weighs against KL: the best s² is the mean
/// squared error per pixel (σ-VAE: Rybkin, Daniilidis & Levine, ICML 2021). Pixels are no reals: it
/// is a density, whose logarithm may well be positive.
class GaussianLikelihood : public Likelihood {
 public:
  GaussianLikelihood() {
    log_deviation.value.fill(-1);
    register_parameter("log_deviation", log_deviation);
  }
  Var mean(Var outputs) override { return sigmoid(outputs); }
  Var log_likelihood(Var x, Var outputs) override {
    Var log_s = x.tape().parameter(log_deviation);
    const auto pixels = static_cast<Scalar>(x.shape()[1]);
    const auto half_log_2_pi = static_cast<Scalar>(0.5 * std::log(2 * std::numbers::pi));
    return -0.5 * squared_error(mean(outputs), x) * exp(-2 * log_s) -
           pixels * (log_s + half_log_2_pi);
  }
  Probability probability() const override { return Probability::density; }

  Parameter log_deviation{{1}};
};

/// 256 levels, as in a file of 8-bit pixels: the mass that a logistic distribution with mean and
/// scale of its own for each pixel has around x (Salimans et al., PixelCNN++, ICLR 2017). So
/// −ln p(x) / (F ln 2) is exactly the bits per pixel that a lossless compressor with this model
/// needs. Outputs: F means, then F logarithms of scales. A mean beyond 0..1 makes black or white
/// certain.
class DiscretizedLogisticLikelihood : public Likelihood {
 public:
  std::size_t maps() const override { return 2; }
  Var mean(Var outputs) override { return clamp(half(outputs, 0), 0, 1); }
  Var log_likelihood(Var x, Var outputs) override {
    return discretized_logistic_log_likelihood(x, half(outputs, 0), clamp(half(outputs, 1), -7, 7));
  }

 private:
  static Var half(Var outputs, std::size_t number) {
    const std::size_t pixels = outputs.shape()[1] / 2;
    return slice(outputs, 1, number * pixels, (number + 1) * pixels);
  }
};

/// 256 levels again, whose bins are learnt: an ordinal regression of each pixel. A logistic
/// variable of mean m and scale s falls between thresholds t_1 < … < t_255, which all pixels share,
/// and the level says between which (McCullagh, "Regression Models for Ordinal Data", JRSS B 1980):
///     P(x ≥ v) = σ((m − t_v) / s),   P(x = v) = P(x ≥ v) − P(x ≥ v + 1)
/// Levels are never equally frequent: four of five pixels of MNIST are black, and of the others a
/// third are 252, 253 or 254. They get wide bins, the grey between them narrow ones, and so a pixel
/// may be black or white, but hardly grey, as no logistic over equal bins can say.
/// Outputs: F means, then F logarithms of scales.
class OrdinalLikelihood : public Likelihood {
 public:
  OrdinalLikelihood() {
    log_widths.value.fill(static_cast<Scalar>(std::log(8.0 / levels)));
    first_threshold.value.fill(-4);
    register_parameter("first_threshold", first_threshold);
    register_parameter("log_widths", log_widths);
  }

  std::size_t maps() const override { return 2; }

  /// E[x] = 1/255 Σ_v P(x ≥ v), of which every 17th term stands for those around it.
  Var mean(Var outputs) override {
    constexpr std::size_t step = 17;
    Var m = half(outputs, 0), per_scale = exp(-log_scale(outputs)), t = thresholds(m.tape());
    Var sum = sigmoid((m - slice(t, 0, step / 2, step / 2 + 1)) * per_scale);
    for (std::size_t v = step / 2 + step; v < levels - 1; v += step)
      sum = sum + sigmoid((m - slice(t, 0, v, v + 1)) * per_scale);
    return sum * (Scalar(step) / Scalar(levels - 1));
  }

  /// With u = (t_x+1 − m) / s and l = (t_x − m) / s the mass is
  ///     σ(u) − σ(l) = σ(u) σ(−l) (1 − e^(l − u)),
  /// a product, in which nothing cancels.
  Var log_likelihood(Var x, Var outputs) override {
    Var m = half(outputs, 0), per_scale = exp(-log_scale(outputs));
    Var edges = pad(pad(thresholds(x.tape()), 0, 1, 0, -endless), 0, 0, 1, endless);
    Var level = reshape(round_straight_through(x * Scalar(levels - 1)), {x.value().size()});
    Var lower = (reshape(index_select(edges, level), x.shape()) - m) * per_scale;
    Var upper = (reshape(index_select(edges, level + 1), x.shape()) - m) * per_scale;
    return -sum(softplus(-upper) + softplus(lower) - log(-expm1(lower - upper)), {1});
  }

  /// t_1 … t_255: (255)
  Var thresholds(Tape& tape) {
    Tensor ones = filled({levels - 2, levels - 1});  // sums of the first widths
    for (std::size_t v = 1; v < levels - 1; ++v)
      for (std::size_t w = 0; w < v; ++w) ones(w, v) = 1;
    Var widths = reshape(exp(tape.parameter(log_widths)), {1, levels - 2});
    return reshape(matmul(widths, tape.constant(std::move(ones))), {levels - 1}) +
           tape.parameter(first_threshold);
  }
  /// ln s, kept where neither s nor 1 / s overflows.
  static Var log_scale(Var outputs) { return clamp(half(outputs, 1), -5, 5); }

  Parameter first_threshold{{1}}, log_widths{{levels - 2}};

 private:
  static constexpr std::size_t levels = 256;
  static constexpr Scalar endless = 1e5;  ///< a threshold that no level is beyond

  static Var half(Var outputs, std::size_t number) {
    const std::size_t pixels = outputs.shape()[1] / 2;
    return slice(outputs, 1, number * pixels, (number + 1) * pixels);
  }
};

/// Throws ConfigError where there is none of this name.
inline std::unique_ptr<Likelihood> make_likelihood(const LikelihoodOptions& options) {
  if (options.likelihood == "bernoulli")
    return std::make_unique<BernoulliLikelihood>(options.binarize);
  if (options.likelihood == "gaussian") return std::make_unique<GaussianLikelihood>();
  if (options.likelihood == "discretized_logistic")
    return std::make_unique<DiscretizedLogisticLikelihood>();
  if (options.likelihood == "ordinal") return std::make_unique<OrdinalLikelihood>();
  throw ConfigError("'" + options.likelihood +
                    "' is no likelihood; there are bernoulli, gaussian, discretized_logistic and "
                    "ordinal");
}

}}  // namespace hourglass
