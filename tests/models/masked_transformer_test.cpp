#include "hourglass/models/masked_transformer.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/models/short_training.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

// Eight patches of two by two pixels in two channels, six of them hidden.
const MaskedTransformerOptions small = {
    .patch = 2, .width = 8, .depth = 2, .heads = 2, .decoder_width = 4, .decoder_depth = 1};
const Shape small_image = {2, 4, 8};

struct SmallMaskedTransformer : ::testing::Test {
  Rng rng{1};
  MaskedTransformer model{small_image, small, rng};
  Tensor x = random_tensor({4, 64}, 2, 0, 1);
  Tape tape{Tape::Gradients::off};

  /// The patch of pixel i, (channel, row, column).
  static std::size_t patch_of(std::size_t i) { return i % 32 / 8 / 2 * 4 + i % 8 / 2; }
};

TEST_F(SmallMaskedTransformer, ShowsEquallyManyPatchesOfEachExample) {
  Rng draw(2);
  const Tensor visible = model.draw_visible(tape, 50, draw).value();
  std::set<std::vector<Scalar>> kinds;
  for (std::size_t b = 0; b < 50; ++b) {
    const Scalar* seen = visible.data() + 8 * b;
    EXPECT_EQ(std::count(seen, seen + 8, Scalar(1)), 2);
    EXPECT_EQ(std::count(seen, seen + 8, Scalar(0)), 6);
    kinds.insert({seen, seen + 8});
  }
  EXPECT_GT(kinds.size(), 15u);  // of 28 that there are
}

TEST_F(SmallMaskedTransformer, EncodesNothingOfWhatIsHidden) {
  Rng draw(2);
  Var visible = model.draw_visible(tape, 4, draw);
  const Tensor before = model.encode_visible(tape.constant(x), visible).value();
  EXPECT_EQ(before.shape(), (Shape{4, 2, 8}));
  Tensor other = x;
  for (std::size_t b = 0; b < 4; ++b)
    for (std::size_t i = 0; i < 64; ++i)
      if (visible.value()(b, patch_of(i)) == 0) other(b, i) = Scalar(0.5);
  EXPECT_TRUE(is_same(model.encode_visible(tape.constant(other), visible).value(), before));
  for (std::size_t b = 0; b < 4; ++b)
    for (std::size_t i = 0; i < 64; ++i)
      if (visible.value()(b, patch_of(i)) == 1) other(b, i) += Scalar(0.5);
  EXPECT_FALSE(is_same(model.encode_visible(tape.constant(other), visible).value(), before));
}

TEST_F(SmallMaskedTransformer, MinimisesTheErrorOfHiddenPatchesAndALittleThatOfVisibleOnes) {
  Rng noise(3), same(3);
  Var visible = model.draw_visible(tape, 4, same);
  const Tensor rebuilt =
      model.decode_visible(model.encode_visible(tape.constant(x), visible), visible).value();
  double hidden_error = 0, visible_error = 0;
  for (std::size_t b = 0; b < 4; ++b)
    for (std::size_t i = 0; i < 64; ++i)
      (visible.value()(b, patch_of(i)) == 1 ? visible_error : hidden_error) +=
          std::pow(double(x(b, i)) - rebuilt(b, i), 2) / 4;
  const Loss loss = model.loss(tape, x, noise);
  EXPECT_NEAR(loss.terms[0].value.item(), hidden_error, 64 * epsilon);
  EXPECT_NEAR(loss.terms[1].value.item(), visible_error, 64 * epsilon);
  EXPECT_NEAR(loss.terms[2].value.item(), hidden_error / (6 * 8), 64 * epsilon);
  EXPECT_NEAR(loss.total.item(), hidden_error + 0.5 * visible_error, 64 * epsilon);
}

TEST_F(SmallMaskedTransformer, RebuildsFromADamagedImageWhatItsLossDoes) {
  Rng noise(3), same(3);
  Var visible = model.draw_visible(tape, 4, same);
  Var damaged = model.corrupt(tape.constant(x), noise);
  for (std::size_t b = 0; b < 4; ++b)
    for (std::size_t i = 0; i < 64; ++i)
      EXPECT_NEAR(damaged.value()(b, i), visible.value()(b, patch_of(i)) == 1 ? x(b, i) : -1,
                  2 * epsilon);
  Var expected = model.decode_visible(model.encode_visible(tape.constant(x), visible), visible);
  EXPECT_TRUE(is_near(model.repair(damaged).value(), expected.value(), 64 * epsilon));
}

TEST_F(SmallMaskedTransformer, EncodesAWholeImageAsTheTokensOfAllPatches) {
  EXPECT_EQ(model.latent(), 8u * 8);
  Var code = model.encode(tape.constant(x));
  EXPECT_EQ(code.shape(), (Shape{4, 64}));
  EXPECT_TRUE(is_picture(model.decode(code).value()));
  EXPECT_EQ(model.decode(code).shape(), (Shape{4, 64}));
}

TEST(MaskedTransformer, RefusesWhatHasNoSuchPatches) {
  const auto error = [](const MaskedTransformerOptions& options, const Shape& example_shape) {
    return message_of<ConfigError>([&] {
      Rng rng(1);
      MaskedTransformer(example_shape, options, rng);
    });
  };
  EXPECT_EQ(error({}, {30}), "patches are hidden of images (C, H, W), but an example is (30)");
  EXPECT_EQ(error({.ratio = 0.005}, {1, 28, 28}),
            "model.ratio must leave a patch to see and a patch to guess of 49");
  EXPECT_EQ(error({.heads = 3}, {1, 28, 28}),
            "SelfAttention: a width of 64 does not divide into 3 heads");
  EXPECT_EQ(error({.decoder_width = 6}, {1, 28, 28}),
            "positions of 6 numbers: it must be a multiple of 4");
}

TEST(MaskedTransformer, GuessesHiddenPatchesBetterThanTheMeanDigitDoes) {
  Rng rng(7);
  MaskedTransformer model({1, 28, 28}, {.width = 32, .depth = 2, .decoder_width = 16}, rng);
  const History history = train_on_digits(model, {.epochs = 4, .batch = 16, .lr = 0.004}, "2000");
  // The mean digit is off by the variance of pixels, 52.7 an image in all.
  constexpr double image = 52.7, hidden = image * 37 / 49;
  EXPECT_LT(history.curve("masked_error").back(), 0.96 * hidden);
  EXPECT_LT(history.curve("squared_error_per_image").back(), 0.3 * image);  // shown whole
}

}  // namespace
}  // namespace hourglass::testing
