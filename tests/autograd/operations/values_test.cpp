// What operations do at their edges; the rest is proven by the registry.

#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// The value that `f` has on these tensors.
template <class F, class... Tensors>
Tensor value_of(F f, const Tensors&... tensors) {
  Tape tape(Tape::Gradients::off);
  return f(tape.constant(tensors)...).value();
}

TEST(UnaryOperations, StayFiniteFarFromZero) {
  const Tensor x = tensor({4}, {-1000, -100, 100, 1000});
  const auto of = [&](Var (*f)(Var)) { return numbers(value_of(f, x)); };
  EXPECT_TRUE(is_near(value_of(softplus, x), tensor({4}, {0, 0, 100, 1000}), epsilon));
  EXPECT_TRUE(is_near(value_of(sigmoid, x), tensor({4}, {0, 0, 1, 1}), epsilon));
  EXPECT_TRUE(is_near(value_of(silu, x), tensor({4}, {0, 0, 100, 1000}), epsilon));
  EXPECT_EQ(of(elu), (std::vector<double>{-1, -1, 100, 1000}));
  EXPECT_EQ(of(tanh), (std::vector<double>{-1, -1, 1, 1}));
}

TEST(UnaryOperations, HaveFiniteGradientsFarFromZero) {
  struct Named {
    const char* name;
    Var (*operation)(Var);
    std::vector<double> slopes;
  };
  for (const auto& [name, operation, slopes] : std::vector<Named>{{"softplus", softplus, {0, 1}},
                                                                  {"sigmoid", sigmoid, {0, 0}},
                                                                  {"silu", silu, {0, 1}},
                                                                  {"elu", elu, {0, 1}},
                                                                  {"tanh", tanh, {0, 0}}}) {
    Parameter x({2});
    x.value = tensor({2}, {-1000, 1000});
    Tape tape;
    tape.backward(sum(operation(tape.parameter(x))));
    EXPECT_EQ(numbers(x.grad), slopes) << name;
  }
}

TEST(Relu, KeepsANaN) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> some(19, -1);  // more than one SIMD register, and a rest
  some[3] = some[18] = nan;
  const Tensor y = value_of(relu, tensor({19}, some));
  for (std::size_t i = 0; i < 19; ++i) EXPECT_EQ(std::isnan(y(i)), std::isnan(some[i])) << i;
}

TEST(Reductions, OfNothingAreZero) {
  const Tensor x = filled({2, 0});
  EXPECT_EQ(numbers(value_of([](Var x) { return sum(x); }, x)), (std::vector<double>{0}));
  EXPECT_EQ(numbers(value_of([](Var x) { return sum(x, {1}); }, x)), (std::vector<double>{0, 0}));
}

Tensor cross_entropy(const Tensor& z, const Tensor& t) {
  return value_of([](Var z, Var t) { return binary_cross_entropy(z, t); }, z, t);
}

TEST(BinaryCrossEntropy, IsRightForLogitsThatOverflow) {
  // −ln σ(z) is 0 at 1000 and 1000 at −1000; half a target costs half of it.
  const Tensor z = tensor({6, 1}, {1000, 1000, -1000, -1000, 1000, -1000});
  const Tensor t = tensor({6, 1}, {1, 0, 1, 0, 0.5, 0.5});
  EXPECT_EQ(numbers(cross_entropy(z, t)), (std::vector<double>{0, 1000, 1000, 0, 500, 500}));
  Parameter logits({6, 1});
  logits.value = z;
  Tape tape;
  tape.backward(sum(binary_cross_entropy(tape.parameter(logits), tape.constant(t))));
  EXPECT_EQ(numbers(logits.grad), (std::vector<double>{0, 1, -1, 0, 0.5, -0.5}));  // σ(z) − t
}

}  // namespace
}  // namespace hourglass::testing
