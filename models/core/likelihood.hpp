#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include "hourglass/models/core/variational.hpp"
#include "hourglass/nn/choices.hpp"
#include "hourglass/nn/files/config.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct LikelihoodOptions {
  std::string likelihood = "bernoulli";
  bool binarize = true;

  void describe(Settings& settings);
};

/// The probabilities, in double, that a pixel is below each level: what an entropy coder needs.
/// Made from the same decoder outputs as the likelihood's log_likelihood.
class LevelProbabilities {
 public:
  virtual ~LevelProbabilities() = default;

  /// The numbers that `below` computes with for one pixel, from the decoder's outputs.
  using Pixel = std::array<double, 3>;

  /// The number of levels: 256, as in a byte, or 2, black and white.
  virtual unsigned levels() const = 0;
  /// Pixel i of an example that has `pixels` pixels and these outputs.
  virtual Pixel pixel(const Scalar* outputs, std::size_t i, std::size_t pixels) const = 0;
  /// P(level of the pixel < level), for a level from 1 to levels() − 1
  virtual double below(const Pixel& pixel, unsigned level) const = 0;
};

/// The likelihood p(x | z), parameterised by the decoder's outputs for each pixel: (B, maps() F).
class Likelihood : public Module {
 public:
  /// The number of decoder outputs per pixel.
  virtual std::size_t maps() const { return 1; }
  /// x̂ = E[x | z], in 0..1: (B, F)
  virtual Var mean(Var outputs) = 0;
  /// ln p(x | z) = Σ ln p of each number: (B), in nats. Overridden where a kernel sums as it goes.
  virtual Var log_likelihood(Var x, Var outputs);
  /// ln p of each number by itself: (B, F)
  virtual Var log_likelihood_of_each(Var x, Var outputs) = 0;
  /// A draw from p(x | z): (B, F)
  virtual Tensor draw(const Tensor& outputs, Rng& rng) const;
  /// The x that it is the likelihood of; by default the examples themselves.
  virtual Var observe(Tape& tape, const Tensor& x, Rng& /*rng*/) { return tape.constant(x); }
  virtual Probability probability() const { return Probability::mass; }
  /// The probabilities of a pixel's levels with the parameters' current values; null if the
  /// likelihood gives none.
  virtual std::unique_ptr<const LevelProbabilities> level_probabilities() const { return nullptr; }

  Var forward(Var outputs) override { return mean(outputs); }

 protected:
  /// Map i of the outputs: (B, F)
  Var map(Var outputs, std::size_t i) const;
};

/// One Bernoulli variable per pixel:  ln p(x | z) = Σ x ln x̂ + (1 − x) ln(1 − x̂),  x̂ = σ(outputs).
/// x is zeros and ones, drawn anew each time with the pixels as probabilities ("dynamic
/// binarisation", Salakhutdinov & Murray, ICML 2008) or, without `binarize`, the grey pixels
/// themselves: a good loss, but not their probability.
class BernoulliLikelihood : public Likelihood {
 public:
  explicit BernoulliLikelihood(bool binarize) : binarize_(binarize) {}
  Var mean(Var outputs) override;
  Var log_likelihood(Var x, Var outputs) override;
  Var log_likelihood_of_each(Var x, Var outputs) override;
  Var observe(Tape& tape, const Tensor& x, Rng& rng) override;
  Probability probability() const override {
    return binarize_ ? Probability::mass : Probability::none;
  }
  std::unique_ptr<const LevelProbabilities> level_probabilities() const override;

 private:
  bool binarize_;
};

