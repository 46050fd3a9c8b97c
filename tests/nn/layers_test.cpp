#include "nn/layers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing {
namespace {

/// Checks that numbers fill ±bound evenly.
void expect_uniform(const Tensor& drawn, double bound) {
  const double lowest = *std::min_element(drawn.begin(), drawn.end());
  const double highest = *std::max_element(drawn.begin(), drawn.end());
  EXPECT_GE(lowest, -bound * (1 + epsilon));
  EXPECT_LE(highest, bound * (1 + epsilon));
  const auto n = static_cast<double>(drawn.size());
  // That no one of n draws comes within 20/n of an end has the probability e⁻¹⁰ (of 2 bound).
  EXPECT_LT(lowest, -bound * (1 - 20 / n));
  EXPECT_GT(highest, bound * (1 - 20 / n));
  double squares = 0;
  for (Scalar number : drawn) squares += double(number) * number / n;
  // E u² = bound²/3 with the variance bound⁴ (1/5 − 1/9) / n; five standard errors.
  EXPECT_NEAR(squares, bound * bound / 3, 5 * bound * bound * std::sqrt((1 / 5. - 1 / 9.) / n));
}

TEST(Linear, StartsUniformWithinOneOverTheRootOfItsInputs) {
  Rng rng(1);
  const Linear layer(100, 2000, rng);
  EXPECT_EQ(layer.weight.value.shape(), (Shape{2000, 100}));
  EXPECT_EQ(layer.bias.value.shape(), (Shape{2000}));
  expect_uniform(layer.weight.value, 0.1);
  expect_uniform(layer.bias.value, 0.1);
}

TEST(Linear, StartsWithOtherWeightsAtEachDraw) {
  Rng rng(1), again(1);
  const Linear a(10, 10, rng), b(10, 10, rng), c(10, 10, again);
  EXPECT_FALSE(is_same(b.weight.value, a.weight.value));
  EXPECT_TRUE(is_same(c.weight.value, a.weight.value));
}

TEST(Linear, IsXTimesWTransposedPlusBias) {
  Rng rng(1);
  Linear layer(2, 3, rng);
  layer.weight.value = tensor({3, 2}, {1, 2, 3, 4, 5, 6});
  layer.bias.value = tensor({3}, {10, 20, 30});
  Tape tape;
  EXPECT_TRUE(
      is_same(layer(tape.constant(tensor({1, 2}, {1, -1}))).value(), tensor({1, 3}, {9, 19, 29})));
}

TEST(Linear, HasNoBiasWhereNoneIsAskedFor) {
  Rng rng(1);
  Linear layer(2, 3, rng, {.bias = false});
  layer.weight.value = tensor({3, 2}, {1, 2, 3, 4, 5, 6});
  layer.bias.value.fill(100);  // is there, and takes no part
  ASSERT_EQ(layer.parameters().size(), 1u);
  EXPECT_EQ(layer.parameters()[0], &layer.weight);
  Tape tape;
  EXPECT_TRUE(
      is_same(layer(tape.constant(tensor({1, 2}, {1, -1}))).value(), tensor({1, 3}, {-1, -1, -1})));
}

TEST(Linear, RefusesToHaveNoInputsOrOutputs) {
  Rng rng(1);
  EXPECT_EQ(message_of<ConfigError>([&] { Linear(0, 3, rng); }),
            "Linear: 0 inputs and 3 outputs: both must be at least 1");
  EXPECT_EQ(message_of<ConfigError>([&] { Linear(3, 0, rng); }),
            "Linear: 3 inputs and 0 outputs: both must be at least 1");
}

TEST(Initialisation, HasTheRangesOfItsPapers) {
  Rng rng(1);
  Tensor weight = filled({200, 150});
  kaiming_uniform(weight, 150, std::sqrt(Scalar(2)), rng);
  expect_uniform(weight, std::sqrt(2.0) * std::sqrt(3.0 / 150));
  xavier_uniform(weight, 150, 200, rng);
  expect_uniform(weight, std::sqrt(6.0 / 350));
}

TEST(Activations, AreFoundByTheirNames) {
  const std::pair<const char*, Var (*)(Var)> all[] = {
      {"relu", relu},         {"leaky_relu", [](Var x) { return leaky_relu(x); }},
      {"elu", elu},           {"silu", silu},
      {"softplus", softplus}, {"sigmoid", sigmoid},
      {"tanh", tanh}};
  Tape tape(Tape::Gradients::off);
  Var x = tape.constant(random_tensor({20}, 1, -3, 3));
  for (const auto& [name, operation] : all)
    EXPECT_TRUE(is_same((*make_activation(name))(x).value(), operation(x).value())) << name;
}

TEST(Activations, OfNoSuchNameAreRefusedWithTheNamesThatThereAre) {
  const std::string message = message_of<ConfigError>([] { make_activation("ReLU6"); });
  EXPECT_PRED2(starts_with, message, "'ReLU6' is no activation; ");
  EXPECT_PRED2(contains, message, "relu");
}

}  // namespace
}  // namespace hourglass::testing
