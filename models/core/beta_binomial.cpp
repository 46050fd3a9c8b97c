#include "hourglass/models/core/beta_binomial.hpp"

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/kernels/special_functions.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr unsigned tosses = 255;
/// Within it P(x = 0) is at least e^-665, so that sums in double can begin with it.
constexpr Scalar most_log_rate = 7;

class BetaBinomialLevels : public LevelProbabilities {
 public:
  unsigned levels() const override { return tosses + 1; }
  /// α, β and P(x = 0)
  Pixel pixel(const Scalar* outputs, std::size_t i, std::size_t pixels) const override {
    const double alpha = rate(outputs[i]), beta = rate(outputs[pixels + i]);
    return {
        alpha, beta,
        std::exp(log_gamma_difference(beta, tosses) - log_gamma_difference(alpha + beta, tosses))};
  }
  /// P(x = k + 1) / P(x = k) = (n − k) (k + α) / ((k + 1) (n − k − 1 + β))
  double below(const Pixel& pixel, unsigned level) const override {
    const double alpha = pixel[0], beta = pixel[1];
    double mass = pixel[2], sum = 0;
    for (unsigned k = 0; k < level; ++k) {
      sum += mass;
      mass *= (tosses - k) * (k + alpha) / ((k + 1) * (tosses - k - 1 + beta));
    }
    return std::min(sum, 1.0);
  }

 private:
  static double rate(Scalar output) {
    return std::exp(double{std::clamp(output, -most_log_rate, most_log_rate)});
  }
};

}  // namespace

Var BetaBinomialLikelihood::mean(Var outputs) {
  return sigmoid(log_alpha(outputs) - log_beta(outputs));
}

Var BetaBinomialLikelihood::log_likelihood_of_each(Var x, Var outputs) {
  return beta_binomial_log_likelihood(round_straight_through(x * Scalar(tosses)),
                                      log_alpha(outputs), log_beta(outputs), tosses);
}

std::unique_ptr<const LevelProbabilities> BetaBinomialLikelihood::level_probabilities() const {
  return std::make_unique<BetaBinomialLevels>();
}

Var BetaBinomialLikelihood::log_alpha(Var outputs) const {
  return clamp(map(outputs, 0), -most_log_rate, most_log_rate);
}

Var BetaBinomialLikelihood::log_beta(Var outputs) const {
  return clamp(map(outputs, 1), -most_log_rate, most_log_rate);
}

}}  // namespace hourglass
