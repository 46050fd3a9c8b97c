// The estimators of the importance-weighted bound's gradient, beside their formulas, beside each
// other, and their signal beside their noise.

#include "hourglass/models/iwae.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "hourglass/autograd/gradient_check.hpp"
#include "hourglass/autograd/operations/straight_through.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr std::size_t features = 8, latent = 2;

std::unique_ptr<Iwae> make(const std::string& gradient, std::size_t samples) {
  Rng rng(1);
  auto model = std::make_unique<Iwae>(
      Shape{features},
      IwaeOptions{.vae = {.network = {.latent = latent, .hidden = {6}, .activation = "tanh"}},
                  .samples = samples,
                  .gradient = gradient},
      rng);
  for (Parameter* parameter : model->decoder.parameters()) parameter->value *= Scalar(3);
  return model;
}

/// `rows` times the same image of zeros and ones.
Tensor image(std::size_t rows) {
  Tensor x = filled({rows, features});
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = i % features % 3 == 0 ? 1 : 0;
  return x;
}

TEST(ScaleGradient, MultipliesTheGradientByFactorsThatMayComeLater) {
  Parameter p({2, 2});
  p.value = tensor({2, 2}, {1, 2, 3, 4});
  Tape tape;
  Var factors = filled(tape, {2, 2}, 1);
  Var y = scale_gradient(tape.parameter(p), factors);
  EXPECT_TRUE(is_same(y.value(), p.value));
  Var loss = sum(square(y));
  for (std::size_t i = 0; i < 4; ++i) factors.output().data()[i] = Scalar(i);
  tape.backward(loss);
  EXPECT_EQ(numbers(p.grad), (std::vector<double>{0, 4, 12, 24}));
}

/// −1/B Σ_b Σ_i c_i ln w_i with the constants c_i = w̃_i (stl) or w̃_i² (dreg), where ln q(z) knows
/// `fixed` in place of the encoder's outputs: what the encoder's gradient is that of.
Var surrogate(Iwae& model, Tape& tape, std::size_t samples, const Gaussian& fixed,
              const std::string& gradient, const Tensor& batch) {
  Rng rng(3);
  Var x = model.observe(tape, batch, rng);
  Var z = model.posterior(x).repeated(samples).draw(rng);
  const Gaussian q = {tape.constant(fixed.mean.value()), tape.constant(fixed.log_variance.value())};
  Var log_w = model.likelihood->log_likelihood(repeat(x, 0, samples), model.decoder(z)) +
              standard_normal_log_density(z) - q.repeated(samples).log_density(z);
  log_w = reshape(log_w, {samples, batch.shape()[0]});
  Var shares = stop_gradient(softmax(log_w, 0));
  if (gradient == "dreg") shares = square(shares);
  return -mean(sum(shares * log_w, {0}));
}

TEST(IwaeGradient, IsThatOfTheFormulaForTheEncoder) {
  const Tensor batch = image(3);
  for (const char* gradient : {"stl", "dreg"}) {
    SCOPED_TRACE(gradient);
    const auto model = make(gradient, 4);
    Tape before(Tape::Gradients::off);
    Rng rng(3);
    const Gaussian fixed = model->posterior(model->observe(before, batch, rng));
    // The surrogate's constants are those of the parameters as they are, so its slope is checked
    // against the model's gradient rather than by differences.
    Tape tape;
    Rng noise(3);
    const auto parameters = model->encoder.parameters();
    for (Parameter* p : parameters) p->zero_grad();
    tape.backward(model->loss(tape, batch, noise).total);
    std::vector<Tensor> found;
    for (Parameter* p : parameters) found.push_back(p->grad), p->zero_grad();
    tape.reset();
    tape.backward(surrogate(*model, tape, 4, fixed, gradient, batch));
    for (std::size_t i = 0; i < found.size(); ++i)
      for (std::size_t k = 0; k < found[i].size(); ++k)
        EXPECT_NEAR(found[i].data()[k], parameters[i]->grad.data()[k], 1e-9);
  }
}

