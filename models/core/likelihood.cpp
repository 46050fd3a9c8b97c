#include "hourglass/models/core/likelihood.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

#include "hourglass/autograd/operations.hpp"
#include "hourglass/autograd/operations/straight_through.hpp"
#include "hourglass/models/core/beta_binomial.hpp"
#include "hourglass/models/core/scaled_gaussian.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// Levels of a logistic variable, divided by thresholds.
class LogisticLevels : public LevelProbabilities {
 public:
  LogisticLevels(std::vector<double> thresholds, double most_log_scale)
      : thresholds_(std::move(thresholds)), most_log_scale_(most_log_scale) {}

  unsigned levels() const override { return static_cast<unsigned>(thresholds_.size()) + 1; }
  Pixel pixel(const Scalar* outputs, std::size_t i, std::size_t pixels) const override {
    const double log_scale = outputs[pixels + i];
    return {outputs[i], std::exp(-std::clamp(log_scale, -most_log_scale_, most_log_scale_))};
  }
  double below(const Pixel& pixel, unsigned level) const override {
    const double location = pixel[0], per_scale = pixel[1];
    return 1 / (1 + std::exp(-(thresholds_[level - 1] - location) * per_scale));
  }

 private:
  std::vector<double> thresholds_;
  double most_log_scale_;
};

/// Two levels, white if a logistic variable is above 0: a Bernoulli variable.
class Coin : public LevelProbabilities {
 public:
  unsigned levels() const override { return 2; }
  Pixel pixel(const Scalar* outputs, std::size_t i, std::size_t) const override {
    return {outputs[i]};
  }
  double below(const Pixel& logit, unsigned) const override { return 1 / (1 + std::exp(logit[0])); }
};

/// The level below which a share u of the pixel's probability lies.
unsigned level_at(const LevelProbabilities& levels, const LevelProbabilities::Pixel& pixel,
                  double u) {
  unsigned low = 0, high = levels.levels();
  while (high - low > 1) {
    const unsigned middle = (low + high) / 2;
    (levels.below(pixel, middle) <= u ? low : high) = middle;
  }
  return low;
}

}  // namespace

Var Likelihood::map(Var outputs, std::size_t i) const {
  const std::size_t pixels = outputs.shape()[1] / maps();
  return slice(outputs, 1, i * pixels, (i + 1) * pixels);
}

Var Likelihood::log_likelihood(Var x, Var outputs) {
  return sum(log_likelihood_of_each(x, outputs), {1});
}

/// By the inverse of the distribution function; a likelihood without levels overrides it.
Tensor Likelihood::draw(const Tensor& outputs, Rng& rng) const {
  const auto levels = level_probabilities();
  const std::size_t rows = outputs.shape()[0], columns = outputs.shape()[1];
  const std::size_t pixels = columns / maps();
  Tensor x = filled({rows, pixels});
  for (std::size_t i = 0; i < x.size(); ++i) {
    const Scalar* row = outputs.data() + i / pixels * columns;
    const unsigned level = level_at(*levels, levels->pixel(row, i % pixels, pixels), rng.uniform());
    x.data()[i] = static_cast<Scalar>(level) / static_cast<Scalar>(levels->levels() - 1);
  }
  return x;
}

// ---- Bernoulli

Var BernoulliLikelihood::mean(Var outputs) {
  return sigmoid(outputs);
}

Var BernoulliLikelihood::log_likelihood(Var x, Var outputs) {
  return bernoulli_log_likelihood(x, outputs);
}

Var BernoulliLikelihood::log_likelihood_of_each(Var x, Var outputs) {
  return x * outputs - softplus(outputs);
}

Var BernoulliLikelihood::observe(Tape& tape, const Tensor& x, Rng& rng) {
  return binarize_ ? binarize(tape, x, rng) : tape.constant(x);
}

std::unique_ptr<const LevelProbabilities> BernoulliLikelihood::level_probabilities() const {
  return std::make_unique<Coin>();
}

// ---- Gaussian

GaussianLikelihood::GaussianLikelihood() {
  log_deviation.value.fill(-1);
  register_parameter("log_deviation", log_deviation);
}

