#include "hourglass/models/fsq.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "hourglass/models/core/code_metrics.hpp"
#include "tests/models/short_training.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

// Three positions of two numbers, one with an even and one with an odd number of levels. The
// encoder's one layer is the identity, so that an example is z.
struct FsqTest : ::testing::Test {
  static constexpr double levels[] = {4, 5};
  Rng rng{1};
  Fsq model{{6}, {.network = {.latent = 6, .hidden = {}}, .levels = {4, 5}}, rng};

  FsqTest() {
    for (std::size_t i = 0; i < 6; ++i)
      for (std::size_t j = 0; j < 6; ++j)
        model.encoder.parameters()[0]->value(i, j) = i == j ? Scalar(1) : Scalar(0);
    model.encoder.parameters()[1]->value.fill(0);
  }

  static double h(double levels) { return 0.999 * (levels - 1) / 2; }
  static double o(double levels) { return std::fmod(levels, 2) == 0 ? 0.5 : 0; }
  static double s(double levels) { return std::atanh(o(levels) / h(levels)); }
  /// What is rounded.
  static double squeezed(double z, double levels) {
    return h(levels) * std::tanh(z + s(levels)) - o(levels);
  }
  /// A z that is rounded to this digit, 0 … levels − 1.
  static double z_of(double digit, double levels) {
    const double wanted = (digit - std::floor(levels / 2) + o(levels)) / h(levels);
    return std::atanh(std::clamp(wanted, -0.99, 0.99)) - s(levels);
  }

  Tensor code_of(const Tensor& z) {
    Tape tape(Tape::Gradients::off);
    return model.encode(tape.constant(z)).value();
  }
  Tensor indices_of(const Tensor& z) {
    Tape tape(Tape::Gradients::off);
    return model.code_indices(tape.constant(z)).value();
  }
};

TEST_F(FsqTest, RoundsEachNumberAsTheFormulaSays) {
  const Tensor z = random_tensor({200, 6}, 2, -3, 3), code = code_of(z);
  std::size_t compared = 0;
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double l = levels[i % 2], expected = squeezed(z.data()[i], l);
    if (std::abs(expected - std::floor(expected) - 0.5) < 1e-4) continue;  // on the edge
    EXPECT_NEAR(code.data()[i], std::nearbyint(expected) / std::floor(l / 2), epsilon);
    ++compared;
  }
  EXPECT_GT(compared, 1190u);
  EXPECT_TRUE(is_near(code_of(filled({1, 6}, 0)), filled({1, 6}, 0), 0)) << "0 stays 0";
}

TEST_F(FsqTest, GivesEveryPointOfTheGridOneIndexAndBack) {
  ASSERT_EQ(model.codebook_size(), 20u);
  ASSERT_EQ(model.code_positions(), 3u);
  Tensor z = filled({20, 6}), expected = filled({20, 3});
  for (std::size_t k = 0; k < 20; ++k)
    for (std::size_t position = 0; position < 3; ++position) {
      const std::size_t index = (k + 7 * position) % 20;
      expected(k, position) = static_cast<Scalar>(index);
      z(k, 2 * position) = static_cast<Scalar>(z_of(static_cast<double>(index % 4), 4));
      z(k, 2 * position + 1) = static_cast<Scalar>(z_of(static_cast<double>(index / 4), 5));
    }
  EXPECT_TRUE(is_same(indices_of(z), expected));
  const Tensor code = code_of(z);
  Tape tape(Tape::Gradients::off);
  EXPECT_TRUE(is_near(model.code_of(tape.constant(expected)).value(), code, 0));
  EXPECT_TRUE(is_near(model.decode_indices(tape.constant(expected)).value(),
                      model.decode(tape.constant(code)).value(), 0));
  std::set<std::pair<Scalar, Scalar>> points;
  for (std::size_t k = 0; k < 20; ++k) points.insert({code(k, 0), code(k, 1)});
  EXPECT_EQ(points.size(), 20u);
  EXPECT_EQ(*std::min_element(code.begin(), code.end()), -1);
  EXPECT_EQ(*std::max_element(code.begin(), code.end()), 1);
}

TEST_F(FsqTest, ReachesEveryLevelAndNoOther) {
  const Tensor far = filled({1, 6}, 50), low = filled({1, 6}, -50);
  EXPECT_TRUE(is_same(indices_of(far), filled({1, 3}, 19)));
  EXPECT_TRUE(is_same(indices_of(low), filled({1, 3}, 0)));
}

TEST_F(FsqTest, MinimisesTheErrorAlone) {
  const Tensor x = random_tensor({4, 6}, 2, 0, 1), rebuilt = reconstruct(model, x);
  double error = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    error += std::pow(double(x.data()[i]) - rebuilt.data()[i], 2) / 4;
  Tape tape;
  EXPECT_NEAR(model.loss(tape, x, rng).total.item(), error, 64 * epsilon);
  EXPECT_FALSE(model.couples_examples());
}

TEST(Fsq, RefusesLevelsThatMakeNoGrid) {
  const auto error = [](std::vector<std::size_t> levels, std::size_t latent = 6) {
    return message_of<ConfigError>([&] {
      Rng rng(1);
      Fsq({10}, {.network = {.latent = latent}, .levels = std::move(levels)}, rng);
    });
  };
  EXPECT_EQ(error({}), "model.levels is empty, so there is nothing to round to");
  EXPECT_EQ(error({5, 2}), "model.levels has a 2, but each must be at least 3");
  EXPECT_EQ(error({256, 256}), "model.levels make more than 64000 code vectors");
  EXPECT_EQ(error({~std::size_t{0}, 3}), "model.levels make more than 64000 code vectors");
  EXPECT_EQ(error({8, 6, 5}, 20),
            "model.latent = 20 is no multiple of the 3 numbers of model.levels");
  EXPECT_EQ(error({8, 8, 8, 5, 5, 5}), "");
}

TEST(Fsq, UsesNearlyAllOfItsCodebookWithNothingThatKeepsItAlive) {
  Rng rng(1);
  Fsq model(
      {784},
      {.network = {.latent = 48, .hidden = {64}, .normalization = "batch"}, .levels = {8, 6, 5}},
      rng);
  const History history = train_on_digits(model, {.epochs = 3, .batch = 64, .lr = 0.005});
  const std::vector<double> loss = history.curve("train_loss");
  EXPECT_LT(loss.at(2), 0.8 * loss.at(0));
  EXPECT_GT(history.curve("codes_used").back(), 0.8 * 240);

  const Dataset train = load_dataset("mnist?limit=500", Split::train);
  model.after_training(train, Rng(1));
  model.eval();
  const Tensor codes = model.sample_codes(20, rng);
  ASSERT_EQ(codes.shape(), (Shape{20, 48}));
  for (std::size_t i = 0; i < codes.size(); ++i) {
    const double half = std::vector<double>{4, 3, 2}[i % 3], digit = codes.data()[i] * half;
    EXPECT_NEAR(digit, std::nearbyint(digit), 1e-5);
    EXPECT_LE(std::abs(digit), half);
  }
  EXPECT_TRUE(is_picture(model.sample(5, rng)));
}

}  // namespace
}  // namespace hourglass::testing
