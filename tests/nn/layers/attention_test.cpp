#include "hourglass/nn/layers/attention.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// The tokens of one example in another order.
Tensor reordered(const Tensor& x, const std::vector<std::size_t>& order) {
  Tensor y = x;
  for (std::size_t t = 0; t < order.size(); ++t)
    for (std::size_t j = 0; j < x.shape()[2]; ++j) y(0, t, j) = x(0, order[t], j);
  return y;
}

TEST(SelfAttention, MixesValuesByHowWellQueriesMatchKeysInEachHead) {
  constexpr std::size_t tokens = 3, width = 4, heads = 2, part = 2;
  Rng rng(1);
  SelfAttention layer(width, heads, rng);
  const std::vector<Parameter*> all = layer.parameters();  // of both layers, weight and bias
  ASSERT_EQ(all.size(), 4u);
  const Tensor &w = all[0]->value, &b = all[1]->value, &out = all[2]->value, &c = all[3]->value;
  const Tensor x = random_tensor({2, tokens, width}, 2);
  Tape tape(Tape::Gradients::off);
  const Tensor y = layer(tape.constant(x)).value();
  for (std::size_t e = 0; e < 2; ++e) {
    double made[tokens][3 * width] = {}, mixed[tokens][width] = {};
    for (std::size_t t = 0; t < tokens; ++t)
      for (std::size_t i = 0; i < 3 * width; ++i) {
        made[t][i] = b(i);
        for (std::size_t j = 0; j < width; ++j) made[t][i] += w(i, j) * x(e, t, j);
      }
    for (std::size_t h = 0; h < heads; ++h)
      for (std::size_t t = 0; t < tokens; ++t) {
        double weights[tokens], total = 0;
        for (std::size_t u = 0; u < tokens; ++u) {
          double match = 0;
          for (std::size_t i = h * part; i < (h + 1) * part; ++i)
            match += made[t][i] * made[u][width + i];
          total += weights[u] = std::exp(match / std::sqrt(2.0));
        }
        for (std::size_t u = 0; u < tokens; ++u)
          for (std::size_t i = h * part; i < (h + 1) * part; ++i)
            mixed[t][i] += weights[u] / total * made[u][2 * width + i];
      }
    for (std::size_t t = 0; t < tokens; ++t)
      for (std::size_t i = 0; i < width; ++i) {
        double expected = c(i);
        for (std::size_t j = 0; j < width; ++j) expected += out(i, j) * mixed[t][j];
        EXPECT_NEAR(y(e, t, i), expected, 64 * epsilon) << e << " " << t << " " << i;
      }
  }
}

TEST(SelfAttention, RefusesWidthsThatDoNotFit) {
  Rng rng(1);
  EXPECT_EQ(message_of<ConfigError>([&] { SelfAttention(6, 4, rng); }),
            "SelfAttention: a width of 6 does not divide into 4 heads");
  SelfAttention layer(4, 2, rng);
  Tape tape;
  EXPECT_PRED2(starts_with, message_of<ShapeError>([&] { layer(tape.constant(filled({2, 4}))); }),
               "SelfAttention: x is (2, 4): it must be (B, T, 4)");
}

TEST(TransformerBlock, KnowsNoOrderOfTokens) {
  Rng rng(1);
  TransformerBlock block(8, 2, rng);
  const Tensor x = random_tensor({1, 5, 8}, 2);
  const std::vector<std::size_t> order = {3, 0, 4, 1, 2};
  Tape tape(Tape::Gradients::off);
  const Tensor y = block(tape.constant(x)).value();
  const Tensor& moved = block(tape.constant(reordered(x, order))).value();
  EXPECT_TRUE(is_near(moved, reordered(y, order), 64 * epsilon));
}

TEST(TransformerBlock, LetsEachTokenDependOnAllTokensOfItsExampleAndNoOther) {
  Rng rng(1);
  TransformerBlock block(8, 2, rng);
  Tensor x = random_tensor({2, 3, 8}, 2);
  Tape tape(Tape::Gradients::off);
  const Tensor before = block(tape.constant(x)).value();
  x(0, 2, 5) += 1;
  const Tensor& after = block(tape.constant(x)).value();
  for (std::size_t t = 0; t < 3; ++t) {
    EXPECT_NE(before(0, t, 0), after(0, t, 0)) << t;
    EXPECT_EQ(before(1, t, 0), after(1, t, 0)) << t;
  }
}

TEST(Positions, AreWavesOfRowsAndColumns) {
  const Tensor at = sine_cosine_positions(3, 2, 8);
  ASSERT_EQ(at.shape(), (Shape{6, 8}));
  for (std::size_t r = 0; r < 3; ++r)
    for (std::size_t c = 0; c < 2; ++c)
      for (std::size_t i = 0; i < 2; ++i) {
        const double wave = i == 0 ? 1 : 0.01;
        const std::size_t row = r * 2 + c;
        EXPECT_NEAR(at(row, i), std::sin(r * wave), 4 * epsilon);
        EXPECT_NEAR(at(row, 2 + i), std::cos(r * wave), 4 * epsilon);
        EXPECT_NEAR(at(row, 4 + i), std::sin(c * wave), 4 * epsilon);
        EXPECT_NEAR(at(row, 6 + i), std::cos(c * wave), 4 * epsilon);
      }
  EXPECT_EQ(message_of<ConfigError>([] { sine_cosine_positions(3, 2, 6); }),
            "positions of 6 numbers: it must be a multiple of 4");
}

}  // namespace
}  // namespace hourglass::testing