TEST(IwaeGradient, LeavesTheBoundAndTheDecodersGradientAsTheyAre) {
  const Tensor batch = image(3);
  std::vector<Tensor> expected;
  double bound = 0;
  for (const char* gradient : {"standard", "stl", "dreg"}) {
    const auto model = make(gradient, 4);
    Tape tape;
    Rng rng(3);
    const Loss loss = model->loss(tape, batch, rng);
    tape.backward(loss.total);
    const auto parameters = model->decoder.parameters();
    if (expected.empty()) {
      bound = loss.total.item();
      for (const Parameter* p : parameters) expected.push_back(p->grad);
    }
    EXPECT_EQ(loss.total.item(), bound);
    for (std::size_t i = 0; i < expected.size(); ++i)
      for (std::size_t k = 0; k < expected[i].size(); ++k)
        EXPECT_NEAR(parameters[i]->grad.data()[k], expected[i].data()[k], 1e-12);
  }
}

/// The mean and the variance of an estimator's gradient by each bias of the encoder's last layer,
/// the means and log-variances of q.
struct Estimator {
  std::vector<double> mean, variance;
  double draws = 0;

  /// How many standard errors the mean of another is away, at most.
  double distance(const Estimator& other) const {
    double largest = 0;
    for (std::size_t i = 0; i < mean.size(); ++i)
      largest = std::max(largest, std::abs(mean[i] - other.mean[i]) /
                                      std::sqrt((variance[i] + other.variance[i]) / draws));
    return largest;
  }
  /// |mean| / deviation, on average over the biases
  double signal_to_noise() const {
    double sum = 0;
    for (std::size_t i = 0; i < mean.size(); ++i)
      sum += std::abs(mean[i]) / std::sqrt(variance[i]) / static_cast<double>(mean.size());
    return sum;
  }
};

Estimator estimate(const std::string& gradient, std::size_t samples, std::uint64_t seed) {
  constexpr std::size_t draws = 4000;
  const auto model = make(gradient, samples);
  Parameter& bias = *model->encoder.parameters().back();
  Estimator found = {std::vector<double>(2 * latent), std::vector<double>(2 * latent), draws};
  const Tensor x = image(1);
  Rng rng(seed);
  Tape tape;
  for (std::size_t draw = 0; draw < draws; ++draw) {
    tape.reset();
    bias.zero_grad();
    tape.backward(model->loss(tape, x, rng).total);
    for (std::size_t i = 0; i < 2 * latent; ++i) {
      const double slope = bias.grad.data()[i];
      found.mean[i] += slope / draws;
      found.variance[i] += slope * slope / draws;
    }
  }
  for (std::size_t i = 0; i < 2 * latent; ++i) found.variance[i] -= found.mean[i] * found.mean[i];
  return found;
}

TEST(IwaeGradient, HasTheSameExpectationWhereItIsUnbiased) {
  const Estimator one = estimate("standard", 1, 1);
  EXPECT_LT(estimate("stl", 1, 2).distance(one), 4);
  EXPECT_LT(estimate("dreg", 1, 3).distance(one), 4);
  const Estimator eight = estimate("standard", 8, 4);
  EXPECT_LT(estimate("dreg", 8, 5).distance(eight), 4);
  EXPECT_GT(estimate("stl", 8, 6).distance(eight), 6) << "its bias is not seen";
}

TEST(IwaeGradient, LosesItsSignalInNoiseWithMoreDrawsUnlessDoublyReparameterised) {
  std::string text;
  double standard = 1e9, dreg = 0;
  for (std::size_t samples : {1u, 8u, 64u}) {
    const double of_standard = estimate("standard", samples, 7).signal_to_noise(),
                 of_stl = estimate("stl", samples, 8).signal_to_noise(),
                 of_dreg = estimate("dreg", samples, 9).signal_to_noise();
    text += fmt::format("k = {}: standard {:.2f}, stl {:.2f}, dreg {:.2f}; ", samples, of_standard,
                        of_stl, of_dreg);
    EXPECT_LT(of_standard, standard) << text;
    EXPECT_GT(of_dreg, dreg) << text;
    standard = of_standard;
    dreg = of_dreg;
  }
  RecordProperty("signal_to_noise", text);
}

}  // namespace
}  // namespace hourglass::testing
