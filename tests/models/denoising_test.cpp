#include "hourglass/models/denoising.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hourglass/models/core/evaluation.hpp"
#include "tests/models/short_training.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

Denoising make(DenoisingOptions options) {
  options.base.network = {.latent = 30, .hidden = {}};
  Rng rng(1);
  return {{20}, std::move(options), rng};
}

Tensor corrupted(const Denoising& model, const Tensor& x) {
  Tape tape(Tape::Gradients::off);
  Rng rng(7);
  return model.corrupt(tape.constant(x), rng).value();
}

TEST(Denoising, CutsGaussianNoiseOffWherePixelsEnd) {
  const Tensor grey = filled({500, 20}, 0.5);
  const Tensor noisy = corrupted(make({.strength = 0.5}), grey);
  // A sixth of the normal distribution lies beyond one deviation at each end.
  for (Scalar end : {0, 1})
    EXPECT_NEAR(double(std::count(noisy.begin(), noisy.end(), end)) / 10000, 0.1587, 0.015);
  EXPECT_GE(*std::min_element(noisy.begin(), noisy.end()), 0);
  EXPECT_LE(*std::max_element(noisy.begin(), noisy.end()), 1);
}

TEST(Denoising, StrikesTheShareOfPixelsThatItIsTold) {
  const Tensor grey = filled({500, 20}, 0.5);
  const Tensor masked = corrupted(make({.noise = "masking", .strength = 0.25}), grey),
               peppered = corrupted(make({.noise = "salt_and_pepper", .strength = 0.25}), grey);
  const auto share = [](const Tensor& of, Scalar value) {
    return double(std::count(of.begin(), of.end(), value)) / 10000;
  };
  EXPECT_NEAR(share(masked, 0), 0.25, 0.02);
  EXPECT_NEAR(share(masked, 0.5), 0.75, 0.02);
  EXPECT_NEAR(share(peppered, 0), 0.125, 0.015);
  EXPECT_NEAR(share(peppered, 1), 0.125, 0.015);
  EXPECT_NEAR(share(peppered, 0.5), 0.75, 0.02);
}

TEST(Denoising, ComparesWhatItRebuildsFromNoiseWithTheCleanExample) {
  const Tensor x = random_tensor({4, 20}, 1, 0, 1);
  for (const bool training : {true, false}) {
    Denoising model = make({});
    model.train(training);
    Tape tape(Tape::Gradients::off);
    Rng rng(7);  // as in `corrupted`
    const Loss loss = model.loss(tape, x, rng);
    const Tensor rebuilt = reconstruct(model, corrupted(model, x));
    double squares = 0;
    for (std::size_t i = 0; i < x.size(); ++i)
      squares += std::pow(double(x.data()[i]) - rebuilt.data()[i], 2);
    EXPECT_NEAR(loss.total.item(), squares / 4, 64 * epsilon);
    EXPECT_STREQ(loss.terms[1].name, "denoising_mse_per_pixel");
    EXPECT_NEAR(loss.terms[1].value.item(), squares / 80, 64 * epsilon);
  }
}

TEST(Denoising, LearnsToTakeNoiseAway) {
  Rng rng(1);
  Denoising model({784}, {.base = {.network = {.latent = 200, .hidden = {}}}}, rng);
  const History history = train_on_digits(model, {.epochs = 3, .lr = 0.003}, "5000");
  EXPECT_LT(history.curve("train_loss").back(), 0.8 * history.curve("train_loss").front());
  // The noisy image itself is 0.1155 away from the clean one a pixel.
  EXPECT_LT(history.curve("denoising_mse_per_pixel").back(), 0.5 * 0.1155);
}

DenoisingOptions residual() {
  return {.base = {.network = {.latent = 0, .hidden = {}, .channels = {6}, .depth = 1}},
          .strength = 0.1,
          .residual = true};
}

TEST(Denoising, WithAResidualBeginsWithWhatItWasGiven) {
  Rng rng(1);
  Denoising model({3, 8, 8}, residual(), rng);
  const Tensor x = random_tensor({4, 192}, 1, 0, 1);
  EXPECT_EQ(reconstruct(model, x), x);
  EXPECT_EQ(model.latent(), 6u * 4 * 4 + 192);
}

TEST(Denoising, WithAResidualTheNetworkSaysWhatIsTakenAway) {
  Rng rng(1);
  Denoising model({1, 8, 8}, residual(), rng);
  model.decoder.parameters().back()->value.fill(0.25);
  const Tensor x = random_tensor({4, 64}, 1, 0, 1), rebuilt = reconstruct(model, x);
  const Scalar taken = 0.25;
  const bool bias_is_last = model.decoder.parameters().back()->value.size() == 1;
  ASSERT_TRUE(bias_is_last);
  for (std::size_t i = 0; i < x.size(); ++i)
    EXPECT_NEAR(rebuilt.data()[i], std::max<Scalar>(x.data()[i] - taken, 0), 8 * epsilon);
}

TEST(Denoising, WithAResidualLearnsFromWhatIsCutOffToo) {
  Rng rng(1);
  Denoising model({1, 8, 8}, residual(), rng);
  model.decoder.parameters().back()->value.fill(2);  // all is black by far
  Tape tape;
  Rng noise(7);
  const Loss loss = model.loss(tape, random_tensor({4, 64}, 1, 0, 1), noise);
  tape.backward(loss.total);
  EXPECT_GT(std::abs(model.decoder.parameters().back()->grad.data()[0]), 1);
}

TEST(Denoising, RefusesNoiseThatMakesNoSense) {
  const auto error = [](DenoisingOptions options) {
    return message_of<ConfigError>([&] { make(std::move(options)); });
  };
  EXPECT_EQ(error({.noise = "rain"}),
            "unknown noise 'rain'; there are gaussian, masking, salt_and_pepper");
  EXPECT_EQ(error({.strength = -1}), "model.strength is -1, but must be at least 0");
  EXPECT_EQ(error({.noise = "masking", .strength = 1.5}),
            "model.strength is 1.5, but must be at least 0 and at most 1");
  EXPECT_EQ(error({.base = {.loss = "binary_cross_entropy"}, .residual = true}),
            "model.residual gives no probabilities, which model.loss = binary_cross_entropy needs: "
            "set model.loss = squared_error");
}

}  // namespace
}  // namespace hourglass::testing
