#pragma once

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

/// How likely a pixel is to be below each level, in double, from the same outputs of a decoder as a
/// likelihood's log_likelihood: what a coder of bytes needs to know.
class LevelProbabilities {
 public:
  virtual ~LevelProbabilities() = default;

  /// What the outputs say of one pixel.
  struct Pixel {
    double location, per_scale;  ///< per_scale: 1 / scale
  };

  /// 256, as in a byte, or 2: black and white.
  virtual unsigned levels() const = 0;
  /// Pixel i of the `pixels` of an example, whose outputs these are.
  virtual Pixel pixel(const Scalar* outputs, std::size_t i, std::size_t pixels) const = 0;
  /// P(level of the pixel < level), for a level from 1 to levels() − 1
  virtual double below(const Pixel& pixel, unsigned level) const = 0;
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
  /// The probabilities of a pixel's levels, as the parameters are now; null where it gives levels
  /// none.
  virtual std::unique_ptr<const LevelProbabilities> level_probabilities() const { return nullptr; }

  Var forward(Var outputs) override { return mean(outputs); }
};

/// A coin for each pixel:  ln p(x | z) = Σ x ln x̂ + (1 − x) ln(1 − x̂),  x̂ = σ(outputs).
/// x is zeros and ones, drawn anew each time with the pixels as probabilities ("dynamic
/// binarisation", Salakhutdinov & Murray, ICML 2008), or without `binarize` the grey pixels
/// themselves: a good loss, but no probability of them.
class BernoulliLikelihood : public Likelihood {
 public:
  explicit BernoulliLikelihood(bool binarize) : binarize_(binarize) {}
  Var mean(Var outputs) override;
  Var log_likelihood(Var x, Var outputs) override;
  Var observe(Tape& tape, const Tensor& x, Rng& rng) override;
  Probability probability() const override {
    return binarize_ ? Probability::mass : Probability::none;
  }
  std::unique_ptr<const LevelProbabilities> level_probabilities() const override;

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
  GaussianLikelihood();
  Var mean(Var outputs) override;
  Var log_likelihood(Var x, Var outputs) override;
  Probability probability() const override { return Probability::density; }

  Parameter log_deviation{{1}};
};

/// 256 levels, as in a file of 8-bit pixels: a logistic variable of mean m and scale s, both of
/// each pixel, falls between thresholds t_1 < … < t_255, which all pixels share, and the level says
/// between which:
///     P(x ≥ v) = σ((m − t_v) / s),   P(x = v) = P(x ≥ v) − P(x ≥ v + 1)
/// It is a probability of bytes: −ln p(x) / (F ln 2) is the bits per pixel that a lossless
/// compressor with this model needs. Outputs: F means, then F logarithms of scales.
class LogisticLevelsLikelihood : public Likelihood {
 public:
  std::size_t maps() const override { return 2; }
  std::unique_ptr<const LevelProbabilities> level_probabilities() const override;

 protected:
  static constexpr std::size_t levels = 256;

  /// `most_log_scale`: ln s is kept within ± this, where neither s nor 1 / s overflows.
  explicit LogisticLevelsLikelihood(Scalar most_log_scale) : most_log_scale_(most_log_scale) {}

  /// t_1 … t_255 in double.
  virtual std::vector<double> exact_thresholds() const = 0;
  /// m and ln s: (B, F)
  static Var location(Var outputs);
  Var log_scale(Var outputs) const;

 private:
  Scalar most_log_scale_;
};

/// Equal bins: t_v = (v − ½) / 255. An m beyond 0..1 makes black or white certain.
/// Salimans et al., "PixelCNN++", ICLR 2017.
class DiscretizedLogisticLikelihood : public LogisticLevelsLikelihood {
 public:
  DiscretizedLogisticLikelihood() : LogisticLevelsLikelihood(7) {}
  Var mean(Var outputs) override;
  Var log_likelihood(Var x, Var outputs) override;

 private:
  std::vector<double> exact_thresholds() const override;
};

/// Bins that are learnt: an ordinal regression of each pixel (McCullagh, "Regression Models for
/// Ordinal Data", JRSS B 1980). Levels are never equally frequent: four of five pixels of MNIST are
/// black, and of the others a third are 252, 253 or 254. They get wide bins, the grey between them
/// narrow ones, and so a pixel may be black or white, but hardly grey, as no logistic over equal
/// bins can say.
class OrdinalLikelihood : public LogisticLevelsLikelihood {
 public:
  OrdinalLikelihood();
  Var mean(Var outputs) override;
  Var log_likelihood(Var x, Var outputs) override;

  /// t_1 … t_255: (255)
  Var thresholds(Tape& tape);

  Parameter first_threshold{{1}}, log_widths{{levels - 2}};

 private:
  std::vector<double> exact_thresholds() const override;
};

/// Every likelihood that there is: one that is added here can be trained, and where it gives levels
/// probabilities, compressed with.
using LikelihoodMaker = std::unique_ptr<Likelihood> (*)(const LikelihoodOptions&);
const Choices<LikelihoodMaker>& likelihoods();

/// Throws ConfigError where there is none of this name.
std::unique_ptr<Likelihood> make_likelihood(const LikelihoodOptions& options);

}}  // namespace hourglass
