#include "hourglass/nn/module.hpp"

#include <gtest/gtest.h>

#include "hourglass/nn/layers/activations.hpp"
#include "hourglass/nn/layers/linear.hpp"
#include "hourglass/nn/layers/sequential.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

std::vector<std::string> names(const Module& module) {
  std::vector<std::string> all;
  for (const Parameter* parameter : module.parameters()) all.push_back(parameter->name);
  return all;
}

/// An encoder of two layers, whose part is registered when it is full or while it is empty.
struct Network : Module {
  explicit Network(bool register_first) {
    Rng rng(1);
    if (register_first) register_module("encoder", encoder);
    encoder.add<Linear>(4, 3, rng);
    encoder.add<Tanh>();
    encoder.add<Linear>(3, 2, rng, LinearOptions{.bias = false});
    if (!register_first) register_module("encoder", encoder);
    register_parameter("scale", scale);
  }
  Var forward(Var x) override { return encoder(x) * x.tape().parameter(scale); }

  Sequential encoder;
  Parameter scale{{1}};
};

TEST(Module, GivesEachParameterItsPathInWhateverOrderPartsAreRegistered) {
  const std::vector<std::string> expected = {"scale", "encoder.0.weight", "encoder.0.bias",
                                             "encoder.2.weight"};
  EXPECT_EQ(names(Network(true)), expected);
  EXPECT_EQ(names(Network(false)), expected);
}

TEST(Module, RenamesAllBelowWhenItBecomesAPart) {
  struct Outer : Module {
    Outer() { register_module("model", inner); }
    Var forward(Var x) override { return inner(x); }
    Network inner{false};
  } outer;
  EXPECT_EQ(names(outer),
            (std::vector<std::string>{"model.scale", "model.encoder.0.weight",
                                      "model.encoder.0.bias", "model.encoder.2.weight"}));
  EXPECT_EQ(outer.inner.path(), "model");
  EXPECT_EQ(outer.inner.encoder.path(), "model.encoder");
  EXPECT_EQ(outer.path(), "");
}

TEST(Module, CountsTheNumbersOfItsParameters) {
  EXPECT_EQ(Network(false).parameter_count(), 1u + 4 * 3 + 3 + 3 * 2);
  EXPECT_EQ(Sequential().parameter_count(), 0u);
}

TEST(Module, IsNamedInTheErrorsOfItsParts) {
  Network network(false);
  Tape tape;
  const auto message = [&] {
    return message_of<ShapeError>([&] { network(tape.constant(filled({2, 5}))); });
  };
  EXPECT_EQ(message(),
            "linear: x is (2, 5) but w is (3, 4): inner sizes 5 and 4 differ (in encoder.0)");
  EXPECT_EQ(tape.context().where(), "");  // the error has left the module's name behind nowhere
}

/// With running statistics, of which one is a single number.
struct Statistics : Module {
  Statistics() {
    register_buffer("mean", mean);
    register_buffer("count", count);
    register_parameter("weight", weight);
  }
  Var forward(Var x) override { return x; }
  Tensor mean = filled({3}), count = filled({});
  Parameter weight{{3}};
};

TEST(Module, GivesEachBufferItsPath) {
  Sequential inner, outer;
  Statistics& statistics = inner.add<Statistics>();
  outer.add<ReLU>();
  struct Outer : Module {
    explicit Outer(Module& part) { register_module("encoder", part); }
    Var forward(Var x) override { return x; }
  } model(inner);
  const std::vector<Buffer> buffers = model.buffers();
  ASSERT_EQ(buffers.size(), 2u);
  EXPECT_EQ(buffers[0].name, "encoder.0.mean");
  EXPECT_EQ(buffers[1].name, "encoder.0.count");
  EXPECT_EQ(buffers[0].value, &statistics.mean);
  EXPECT_EQ(names(model), std::vector<std::string>{"encoder.0.weight"});
  EXPECT_TRUE(outer.buffers().empty());
}

TEST(Module, IsInTrainingUntilToldOtherwiseWithAllItsParts) {
  Network network(false);
  EXPECT_TRUE(network.training());
  network.eval();
  EXPECT_FALSE(network.training());
  EXPECT_FALSE(network.encoder.training());
  network.train();
  EXPECT_TRUE(network.encoder.training());
}

TEST(ModeGuardTest, GivesTheModeBackWhateverHappens) {
  Network network(false);
  try {
    const ModeGuard mode = ModeGuard::evaluation(network);
    EXPECT_FALSE(network.encoder.training());
    throw Error("on the way");
  } catch (const Error&) {
  }
  EXPECT_TRUE(network.encoder.training());
  network.eval();
  {
    const ModeGuard mode = ModeGuard::training(network);
    EXPECT_TRUE(network.encoder.training());
  }
  EXPECT_FALSE(network.encoder.training());
}

TEST(Module, CouplesExamplesWhereAPartDoes) {
  struct Coupling : Statistics {
    bool couples_examples() const override { return true; }
  };
  Sequential network;
  network.add<Statistics>();
  EXPECT_FALSE(network.couples_examples());
  network.add<Coupling>();
  EXPECT_TRUE(network.couples_examples());
}

TEST(Sequential, PassesAValueThroughItsPartsInOrder) {
  Rng rng(1);
  Sequential network;
  Linear& first = network.add<Linear>(4, 3, rng);
  network.add<Tanh>();
  Linear& second = network.add<Linear>(3, 2, rng);
  Tape tape(Tape::Gradients::off);
  Var x = tape.constant(random_tensor({5, 4}, 1));
  EXPECT_TRUE(is_same(network(x).value(), second(tanh(first(x))).value()));
}

TEST(Sequential, OfNothingGivesItsInput) {
  Sequential network;
  Tape tape;
  Var x = tape.constant(filled({2}));
  EXPECT_EQ(network(x).value().data(), x.value().data());
}

TEST(DenseLayers, HaveTheActivationBetweenAndNoneAtTheEnd) {
  Rng rng(1);
  Sequential network;
  add_dense_layers(network, {6, 5, 3}, "relu", rng);
  EXPECT_EQ(names(network), (std::vector<std::string>{"0.weight", "0.bias", "2.weight", "2.bias"}));
  EXPECT_EQ(network.parameter_count(), 6u * 5 + 5 + 5 * 3 + 3);
  for (Parameter* parameter : network.parameters()) parameter->value.fill(-1);
  Tape tape(Tape::Gradients::off);
  // relu makes the hidden layer 0; what comes out is the last bias, negative as it is.
  EXPECT_TRUE(is_same(network(tape.constant(filled({2, 6}, 1))).value(), filled({2, 3}, -1)));
}

TEST(Frozen, LetsGradientsThroughAndLeavesParametersAlone) {
  Rng rng(1);
  Linear first(2, 2, rng), second(2, 1, rng);
  Tape tape;
  Var x = tape.constant(filled({1, 2}, 1)), hidden = first(x);
  const auto judged = [&] {
    const FrozenParameters frozen(tape.context());
    return second(hidden);
  }();
  tape.backward(sum(judged));
  EXPECT_TRUE(first.weight.has_grad);
  EXPECT_FALSE(second.weight.has_grad);
  tape.backward(sum(second(hidden)));
  EXPECT_TRUE(second.weight.has_grad) << "once it is no longer frozen";
}

}  // namespace
}  // namespace hourglass::testing
