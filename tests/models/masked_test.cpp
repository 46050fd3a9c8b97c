#include "hourglass/models/masked.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/models/short_training.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

Masked make(MaskedOptions options, const Shape& example_shape = {2, 4, 8}) {
  Rng rng(1);
  return {example_shape, std::move(options), rng};
}

// Eight patches of two by two pixels, six of them hidden.
const MaskedOptions small = {.base = {.network = {.latent = 3, .hidden = {5}}}, .patch = 2};

TEST(Masked, HidesAsManyWholePatchesOfEachExampleAsWereAskedFor) {
  Masked model = make(small);
  Tape tape(Tape::Gradients::off);
  Rng rng(2);
  const Tensor mask = model.draw_mask(tape, 50, rng).value();
  ASSERT_EQ(mask.shape(), (Shape{50, 64}));
  std::set<std::vector<Scalar>> kinds;
  for (std::size_t b = 0; b < 50; ++b) {
    const Scalar* m = mask.data() + 64 * b;
    std::size_t hidden = 0;
    for (std::size_t i = 0; i < 32; ++i) {  // row i / 8, column i % 8
      const std::size_t corner = i / 8 / 2 * 2 * 8 + i % 8 / 2 * 2;
      EXPECT_EQ(m[i], m[corner]);  // patches are whole …
      EXPECT_EQ(m[i], m[32 + i]);  // … in all channels
      hidden += m[i] == 1;
      EXPECT_TRUE(m[i] == 0 || m[i] == 1);
    }
    EXPECT_EQ(hidden, 6u * 4);
    kinds.insert({m, m + 64});
  }
  EXPECT_GT(kinds.size(), 15u);  // of 28 that there are
}

TEST(Masked, MinimisesTheErrorOnWhatItDidNotSee) {
  Masked model = make(small);
  const Tensor x = random_tensor({4, 64}, 2, 0, 1);
  Tape tape(Tape::Gradients::off);
  Rng noise(3), same(3);
  const Tensor mask = model.draw_mask(tape, 4, same).value();
  Tensor seen = x;
  for (std::size_t i = 0; i < x.size(); ++i)
    seen.data()[i] = (1 - mask.data()[i]) * x.data()[i] * 4;  // two of eight patches are seen
  const Tensor guessed = reconstruct(model, seen), whole = reconstruct(model, x);
  double hidden_error = 0, whole_error = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    hidden_error += mask.data()[i] * std::pow(double(x.data()[i]) - guessed.data()[i], 2) / 4;
    whole_error += std::pow(double(x.data()[i]) - whole.data()[i], 2) / 4;
  }
  const Loss loss = model.loss(tape, x, noise);
  EXPECT_NEAR(loss.terms[0].value.item(), hidden_error, 64 * epsilon);
  EXPECT_NEAR(loss.terms[1].value.item(), whole_error, 64 * epsilon);
  EXPECT_NEAR(loss.terms[2].value.item(), hidden_error / (6 * 4 * 2), 64 * epsilon);
  EXPECT_NEAR(loss.total.item(), hidden_error + 0.5 * whole_error, 64 * epsilon);
}

TEST(Masked, ShowsWhatItSeesAndRebuildsFromThat) {
  Masked model = make(small);
  const Tensor x = random_tensor({4, 64}, 2, 0.1, 1);
  Tape tape(Tape::Gradients::off);
  Rng noise(3), same(3);
  const Tensor mask = model.draw_mask(tape, 4, same).value();
  Var seen = model.corrupt(tape.constant(x), noise);
  for (std::size_t i = 0; i < x.size(); ++i)
    EXPECT_EQ(seen.value().data()[i], mask.data()[i] == 1 ? 0 : x.data()[i])
        << "as bright as it was";
  Tensor amplified = seen.value();
  amplified *= 4;  // two of eight patches are seen
  EXPECT_TRUE(is_near(model.repair(seen).value(), reconstruct(model, amplified), 16 * epsilon));
}

TEST(Masked, HasNarrowerPatchesAtTheEndWhereTheyDoNotFit) {
  Masked model = make({.base = small.base, .patch = 4, .ratio = 0.5}, {1, 5, 6});
  Tape tape(Tape::Gradients::off);
  Rng rng(2);
  const Tensor mask = model.draw_mask(tape, 20, rng).value();
  ASSERT_EQ(mask.shape(), (Shape{20, 30}));
  for (std::size_t b = 0; b < 20; ++b) {
    const auto at = [&](std::size_t row, std::size_t column) { return mask(b, row * 6 + column); };
    EXPECT_EQ(at(0, 0) + at(0, 4) + at(4, 0) + at(4, 4), 2);  // of four patches two
    for (std::size_t i = 0; i < 30; ++i) EXPECT_EQ(mask(b, i), at(i / 6 / 4 * 4, i % 6 / 4 * 4));
  }
}

TEST(Masked, EncodesTheWholeImage) {
  Masked model = make(small);
  Tensor x = random_tensor({1, 64}, 2, 0, 1);
  Tape tape(Tape::Gradients::off);
  const Tensor code = model.encode(tape.constant(x)).value();
  EXPECT_TRUE(is_same(model.encode(tape.constant(x)).value(), code));
  for (std::size_t i = 0; i < 64; i += 9) {
    Tensor other = x;
    other.data()[i] += 1;
    EXPECT_FALSE(is_same(model.encode(tape.constant(other)).value(), code)) << i;
  }
}

TEST(Masked, RefusesWhatHasNoPatches) {
  const auto error = [](MaskedOptions options, const Shape& example_shape) {
    return message_of<ConfigError>([&] { make(std::move(options), example_shape); });
  };
  EXPECT_EQ(error({}, {30}), "patches are hidden of images (C, H, W), but an example is (30)");
  EXPECT_EQ(error({.patch = 0}, {1, 28, 28}), "model.patch is 0, but must be at least 1");
  EXPECT_EQ(error({.ratio = 1}, {1, 28, 28}), "model.ratio is 1, but must be above 0 and below 1");
  EXPECT_EQ(error({.ratio = 0.005}, {1, 28, 28}),
            "model.ratio must leave a patch to see and a patch to guess of 49");
  EXPECT_EQ(error({.whole_weight = -1}, {1, 28, 28}),
            "model.whole_weight is -1, but must be at least 0");
  EXPECT_EQ(error({.base = {.loss = "binary_cross_entropy"}}, {1, 28, 28}),
            "model.loss of a masked autoencoder is squared_error");
}

TEST(Masked, GuessesHiddenPatchesBetterThanTheMeanDigitDoes) {
  Rng rng(1);
  Masked model({1, 28, 28}, {.base = {.network = {.latent = 32, .hidden = {128}}}}, rng);
  const History history = train_on_digits(model, {.epochs = 8, .batch = 64, .lr = 0.003}, "2000");
  const std::vector<double> error = history.curve("train_masked_error");
  EXPECT_LT(error.at(7), 0.8 * error.at(0));
  EXPECT_LT(history.curve("squared_error_per_image").at(7), 0.75 * 52.7);  // shown whole
  // The mean digit is off by the variance of pixels, 52.7 an image in all.
  EXPECT_LT(history.curve("masked_error").at(7), 0.75 * 0.9 * 52.7);
}

}  // namespace
}  // namespace hourglass::testing