/// N(x; x̂, s²) with x̂ = σ(outputs) and a single learnt s for all pixels of all images:
///     ln p(x | z) = −‖x − x̂‖² / 2s² − F (ln s + ½ ln 2π)
/// so that the weight of squared error relative to KL need not be tuned: the best s² is the mean
/// squared error per pixel (σ-VAE: Rybkin, Daniilidis & Levine, ICML 2021). It is a density, not a
/// probability of discrete pixels, so its logarithm may well be positive.
class GaussianLikelihood : public Likelihood {
 public:
  GaussianLikelihood();
  Var mean(Var outputs) override;
  Var log_likelihood(Var x, Var outputs) override;
  Var log_likelihood_of_each(Var x, Var outputs) override;
  Tensor draw(const Tensor& outputs, Rng& rng) const override;
  Probability probability() const override { return Probability::density; }

  Parameter log_deviation{{1}};
};

/// 256 levels, as in a file of 8-bit pixels. Each pixel has a logistic variable with its own mean m
/// and scale s; its level says between which of the thresholds t_1 < … < t_255, shared by all
/// pixels, that variable falls:
///     P(x ≥ v) = σ((m − t_v) / s),   P(x = v) = P(x ≥ v) − P(x ≥ v + 1)
/// It is a probability of bytes: −ln p(x) / (F ln 2) is the number of bits per pixel that a
/// lossless compressor with this model needs. Outputs: F means, then F log-scales.
class LogisticLevelsLikelihood : public Likelihood {
 public:
  std::size_t maps() const override { return 2; }
  Var log_likelihood_of_each(Var x, Var outputs) override;
  std::unique_ptr<const LevelProbabilities> level_probabilities() const override;

  /// t_1 … t_255: (255)
  virtual Var thresholds(Tape& tape) = 0;

 protected:
  static constexpr std::size_t levels = 256;

  /// ln s is clamped to ± `most_log_scale`, so that neither s nor 1 / s overflows.
  explicit LogisticLevelsLikelihood(Scalar most_log_scale) : most_log_scale_(most_log_scale) {}

  /// t_1 … t_255 in double.
  virtual std::vector<double> exact_thresholds() const = 0;
  /// m and ln s: (B, F)
  Var location(Var outputs) const { return map(outputs, 0); }
  Var log_scale(Var outputs) const;

 private:
  Scalar most_log_scale_;
};

/// Bins of equal width: t_v = (v − ½) / 255. An m outside 0..1 makes black or white likely.
/// Salimans et al., "PixelCNN++", ICLR 2017.
class DiscretizedLogisticLikelihood : public LogisticLevelsLikelihood {
 public:
  DiscretizedLogisticLikelihood() : LogisticLevelsLikelihood(7) {}
  Var mean(Var outputs) override;
  Var log_likelihood(Var x, Var outputs) override;
  Var thresholds(Tape& tape) override;

 private:
  std::vector<double> exact_thresholds() const override;
};

/// Learnt bins: an ordinal regression of each pixel (McCullagh, "Regression Models for Ordinal
/// Data", JRSS B 1980). Levels are never equally frequent: four out of five MNIST pixels are black,
/// and a third of the others are 252, 253 or 254. Those levels get wide bins and the greys between
/// them narrow ones, so the model can say that a pixel is black or white but hardly grey, which no
/// logistic over equal bins can express.
class OrdinalLikelihood : public LogisticLevelsLikelihood {
 public:
  OrdinalLikelihood();
  Var mean(Var outputs) override;

  /// At least 1e-4 apart: no level is impossible, whatever was learnt, and its width still has a
  /// gradient.
  Var thresholds(Tape& tape) override;

  Parameter first_threshold{{1}}, log_widths{{levels - 2}};

 private:
  std::vector<double> exact_thresholds() const override;
};

/// All likelihoods. One that is added here can be used for training and, if it has level
/// probabilities, for compression.
using LikelihoodMaker = std::unique_ptr<Likelihood> (*)(const LikelihoodOptions&);
const Choices<LikelihoodMaker>& likelihoods();

/// Throws ConfigError if there is none of this name.
std::unique_ptr<Likelihood> make_likelihood(const LikelihoodOptions& options);

}}  // namespace hourglass
