#include "hourglass/autograd/tape.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

template <class Action>
std::string tape_error(Action action) {
  return message_of<TapeError>(action);
}

TEST(Tape, RefusesAVarFromBeforeTheReset) {
  Parameter p({2});
  Tape tape;
  Var x = tape.parameter(p);
  Var loss = sum(x);
  tape.reset();
  const std::string first = tape_error([&] { x.value(); });
  EXPECT_EQ(first,
            "this value was recorded before the tape's last reset, which forgot it: compute it "
            "again, or copy what you need before the reset");
  sum(tape.parameter(p));  // the same places are taken again, by other values
  EXPECT_EQ(tape_error([&] { x.value(); }), first);
  EXPECT_EQ(tape_error([&] { x.needs_grad(); }), first);
  EXPECT_EQ(tape_error([&] { x.grad(); }), first);
  EXPECT_EQ(tape_error([&] { square(x); }), first);
  EXPECT_EQ(tape_error([&] { add(tape.parameter(p), x); }), first);
  EXPECT_EQ(tape_error([&] { tape.backward(loss); }), first);
  const std::string path = "encoder.0";
  ModuleScope scope(tape.context(), path);
  EXPECT_EQ(tape_error([&] { square(x); }), first + " (in encoder.0)");
}

TEST(Tape, RefusesValuesOfTwoTapes) {
  Parameter p({2});
  Tape one, other;
  Var x = one.parameter(p), y = other.parameter(p);
  const std::string mixed =
      "its inputs were recorded on two different tapes: a program is recorded on one; bring the "
      "other's number in by tape.constant(y.value())";
  EXPECT_EQ(tape_error([&] { add(x, y); }), "add: " + mixed);
  const std::string path = "encoder.0";
  ModuleScope scope(one.context(), path);
  EXPECT_EQ(tape_error([&] { sub(x, y); }), "sub: " + mixed + " (in encoder.0)");
  EXPECT_EQ(tape_error([&] { other.backward(sum(x)); }),
            "backward: the loss was computed on another tape: call loss.tape().backward(loss)");
  EXPECT_EQ(tape_error([&] { other.backward(x, filled({2})); }),
            "backward: the value was computed on another tape: call y.tape().backward(y)");
}

TEST(Tape, RefusesALossThatIsNoSingleNumber) {
  Parameter p({2, 3});
  Tape tape;
  EXPECT_EQ(tape_error([&] { tape.backward(square(tape.parameter(p))); }),
            "backward: the loss must be a single number, but it is (2, 3): sum it or take its "
            "mean first");
}

TEST(Tape, TakesALossOfShapeOneByOne) {
  Parameter p({1, 1});
  p.value(0, 0) = 3;
  Tape tape;
  tape.backward(square(tape.parameter(p)));
  EXPECT_EQ(numbers(p.grad), std::vector<double>{6});
}

TEST(Tape, RefusesALossWithoutParameters) {
  Tape tape;
  const std::string why =
      " depends on no parameter, so there is nothing to give a gradient to: tape.parameter(p) "
      "brings one into the program, tape.constant(p.value) does not";
  EXPECT_EQ(tape_error([&] { tape.backward(sum(tape.constant(filled({2})))); }),
            "backward: the loss" + why);
  EXPECT_EQ(tape_error([&] { tape.backward(tape.constant(filled({2})), filled({2})); }),
            "backward: the value" + why);
}

TEST(Tape, RefusesASeedOfAnotherShape) {
  Parameter p({2});
  Tape tape;
  EXPECT_EQ(message_of<ShapeError>([&] { tape.backward(square(tape.parameter(p)), filled({3})); }),
            "backward: y is (2) but its seed is (3): they must be alike");
}

