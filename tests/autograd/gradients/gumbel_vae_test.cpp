// The gradients by which a categorical VAE learns, beside the exact one: the sum over all codes.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>
#include <string>
#include <vector>

#include "hourglass/autograd/gradient_check.hpp"
#include "hourglass/models/gumbel_vae.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr std::size_t features = 6, variables = 2, values = 3, codes = 9, rows = 20000;

struct Tiny {
  Tiny(double temperature, bool straight_through)
      : model({features},
              {.network = {.latent = variables, .hidden = {8}, .activation = "tanh"},
               .categories = values,
               .temperature = temperature,
               .straight_through = straight_through},
              rng) {
    for (Parameter* parameter : model.decoder.parameters())
      for (Scalar& weight : parameter->value) weight *= 3;  // far from linear
  }

  Rng rng{1};
  GumbelVae model;
};

const Tensor image = tensor({1, features}, {1, 0, 1, 1, 0, 0});
const Tensor logits = tensor({1, variables, values}, {0.5, -0.5, 0, -1, 0.3, 0.7});

/// The gradient of E_q[−ln p(x | z)] by the logits of q, with the expectation summed over all z.
std::vector<double> exact_gradient(GumbelVae& model) {
  Tensor all = filled({codes, variables, values});
  for (std::size_t c = 0; c < codes; ++c) all(c, 0, c / values) = all(c, 1, c % values) = 1;
  Parameter p({1, variables, values});
  p.value = logits;
  Tape tape;
  Var z = tape.constant(all), x = repeat(tape.constant(image), 0, codes);
  Var q = exp(sum(z * log_softmax(tape.parameter(p)), {1, 2}));
  tape.backward(-sum(q * model.log_likelihood(x, z)));
  return numbers(p.grad);
}

/// How far the mean of an estimator is from the exact gradient, and its variance, the sum over all
/// numbers of the gradient: both relative to the exact gradient's length.
struct Quality {
  double bias, variance;
};

Quality quality_of(double temperature, bool straight_through) {
  Tiny tiny(temperature, straight_through);
  GumbelVae& model = tiny.model;
  const std::vector<double> exact = exact_gradient(model);
  std::vector<double> sums(exact.size()), squares(exact.size());
  constexpr std::size_t rounds = 4;
  constexpr auto draws = static_cast<double>(rounds * rows);
  Parameter p({rows, variables, values});
  Rng rng(2);
  Tape tape;
  p.value = repeat(tape.constant(logits), 0, rows).value();
  for (std::size_t round = 0; round < rounds; ++round) {
    tape.reset();
    p.zero_grad();
    Var y = model.draw_relaxed(log_softmax(tape.parameter(p)), rng);
    tape.backward(-sum(model.log_likelihood(repeat(tape.constant(image), 0, rows), y)));
    for (std::size_t i = 0; i < p.grad.size(); ++i) {
      sums[i % exact.size()] += p.grad.data()[i];
      squares[i % exact.size()] += p.grad.data()[i] * p.grad.data()[i];
    }
  }
  double length = 0, distance = 0, variance = 0;
  for (std::size_t j = 0; j < exact.size(); ++j) {
    const double mean = sums[j] / draws;
    length += exact[j] * exact[j];
    distance += (mean - exact[j]) * (mean - exact[j]);
    variance += squares[j] / draws - mean * mean;
  }
  return {std::sqrt(distance / length), variance / length};
}

TEST(GumbelVaeGradient, HasLessBiasAndMoreVarianceAtLowerTemperatures) {
  for (bool straight_through : {false, true}) {
    Quality before = {1e9, 0};
    for (double temperature : {2.0, 1.0, 0.5, 0.25}) {
      const Quality now = quality_of(temperature, straight_through);
      const std::string text = fmt::format("{} at {}: bias {:.3f}, variance {:.3f}",
                                           straight_through ? "straight through" : "relaxed",
                                           temperature, now.bias, now.variance);
      EXPECT_LT(now.bias, before.bias) << text;
      EXPECT_GT(now.variance, before.variance) << text;
      RecordProperty(
          fmt::format("{}_at_{}", straight_through ? "straight" : "relaxed", temperature), text);
      before = now;
    }
  }
}

// Between two values the relaxed gradient is summed along the whole way from the one to the other,
// which gives the difference of their losses; straight through, only its two ends are seen.
TEST(GumbelVaeGradient, LosesItsBiasIfRelaxedButNotStraightThrough) {
  EXPECT_LT(quality_of(0.25, false).bias, 0.15);
  EXPECT_GT(quality_of(0.25, true).bias, 0.15);
}

TEST(GumbelVaeGradient, IsStraightThroughTheSlopeForTheDecoder) {
  Tiny tiny(0.5, true);
  const Tensor x = random_tensor({4, features}, 2, 0, 1);
  const auto checked = check_gradient(
      "GumbelVae",
      [&](Tape& tape) {
        Rng frozen(3);
        return tiny.model.loss(tape, x, frozen).total;
      },
      tiny.model.decoder.parameters());
  EXPECT_EQ(checked.failure, "");
}

}  // namespace
}  // namespace hourglass::testing
