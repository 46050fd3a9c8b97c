#include "hourglass/nn/initialization.hpp"
#include "hourglass/nn/layers/activations.hpp"
#include "hourglass/nn/layers/linear.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/nn/uniform.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

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

TEST(EmbeddingTest, LooksUpTheVectorOfEachNumber) {
  Rng rng(1);
  Embedding table(4, 2, rng);
  table.weight.value = tensor({4, 2}, {0, 1, 10, 11, 20, 21, 30, 31});
  Tape tape;
  EXPECT_TRUE(is_same(table(tape.constant(tensor({3}, {2, 0, 2}))).value(),
                      tensor({3, 2}, {20, 21, 0, 1, 20, 21})));
  EXPECT_TRUE(is_same(table(tape.constant(tensor({2, 1}, {3, 1}))).value(),
                      tensor({2, 1, 2}, {30, 31, 10, 11})));
}

TEST(EmbeddingTest, StartsNormal) {
  Rng rng(1);
  const Embedding table(100, 100, rng);
  EXPECT_EQ(table.parameters().at(0)->name, "weight");
  double sum = 0, squares = 0;
  for (Scalar number : table.weight.value) {
    sum += number;
    squares += double(number) * number;
  }
  EXPECT_NEAR(sum / 1e4, 0, 5 * 0.01);  // five standard errors of 10⁴ draws
  EXPECT_NEAR(squares / 1e4, 1, 5 * std::sqrt(2.0) * 0.01);
  EXPECT_EQ(message_of<ConfigError>([&] { Embedding(0, 3, rng); }),
            "Embedding: 0 vectors of 3 numbers: both must be at least 1");
}

TEST(Activations, AreFoundByTheirNames) {
  const std::pair<const char*, Var (*)(Var)> all[] = {
      {"relu", relu},
      {"leaky_relu", [](Var x) { return leaky_relu(x); }},
      {"elu", elu},
      {"silu", silu},
      {"selu", selu},
      {"gelu", gelu},
      {"hardshrink", [](Var x) { return hard_shrink(x); }},
      {"softshrink", [](Var x) { return soft_threshold(x); }},
      {"softplus", softplus},
      {"sigmoid", sigmoid},
      {"tanh", tanh}};
  Tape tape(Tape::Gradients::off);
  Var x = tape.constant(random_tensor({20}, 1, -3, 3));
  for (const auto& [name, operation] : all)
    EXPECT_TRUE(is_same((*activations()[name]())(x).value(), operation(x).value())) << name;
}

TEST(Activations, OfNoSuchNameAreRefusedWithTheNamesThatThereAre) {
  EXPECT_EQ(message_of<ConfigError>([] { activations()["gellu"]; }),
            "unknown activation 'gellu'; did you mean 'gelu'?");
  EXPECT_PRED2(starts_with, message_of<ConfigError>([] { activations()["maxout"]; }),
               "unknown activation 'maxout'; there are relu, leaky_relu, elu, ");
}

}  // namespace
}  // namespace hourglass::testing
