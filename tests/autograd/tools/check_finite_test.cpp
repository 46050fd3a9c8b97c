#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>

#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/autograd/tools/watch.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

template <class Action>
std::string non_finite(Action action) {
  return message_of<NonFiniteError>(action);
}

/// A tape that checks, with a module to be in.
struct CheckFinite : ::testing::Test {
  CheckFinite() { watch(tape, {.check_finite = true}); }
  const std::string path = "encoder.2";
  Tape tape;
  ModuleScope scope{tape.context(), path};
};

TEST_F(CheckFinite, NamesTheOperationElementModuleAndTheRangeOfItsInput) {
  Parameter p({2, 3});
  p.value = tensor({2, 3}, {1, 2, 3, 4, 0, 4.1});
  Var x = square(tape.parameter(p));
  Var y = log(x);
  EXPECT_EQ(non_finite([&] { square(y); }),
            "log: element [1, 1] of its (2, 3) value became -inf (value 2 on the tape, in "
            "encoder.2); its input is (2, 3) with values from 0 to 16.81");
}

TEST_F(CheckFinite, LooksAtTheLastValueWhenBackwardBegins) {
  Parameter p({1});
  p.value(0) = -1;
  Var loss = log(tape.parameter(p));
  EXPECT_EQ(non_finite([&] { tape.backward(loss); }),
            "log: element [0] of its (1) value became nan (value 1 on the tape, in encoder.2); its "
            "input is parameter (1) with values from -1 to -1");
  EXPECT_FALSE(p.has_grad);
}

TEST_F(CheckFinite, CallsAScalarItsValue) {
  Parameter p({});
  p.value() = -4;
  Var x = tape.parameter(p);
  Var loss = sqrt(x);
  EXPECT_EQ(non_finite([&] { tape.backward(loss); }),
            "sqrt: its value became nan (value 1 on the tape, in encoder.2); its input is "
            "parameter () with values from -4 to -4");
}

TEST_F(CheckFinite, NamesParametersAmongTheInputs) {
  const double largest = std::numeric_limits<Scalar>::max();
  Parameter w({2, 1});
  w.name = "encoder.2.weight";
  w.value = tensor({2, 1}, {2, 3});
  Var y = matmul(tape.constant(tensor({1, 2}, {largest, -1})), tape.parameter(w));
  EXPECT_EQ(non_finite([&] { square(y); }),
            fmt::format("matmul: element [0, 0] of its (1, 1) value became inf (value 2 on the "
                        "tape, in encoder.2); its inputs are (1, 2) with values from -1 to {:.4g}, "
                        "and parameter encoder.2.weight (2, 1) with values from 2 to 3",
                        largest));
}

TEST_F(CheckFinite, NamesAConstantThatIsNotFiniteItself) {
  tape.constant(tensor({2, 2}, {1, 2, nan, 4}));
  EXPECT_EQ(non_finite([&] { tape.end_forward(); }),
            "constant: element [1, 0] of its (2, 2) value is nan (value 0 on the tape, in "
            "encoder.2)");
  tape.end_forward();  // says it once
}

TEST_F(CheckFinite, NamesAParameterThatIsNotFiniteItself) {
  Parameter p({2});
  p.name = "encoder.2.bias";
  p.value = tensor({2}, {1, infinity});
  Var x = tape.parameter(p);
  EXPECT_EQ(non_finite([&] { square(x); }),
            "parameter encoder.2.bias: element [1] of its (2) value is inf (value 0 on the tape, "
            "in encoder.2)");
}

TEST_F(CheckFinite, NamesTheOperationWhoseBackwardMadeIt) {
  Parameter p({3});
  p.value = tensor({3}, {4, 0, 1});
  Var y = sqrt(abs(tape.parameter(p)));  // 0 has a root, but an infinite slope there
  Var loss = sum(y * Scalar(3));
  EXPECT_EQ(non_finite([&] { tape.backward(loss); }),
            "backward of sqrt: element [1] of the (3) gradient of its input became inf (value 2 on "
            "the tape, in encoder.2); the gradient of its value is (3) with values from 3 to 3; "
            "its input is (3) with values from 0 to 4");
}

