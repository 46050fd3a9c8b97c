#include "hourglass/nn/training/average.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/nn/toy.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

TEST(MovingAverageTest, FollowsItsFormula) {
  Parameter w({7});
  w.name = "w";
  w.value = random_tensor({7}, 1);
  std::vector<double> expected = numbers(w.value);
  MovingAverage average({&w}, 0.3);
  for (std::size_t step = 1; step <= 6; ++step) {
    w.value = random_tensor({7}, 10 + step);
    average.update(step);
    // 2/11, 3/12, 4/13 = 0.31 and more, so that the decay is 0.3 from the third step on.
    const double t = static_cast<double>(step), decay = std::min(0.3, (1 + t) / (10 + t));
    for (std::size_t i = 0; i < 7; ++i)
      expected[i] = decay * expected[i] + (1 - decay) * w.value(i);
    EXPECT_TRUE(is_near(*average.state()[0].second, tensor({7}, expected), 8 * epsilon));
  }
  EXPECT_EQ(average.state()[0].first, "ema.w");
}

TEST(MovingAverageTest, TakesTheWeightsPlaceForAWhile) {
  Parameter w({2});
  MovingAverage average({&w}, 0.5);
  w.value.fill(1);
  average.update(1);
  const Tensor weights = w.value, averages = *average.state()[0].second;
  {
    const MovingAverage::InPlace in_place(&average);
    EXPECT_TRUE(is_same(w.value, averages));
  }
  EXPECT_TRUE(is_same(w.value, weights));
  EXPECT_TRUE(is_same(*average.state()[0].second, averages));
  const MovingAverage::InPlace nothing(nullptr);
  EXPECT_TRUE(is_same(w.value, weights));
}

TEST(MovingAverageTest, IsWhatTrainingEvaluatesAndHandsOut) {
  Toy with({.epochs = 3, .lr = 0.05, .ema = 0.9}), without({.epochs = 3, .lr = 0.05});
  ASSERT_TRUE(with.fit());
  ASSERT_TRUE(without.fit());
  EXPECT_TRUE(have_same_weights(with, without)) << "the average must not change the training";
  const double weights = with.weights_sum();
  const auto averaged = with.trainer->averaged_weights();
  EXPECT_NE(with.weights_sum(), weights);
  EXPECT_EQ(with.trainer->history().curve("weights").back(), with.weights_sum());
}

TEST(MovingAverageTest, GivesTheWeightsBackWhereAnEvaluationFails) {
  Toy toy({.epochs = 3, .ema = 0.9}), same({.epochs = 1, .ema = 0.9});
  toy.at_evaluation = [] { throw Error("no evaluation today"); };
  // Both stop after an epoch of 15 steps' schedule or of 5; the first step has the same rate.
  toy.trainer->step(toy.batches.get(0, 0));
  same.trainer->step(same.batches.get(0, 0));
  EXPECT_TRUE(have_same_weights(toy, same));
  EXPECT_EQ(message_of<Error>([&] { toy.fit(); }), "no evaluation today");
  const double after = toy.weights_sum();
  const auto averaged = toy.trainer->averaged_weights();
  EXPECT_NE(toy.weights_sum(), after);
  EXPECT_TRUE(toy.network.training());
}

}  // namespace
}  // namespace hourglass::testing
