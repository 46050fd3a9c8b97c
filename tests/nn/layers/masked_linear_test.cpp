#include "hourglass/nn/layers/masked_linear.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

TEST(MaskedLinear, CutsTheConnectionsThatDegreesForbid) {
  const Tensor in = tensor({2, 3}, {1, 2, 3, 3, 1, 2}), out = tensor({2, 2}, {1, 2, 0, 2});
  Rng rng(1);
  MaskedLinear layer(in, out, rng);
  layer.weight.value = tensor({2, 3}, {1, 2, 3, 4, 5, 6});
  layer.bias.value = tensor({2}, {100, 200});
  Tape tape;
  Var x = tape.constant(tensor({1, 3}, {1, 10, 100}));
  EXPECT_TRUE(is_same(layer.forward(x, 0).value(), tensor({1, 2}, {101, 254})));
  EXPECT_TRUE(is_same(layer.forward(x, 1).value(), tensor({1, 2}, {100, 850})));
  EXPECT_TRUE(is_same(layer(x).value(), layer.forward(x, 0).value()));
}

TEST(MaskedLinear, StartsAsALinearLayerWithZerosThatStayWhereConnectionsAreCut) {
  const Tensor in = tensor({1, 3}, {1, 2, 3}), out = tensor({1, 2}, {1, 2});
  Rng rng(1), same(1);
  MaskedLinear layer(in, out, rng);
  Tensor expected = Linear(3, 2, same).weight.value;
  expected(0, 1) = expected(0, 2) = expected(1, 2) = 0;
  EXPECT_TRUE(is_same(layer.weight.value, expected));
  Tape tape;
  tape.backward(sum(square(layer(tape.constant(random_tensor({4, 3}, 2))))));
  const Tensor& gradient = layer.weight.grad;
  EXPECT_EQ(std::count(gradient.begin(), gradient.end(), Scalar(0)), 3);
  EXPECT_EQ(gradient(0, 1), 0);
  EXPECT_EQ(gradient(0, 2), 0);
  EXPECT_EQ(gradient(1, 2), 0);
}

/// Five inputs in two orders, of which the second has two inputs at one place, and seven outputs.
struct AutoregressiveNetworkTest : ::testing::Test {
  static Tensor inputs() { return tensor({2, 5}, {1, 2, 3, 4, 5, 4, 2, 1, 2, 3}); }
  static Tensor outputs() { return tensor({2, 7}, {0, 1, 2, 3, 4, 5, 2, 3, 1, 0, 1, 2, 4, 0}); }
  static AutoregressiveNetwork make(const AutoregressiveOptions& options) {
    Rng rng(1);
    return {inputs(), outputs(), options, rng};
  }
};

TEST_F(AutoregressiveNetworkTest, LetsAnOutputSeeWhatItsDegreeAllowsAndNothingElse) {
  const Tensor x = random_tensor({3, 5}, 2), in = inputs(), out = outputs();
  for (const AutoregressiveOptions& options :
       {AutoregressiveOptions{.hidden = {40}, .activation = "tanh", .direct = false},
        AutoregressiveOptions{.hidden = {40, 30}, .activation = "tanh"},
        AutoregressiveOptions{.hidden = {}, .activation = "tanh"}}) {
    AutoregressiveNetwork network = make(options);
    for (std::size_t mask : {0, 1})
      for (std::size_t i = 0; i < 5; ++i) {
        Tape tape(Tape::Gradients::off);
        const Tensor before = network.forward(tape.constant(x), mask).value();
        Tensor other = x;
        for (std::size_t row = 0; row < 3; ++row) other(row, i) += 100;
        const Tensor after = network.forward(tape.constant(other), mask).value();
        for (std::size_t j = 0; j < 7; ++j)
          for (std::size_t row = 0; row < 3; ++row)
            EXPECT_EQ(after(row, j) == before(row, j), in(mask, i) > out(mask, j))
                << "mask " << mask << ", input " << i << ", output " << j;
      }
  }
}

TEST_F(AutoregressiveNetworkTest, DrawsDegreesOfHiddenUnitsThatSeeSomethingAndAreSeen) {
  const AutoregressiveNetwork network = make({.hidden = {200, 200}});
  ASSERT_EQ(network.degrees().size(), 4u);
  for (std::size_t mask : {0, 1}) {
    const Tensor& first = network.degrees()[1];
    const std::set<Scalar> drawn(&first(mask, 0), &first(mask, 0) + 200);
    EXPECT_EQ(drawn,
              mask == 0 ? (std::set<Scalar>{1, 2, 3, 4, 5}) : (std::set<Scalar>{1, 2, 3, 4}));
  }
  EXPECT_FALSE(is_same(network.degrees()[2], network.degrees()[1]));
}

TEST_F(AutoregressiveNetworkTest, KnowsItsOrdersAndRefusesWhatIsNone) {
  AutoregressiveNetwork network = make({});
  EXPECT_EQ(network.masks(), 2u);
  EXPECT_EQ(network.order(0), (std::vector<std::size_t>{0, 1, 2, 3, 4}));
  for (const Buffer& buffer : network.buffers())
    if (buffer.name == "degrees.0") (*buffer.value)(0, 1) = 6;
  EXPECT_EQ(message_of<DataError>([&] { network.order(0); }),
            "degrees.0 is not an order: it holds 6");
}

TEST_F(AutoregressiveNetworkTest, RefusesALayerWithoutUnits) {
  EXPECT_EQ(message_of<ConfigError>([] { make({.hidden = {3, 0}}); }),
            "AutoregressiveNetwork: a hidden layer has 0 units: it must have at least 1");
}

}  // namespace
}  // namespace hourglass::testing