TEST_F(CheckFinite, NamesTheInputWhoseGradientItIs) {
  const double largest = std::numeric_limits<Scalar>::max();
  Parameter p({2}), q({2});
  q.name = "scale";
  p.value = tensor({2}, {1, 4});
  q.value = tensor({2}, {0.25, 0.25});
  const Tensor seed = tensor({2}, {1, -largest});
  Var scale = tape.parameter(q), y = tape.parameter(p) * scale;
  const std::string rest = fmt::format(
      " became -inf (value 2 on the tape, in encoder.2); the gradient of its value is "
      "(2) with values from {:.4g} to 1; its inputs are parameter (2) with values from "
      "1 to 4, and ",
      -largest);
  EXPECT_EQ(non_finite([&] { tape.backward(y, seed); }),
            "backward of mul: element [1] of the (2) gradient of parameter scale" + rest +
                "parameter scale (2) with values from 0.25 to 0.25");
  tape.reset();
  p.zero_grad();
  q.zero_grad();
  Var x = tape.parameter(p), z = mul(x, sqrt(tape.constant(tensor({2}, {1, 1}))));
  EXPECT_EQ(non_finite([&] { tape.backward(z, seed); }), "");
  tape.reset();
  p.zero_grad();
  y = tape.parameter(p);
  y = mul(y, -tape.parameter(q));
  EXPECT_PRED2(contains, non_finite([&] { tape.backward(y, seed); }),
               "gradient of its second input became -inf (value 3 on the tape");
}

TEST_F(CheckFinite, NamesASeedThatIsNotFinite) {
  Parameter p({2});
  Var y = square(tape.parameter(p));
  EXPECT_EQ(non_finite([&] { tape.backward(y, tensor({2}, {1, nan})); }),
            "backward: element [1] of its (2) seed is nan");
  EXPECT_EQ(non_finite([&] { tape.backward(sum(y), infinity); }), "backward: its seed is inf");
}

TEST_F(CheckFinite, BlamesNoBackwardForWhatAnEarlierOneLeft) {
  Parameter p({2});
  p.name = "code";
  p.grad = tensor({2}, {nan, 0});
  p.has_grad = true;
  Var loss = sum(tape.parameter(p));
  EXPECT_EQ(non_finite([&] { tape.backward(loss); }),
            "parameter code: element [0] of its (2) gradient is nan before backward begins");
  p.zero_grad();
  tape.backward(loss);
  EXPECT_EQ(numbers(p.grad), (std::vector<double>{1, 1}));
}

TEST_F(CheckFinite, FindsAnElementThatAnOperationForgets) {
  Var y = tape.record("half done", {3}, {});
  y.output()(0) = 1;
  y.output()(2) = 1;
  EXPECT_EQ(non_finite([&] { tape.end_forward(); }),
            "half done: element [1] of its (3) value is nan (value 0 on the tape, in encoder.2)");
}

TEST_F(CheckFinite, ChecksWithGradientsOffAsWell) {
  Tape off(Tape::Gradients::off);
  watch(off, {.check_finite = true});
  log(off.constant(tensor({1}, {0})));
  EXPECT_EQ(non_finite([&] { off.end_forward(); }),
            "log: element [0] of its (1) value became -inf (value 1 on the tape); its input is (1) "
            "with values from 0 to 0");
}

TEST_F(CheckFinite, SaysNothingOfWhatWasRecordedBeforeItWasOnOrAfterItWasOff) {
  watch(tape, {.check_finite = false});
  Var bad = log(tape.constant(tensor({1}, {0})));
  watch(tape, {.check_finite = true});
  EXPECT_EQ(non_finite([&] { tape.end_forward(); }), "");
  EXPECT_EQ(non_finite([&] { tape.constant(tensor({1}, {1})), tape.end_forward(); }), "");
  watch(tape, {.check_finite = false});
  square(bad);
  tape.end_forward();
  tape.reset();
  watch(tape, {.check_finite = true});
  log(tape.constant(tensor({1}, {0})));
  EXPECT_NE(non_finite([&] { tape.end_forward(); }), "");
}

TEST_F(CheckFinite, TakesEmptyAndLargestNumbersForFinite) {
  const double largest = std::numeric_limits<Scalar>::max();
  tape.constant(filled({0, 3}));
  tape.constant(tensor({2}, {largest, -largest}));
  EXPECT_EQ(non_finite([&] { tape.end_forward(); }), "");
}

TEST_F(CheckFinite, ChangesNoResult) {
  Parameter p({3, 2});
  p.value = random_tensor({3, 2}, 1);
  const auto gradient = [&](Tape& on) {
    on.reset();
    p.zero_grad();
    on.backward(mean(softplus(matmul(on.constant(random_tensor({4, 3}, 2)), on.parameter(p)))));
    return Tensor(p.grad);
  };
  Tape plain;
  EXPECT_TRUE(is_same(gradient(tape), gradient(plain)));
}

}  // namespace
}  // namespace hourglass::testing