TEST(Tape, GivesNoGradientWhereNoneArrived) {
  Parameter p({2});
  Tape tape;
  Var x = tape.parameter(p);
  Var y = square(x);
  const std::string none =
      ": no gradient has reached this value: call backward first, on a loss that depends on it";
  EXPECT_EQ(tape_error([&] { y.grad(); }), "square" + none);
  EXPECT_EQ(tape_error([&] { x.grad(); }), "parameter" + none);
  Var c = tape.constant(filled({2}));
  tape.backward(sum(y + c));
  EXPECT_EQ(numbers(y.grad()), (std::vector<double>{1, 1}));
  EXPECT_EQ(tape_error([&] { c.grad(); }),
            "constant: this value has no gradient, since no parameter stands behind it: make it a "
            "Parameter to get one");
}

TEST(Var, StandsForNothingUntilATapeMakesOne) {
  Var none;
  const std::string text = tape_error([&] { none.value(); });
  EXPECT_EQ(text, "this Var stands for no value yet: assign one that a tape made");
  EXPECT_EQ(tape_error([&] { square(none); }), text);
  EXPECT_EQ(tape_error([&] { none.grad(); }), text);
  Parameter p({2});
  Tape tape;
  EXPECT_EQ(tape_error([&] { add(tape.parameter(p), none); }), text);
  EXPECT_EQ(tape_error([&] { tape.backward(none); }), text);
}

TEST(Tape, WantsGradientsOnlyWhereAParameterStandsBehind) {
  Parameter p({2});
  Tape tape;
  Var c = tape.constant(filled({2})), x = tape.parameter(p);
  EXPECT_FALSE(c.needs_grad());
  EXPECT_FALSE(square(c).needs_grad());
  EXPECT_TRUE(x.needs_grad());
  EXPECT_TRUE((c + x).needs_grad());
  EXPECT_TRUE((x + c).needs_grad());
}

TEST(Tape, RecordsNothingForBackwardWithGradientsOff) {
  Parameter p({2});
  Tape tape(Tape::Gradients::off);
  Var y = sum(square(tape.parameter(p)));
  EXPECT_FALSE(y.needs_grad());
  const std::string refused =
      "backward: this tape was made with Gradients::off and remembers nothing for backward: record "
      "the program on a tape with Gradients::on";
  EXPECT_EQ(tape_error([&] { tape.backward(y); }), refused);
  EXPECT_EQ(tape_error([&] { tape.backward(y, filled({})); }), refused);
  EXPECT_EQ(tape_error([&] { y.grad(); }),
            "sum: this value has no gradient, since its tape was made with Gradients::off");
  EXPECT_FALSE(p.has_grad);
}

TEST(Tape, RefersToParametersAndConstantsWithoutACopy) {
  Parameter p({2});
  const Tensor given = filled({3});
  Tape tape;
  Var x = tape.parameter(p);
  EXPECT_EQ(x.value().data(), p.value.data());
  EXPECT_EQ(tape.constant(given).value().data(), given.data());
  Tensor moved = filled({100});
  const Scalar* data = moved.data();
  EXPECT_EQ(tape.constant(std::move(moved)).value().data(), data);
  tape.backward(sum(x));
  EXPECT_EQ(x.grad().data(), p.grad.data());
}

TEST(Tape, CountsWhatItHasRecorded) {
  Parameter p({2});
  Tape tape;
  sum(square(tape.parameter(p)));
  EXPECT_EQ(tape.size(), 3u);
  tape.reset();
  EXPECT_EQ(tape.size(), 0u);
}

/// The addresses of all values and gradients of one step on `rows` rows.
std::vector<const Scalar*> memory_of_a_step(Tape& tape, Parameter& w, std::size_t rows) {
  tape.reset();
  Var x = tape.constant(filled({rows, 5}, 1));
  Var h = matmul(x, tape.parameter(w));
  Var y = tanh(h);
  Var loss = mean(square(y));
  w.zero_grad();
  tape.backward(loss);
  // d loss / d y = 2 y / count, and all rows are alike: the memory holds the right numbers.
  EXPECT_NEAR(y.grad()(rows - 1, 2), 2 * y.value()(0, 2) / (3.0 * static_cast<double>(rows)),
              4 * epsilon);
  return {h.value().data(), y.value().data(), h.grad().data(), y.grad().data(),
          loss.value().data()};
}