Var GaussianLikelihood::mean(Var outputs) {
  return sigmoid(outputs);
}

Var GaussianLikelihood::log_likelihood(Var x, Var outputs) {
  Var log_s = x.tape().parameter(log_deviation);
  const auto pixels = static_cast<Scalar>(x.shape()[1]);
  const auto half_log_2_pi = static_cast<Scalar>(0.5 * std::log(2 * std::numbers::pi));
  return -0.5 * squared_error(mean(outputs), x) * exp(-2 * log_s) -
         pixels * (log_s + half_log_2_pi);
}

Var GaussianLikelihood::log_likelihood_of_each(Var x, Var outputs) {
  Var log_s = x.tape().parameter(log_deviation);
  const auto half_log_2_pi = static_cast<Scalar>(0.5 * std::log(2 * std::numbers::pi));
  return -0.5 * square(mean(outputs) - x) * exp(-2 * log_s) - (log_s + half_log_2_pi);
}

Tensor GaussianLikelihood::draw(const Tensor& outputs, Rng& rng) const {
  const Scalar deviation = std::exp(log_deviation.value(0));
  Tensor x = filled({outputs.shape()[0], outputs.shape()[1]});
  rng.fill_normal(x, 0, deviation);
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] += 1 / (1 + std::exp(-outputs.data()[i]));
  return x;
}

// ---- Logistic levels

std::unique_ptr<const LevelProbabilities> LogisticLevelsLikelihood::level_probabilities() const {
  return std::make_unique<LogisticLevels>(exact_thresholds(), most_log_scale_);
}

Var LogisticLevelsLikelihood::log_scale(Var outputs) const {
  return clamp(map(outputs, 1), -most_log_scale_, most_log_scale_);
}

/// With u = (t_x+1 − m) / s and l = (t_x − m) / s the mass is
///     σ(u) − σ(l) = σ(u) σ(−l) (1 − e^(l − u)),
/// a product without cancellation.
Var LogisticLevelsLikelihood::log_likelihood_of_each(Var x, Var outputs) {
  constexpr Scalar endless = 1e5;  // beyond every level: an infinite threshold
  Var m = location(outputs), per_scale = exp(-log_scale(outputs));
  Var edges = pad(pad(thresholds(x.tape()), 0, 1, 0, -endless), 0, 0, 1, endless);
  Var level = reshape(round_straight_through(x * Scalar(levels - 1)), {x.value().size()});
  Var lower = (reshape(index_select(edges, level), x.shape()) - m) * per_scale;
  Var upper = (reshape(index_select(edges, level + 1), x.shape()) - m) * per_scale;
  return -(softplus(-upper) + softplus(lower) - log(-expm1(lower - upper)));
}

/// E[x] = 1/255 Σ_v σ((m − t_v) / s), the midpoint rule for an integral that has a closed form:
///     ∫₀¹ σ((m − t) / s) dt = s (softplus(m / s) − softplus((m − 1) / s))
/// They differ by half a level at most, when s is far narrower than a bin.
Var DiscretizedLogisticLikelihood::mean(Var outputs) {
  Var m = location(outputs), log_s = log_scale(outputs), per_scale = exp(-log_s);
  Var share = exp(log_s) * (softplus(m * per_scale) - softplus((m - 1) * per_scale));
  return clamp(share, 0, 1);  // rounding may leave 0..1
}

Var DiscretizedLogisticLikelihood::log_likelihood(Var x, Var outputs) {
  return discretized_logistic_log_likelihood(x, location(outputs), log_scale(outputs));
}

Var DiscretizedLogisticLikelihood::thresholds(Tape& tape) {
  Tensor edges = filled({levels - 1});
  std::ranges::transform(exact_thresholds(), edges.begin(),
                         [](double edge) { return static_cast<Scalar>(edge); });
  return tape.constant(std::move(edges));
}

std::vector<double> DiscretizedLogisticLikelihood::exact_thresholds() const {
  std::vector<double> thresholds(levels - 1);
  for (std::size_t v = 0; v < thresholds.size(); ++v)
    thresholds[v] = (static_cast<double>(v) + 0.5) / (levels - 1);
  return thresholds;
}

