// Running statistics, and normalisation at its edges.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/operations.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

TEST(BatchNorm, MovesItsRunningStatisticsWithTheUnbiasedVariance) {
  Tensor mean = tensor({2}, {1, 2}), var = tensor({2}, {3, 4});
  Tape tape;
  batch_norm(tape.constant(tensor({4, 2}, {0, 10, 2, 10, 4, 14, 6, 14})),
             tape.constant(filled({2}, 1)), tape.constant(filled({2})), mean, var, true);
  // Batch: means 3 and 12, Σ (x − mean)² = 20 and 16 over 4 − 1.
  EXPECT_TRUE(is_near(mean, tensor({2}, {0.9 * 1 + 0.1 * 3, 0.9 * 2 + 0.1 * 12}), 2 * epsilon));
  EXPECT_TRUE(
      is_near(var, tensor({2}, {0.9 * 3 + 0.1 * 20 / 3, 0.9 * 4 + 0.1 * 16 / 3}), 2 * epsilon));
}

TEST(BatchNorm, ReplacesItsRunningStatisticsWhereTheMomentumIs1) {
  Tensor mean = filled({1}), var = filled({1}, 1);
  Tape tape;
  batch_norm(tape.constant(tensor({1, 1, 1, 2}, {1, 3})), tape.constant(filled({1}, 1)),
             tape.constant(filled({1})), mean, var, true, 1);
  EXPECT_TRUE(is_same(mean, tensor({1}, {2})));
  EXPECT_TRUE(is_same(var, tensor({1}, {2})));
}

TEST(BatchNorm, LeavesItsRunningStatisticsAloneInEvaluation) {
  Tensor mean = tensor({1}, {2}), var = tensor({1}, {4});
  Tape tape;
  Var y = batch_norm(tape.constant(tensor({1, 1}, {6})), tape.constant(filled({1}, 3)),
                     tape.constant(filled({1}, 1)), mean, var, false, Scalar(0.1), 0);
  EXPECT_TRUE(is_same(y.value(), tensor({1, 1}, {7})));
  EXPECT_TRUE(is_same(mean, tensor({1}, {2})));
  EXPECT_TRUE(is_same(var, tensor({1}, {4})));
}

TEST(BatchNorm, KeepsItsPrecisionFarFromZero) {
  Tensor mean = filled({1}), var = filled({1}, 1);
  Tape tape;
  Tensor x = filled({4, 1});
  for (std::size_t i = 0; i < 4; ++i) x.data()[i] = static_cast<Scalar>(4096 + i % 2);
  Var y = batch_norm(tape.constant(x), tape.constant(filled({1}, 1)), tape.constant(filled({1})),
                     mean, var, true, Scalar(0.1), 0);
  EXPECT_TRUE(is_near(y.value(), tensor({4, 1}, {-1, 1, -1, 1}), epsilon));
}

TEST(BatchNorm, GivesTheBiasWhereAChannelIsConstant) {
  Parameter x({3, 1});
  x.value.fill(5);
  Tensor mean = filled({1}), var = filled({1}, 1);
  Tape tape;
  Var y = batch_norm(tape.parameter(x), tape.constant(filled({1}, 2)),
                     tape.constant(filled({1}, 7)), mean, var, true);
  EXPECT_TRUE(is_same(y.value(), filled({3, 1}, 7)));
  tape.backward(sum(y * y));
  EXPECT_TRUE(is_near(x.grad, filled({3, 1}), 1e-3));
}

TEST(LayerNorm, HasMean0AndDeviation1) {
  Tape tape;
  Var y = layer_norm(tape.constant(random_tensor({3, 100}, 1, 5, 9)),
                     tape.constant(filled({100}, 1)), tape.constant(filled({100})));
  EXPECT_TRUE(is_near(mean(y, {1}).value(), filled({3}), 16 * epsilon));
  EXPECT_TRUE(is_near(var(y, {1}, false, 0).value(), filled({3}, 1), 1e-4));
}

TEST(GroupNorm, OfOneGroupIsLayerNormOverAllButTheBatch) {
  const Tensor x = random_tensor({2, 3, 4}, 1);
  Tape tape;
  Var groups =
      group_norm(tape.constant(x), 1, tape.constant(filled({3}, 1)), tape.constant(filled({3})));
  Var layer =
      layer_norm(tape.constant(x), tape.constant(filled({3, 4}, 1)), tape.constant(filled({3, 4})));
  EXPECT_TRUE(is_near(groups.value(), layer.value(), 4 * epsilon));
}

/// dx, dw and db of Σ y² on so many threads.
std::vector<Tensor> gradients_on(int count, const std::function<Var(Var, Var, Var)>& f) {
  const int before = threads();
  set_threads(count);
  Parameter x({40, 8, 16, 16}), w({8}), b({8});
  x.value = random_tensor(x.value.shape(), 1);
  w.value = random_tensor({8}, 2);
  Tape tape;
  tape.backward(sum(square(f(tape.parameter(x), tape.parameter(w), tape.parameter(b)))));
  set_threads(before);
  return {x.grad, w.grad, b.grad};
}

TEST(Normalization, IsTheSameOnSeveralThreads) {
  const auto batch = [](Var x, Var w, Var b) {
    Tensor mean = filled({8}), var = filled({8}, 1);
    return batch_norm(x, w, b, mean, var, true);
  };
  const auto group = [](Var x, Var w, Var b) { return group_norm(x, 4, w, b); };
  const auto batch_on_1 = gradients_on(1, batch), batch_on_3 = gradients_on(3, batch);
  const auto group_on_1 = gradients_on(1, group), group_on_3 = gradients_on(3, group);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_TRUE(is_same(batch_on_3[i], batch_on_1[i])) << i;
    EXPECT_TRUE(is_near(group_on_3[i], group_on_1[i], 100 * epsilon)) << i;
  }
}

}  // namespace
}  // namespace hourglass::testing