TEST(Tape, KeepsItsMemoryOverAReset) {
  Parameter w({5, 3});
  w.value = random_tensor({5, 3}, 1);
  Tape tape;
  const auto first = memory_of_a_step(tape, w, 8);
  EXPECT_EQ(memory_of_a_step(tape, w, 8), first);
  EXPECT_EQ(memory_of_a_step(tape, w, 8), first);
}

TEST(Tape, FindsTheMemoryOfAnEarlierBatchSizeAgain) {
  Parameter w({5, 3});
  w.value = random_tensor({5, 3}, 1);
  Tape tape;
  const auto sorted = [](std::vector<const Scalar*> addresses) {
    std::sort(addresses.begin(), addresses.end());
    return addresses;
  };
  memory_of_a_step(tape, w, 8);
  memory_of_a_step(tape, w, 2);
  // Which value gets which of the spare tensors is the tape's own affair; that it settles is not.
  const auto large = sorted(memory_of_a_step(tape, w, 8));
  const auto small = sorted(memory_of_a_step(tape, w, 2));
  EXPECT_EQ(sorted(memory_of_a_step(tape, w, 8)), large);
  EXPECT_EQ(sorted(memory_of_a_step(tape, w, 2)), small);
}

TEST(Tape, GivesAReusedPlaceAnotherShapeOfTheSameSize) {
  Tape tape;
  Var x = tape.constant(tensor({2, 3}, {1, 2, 3, 4, 5, 6}));
  EXPECT_EQ((-x).shape(), (Shape{2, 3}));
  tape.reset();
  Var y = tape.constant(tensor({3, 2}, {1, 2, 3, 4, 5, 6}));
  EXPECT_TRUE(is_same((-y).value(), tensor({3, 2}, {-1, -2, -3, -4, -5, -6})));
}

TEST(Tape, WeightsTheGradientWhereAsked) {
  Parameter p({2});
  p.value = tensor({2}, {1, -3});
  Tape tape;
  tape.backward(sum(square(tape.parameter(p))), 0.25);
  EXPECT_EQ(numbers(p.grad), (std::vector<double>{0.5, -1.5}));
}

TEST(Tape, KeepsGradientsApartUntilTheyAreHandedOver) {
  Parameter p({2}), unused({2});
  p.value = tensor({2}, {1, -3});
  Tape together, apart(Tape::Gradients::per_thread);
  apart.parameter(unused);
  Var x = apart.parameter(p);
  apart.backward(sum(square(x) + apart.parameter(p)));  // 2x + 1, over two readings
  EXPECT_FALSE(p.has_grad);
  EXPECT_EQ(numbers(x.grad()), (std::vector<double>{3, -5}));
  apart.per_thread_gradients().add_to_parameters();
  EXPECT_EQ(numbers(p.grad), (std::vector<double>{3, -5}));
  apart.per_thread_gradients().add_to_parameters();  // has nothing left to hand over
  EXPECT_EQ(numbers(p.grad), (std::vector<double>{3, -5}));
  EXPECT_TRUE(p.has_grad);
  EXPECT_FALSE(unused.has_grad);

  together.backward(sum(together.parameter(p)));
  apart.reset();
  apart.backward(sum(apart.parameter(p)));
  apart.per_thread_gradients().add_to_parameters();
  EXPECT_EQ(numbers(p.grad), (std::vector<double>{5, -3}));
}

TEST(Tape, NamesTheInnermostModule) {
  Tape tape;
  const std::string outer = "decoder", inner = "decoder.2", none;
  EXPECT_EQ(tape.context().where(), "");
  {
    ModuleScope in_outer(tape.context(), outer);
    {
      ModuleScope in_inner(tape.context(), inner);
      EXPECT_EQ(tape.context().where(), " (in decoder.2)");
    }
    EXPECT_EQ(tape.context().where(), " (in decoder)");
  }
  ModuleScope outermost(tape.context(), none);
  EXPECT_EQ(tape.context().where(), "");
}

}  // namespace
}  // namespace hourglass::testing