namespace {

constexpr Scalar least_log_width = Scalar(-9.21), most_log_width = 20;  // ln 1e-4, and no infinity

}  // namespace

OrdinalLikelihood::OrdinalLikelihood() : LogisticLevelsLikelihood(5) {
  log_widths.value.fill(static_cast<Scalar>(std::log(8.0 / levels)));
  first_threshold.value.fill(-4);
  register_parameter("first_threshold", first_threshold);
  register_parameter("log_widths", log_widths);
}

/// E[x] = 1/255 Σ_v P(x ≥ v), in which every 17th term stands for those around it.
Var OrdinalLikelihood::mean(Var outputs) {
  constexpr std::size_t step = 17;
  Var m = location(outputs), per_scale = exp(-log_scale(outputs)), t = thresholds(m.tape());
  Var sum = sigmoid((m - slice(t, 0, step / 2, step / 2 + 1)) * per_scale);
  for (std::size_t v = step / 2 + step; v < levels - 1; v += step)
    sum = sum + sigmoid((m - slice(t, 0, v, v + 1)) * per_scale);
  return sum * (Scalar(step) / Scalar(levels - 1));
}

Var OrdinalLikelihood::thresholds(Tape& tape) {
  Tensor ones = filled({levels - 2, levels - 1});  // column v sums up the first v widths
  for (std::size_t v = 1; v < levels - 1; ++v)
    for (std::size_t w = 0; w < v; ++w) ones(w, v) = 1;
  Var learnt = tape.parameter(log_widths);
  Var bounded = straight_through(learnt, clamp(learnt, least_log_width, most_log_width));
  Var widths = reshape(exp(bounded), {1, levels - 2});
  return reshape(matmul(widths, tape.constant(std::move(ones))), {levels - 1}) +
         tape.parameter(first_threshold);
}

/// Summed one by one: the tape sums with BLAS, in an order of its own.
std::vector<double> OrdinalLikelihood::exact_thresholds() const {
  std::vector<double> thresholds = {static_cast<double>(first_threshold.value(0))};
  for (Scalar log_width : log_widths.value)
    thresholds.push_back(thresholds.back() + std::exp(static_cast<double>(std::clamp(
                                                 log_width, least_log_width, most_log_width))));
  return thresholds;
}

// ---- All likelihoods

const Choices<LikelihoodMaker>& likelihoods() {
  using Made = std::unique_ptr<Likelihood>;
  using Options = const LikelihoodOptions&;
  static const Choices<LikelihoodMaker> all(
      "likelihood",
      {{"bernoulli",
        [](Options options) -> Made {
          return std::make_unique<BernoulliLikelihood>(options.binarize);
        },
        "black or white, a Bernoulli variable for each pixel"},
       {"gaussian", [](Options) -> Made { return std::make_unique<GaussianLikelihood>(); },
        "real numbers, with one deviation for all"},
       {"scaled_gaussian",
        [](Options) -> Made { return std::make_unique<ScaledGaussianLikelihood>(); },
        "real numbers, with a deviation of each, which the decoder gives"},
       {"discretized_logistic",
        [](Options) -> Made { return std::make_unique<DiscretizedLogisticLikelihood>(); },
        "256 levels, a logistic distribution over equal bins"},
       {"ordinal", [](Options) -> Made { return std::make_unique<OrdinalLikelihood>(); },
        "256 levels, a logistic distribution over bins that are learnt"},
       {"beta_binomial", [](Options) -> Made { return std::make_unique<BetaBinomialLikelihood>(); },
        "256 levels, how many of 255 coins fall on white"}});
  return all;
}

void LikelihoodOptions::describe(Settings& settings) {
  settings("likelihood", likelihood, likelihoods(), "of pixels");
  settings("binarize", binarize, "bernoulli learns from zeros and ones, drawn anew in each step");
}

std::unique_ptr<Likelihood> make_likelihood(const LikelihoodOptions& options) {
  return likelihoods()[options.likelihood](options);
}

}}  // namespace hourglass
