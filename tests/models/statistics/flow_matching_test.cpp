#include "hourglass/models/statistics/flow_matching.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/models/statistics/mixture.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

const FlowOptions small = {.hidden = {48, 48}, .steps = 1000, .batch = 128, .lr = 0.01};

/// Rows of a normal distribution with means (3, −1, 0.5), deviations (2, 0.5, 0) and a correlation
/// of 0.8: the last number is always the same.
Tensor normal_rows(std::size_t count, std::uint64_t seed) {
  Rng rng(seed);
  Tensor rows = filled({count, 3});
  rng.fill_normal(rows, 0, 1);
  for (std::size_t i = 0; i < count; ++i) {
    const double a = rows(i, 0), b = rows(i, 1);
    rows(i, 0) = static_cast<Scalar>(3 + 2 * a);
    rows(i, 1) = static_cast<Scalar>(-1 + 0.5 * (0.8 * a + 0.6 * b));
    rows(i, 2) = 0.5;
  }
  return rows;
}

/// Half of the rows around (−2, 0), half around (2, 1), narrow.
Tensor two_blobs(std::size_t count, std::uint64_t seed) {
  Rng rng(seed);
  Tensor rows = filled({count, 2});
  rng.fill_normal(rows, 0, Scalar(0.3));
  for (std::size_t i = 0; i < count; ++i) {
    rows(i, 0) += i % 2 ? 2 : -2;
    rows(i, 1) += i % 2 ? 1 : 0;
  }
  return rows;
}

double mmd(const Tensor& a, const Tensor& b) {
  Tape tape(Tape::Gradients::off);
  return mmd_imq(tape.constant(a), tape.constant(b), 2).item();
}

/// One thread: tests run side by side already.
class FlowMatchingTest : public ::testing::Test {
 protected:
  void SetUp() override { set_threads(1); }
  void TearDown() override { set_threads(threads_before_); }

 private:
  const int threads_before_ = threads();
};

TEST_F(FlowMatchingTest, RecoversANormalDistribution) {
  FlowMatching flow(normal_rows(4000, 1), small, Rng(2));
  Rng rng(3);
  const Tensor drawn = flow.draw(4000, rng);
  ASSERT_EQ(drawn.shape(), (Shape{4000, 3}));
  double a = 0, b = 0, aa = 0, ab = 0, bb = 0;
  for (std::size_t i = 0; i < 4000; ++i) {
    a += drawn(i, 0) / 4000;
    b += drawn(i, 1) / 4000;
    EXPECT_NEAR(drawn(i, 2), 0.5, 1e-6);
  }
  for (std::size_t i = 0; i < 4000; ++i) {
    aa += std::pow(drawn(i, 0) - a, 2) / 4000;
    ab += (drawn(i, 0) - a) * (drawn(i, 1) - b) / 4000;
    bb += std::pow(drawn(i, 1) - b, 2) / 4000;
  }
  EXPECT_NEAR(a, 3, 0.15);
  EXPECT_NEAR(b, -1, 0.04);
  EXPECT_NEAR(std::sqrt(aa), 2, 0.1);
  EXPECT_NEAR(std::sqrt(bb), 0.5, 0.025);
  EXPECT_NEAR(ab / std::sqrt(aa * bb), 0.8, 0.05);
}

TEST_F(FlowMatchingTest, ComesNearerToTwoBlobsThanANormalDistributionDoes) {
  const Tensor rows = two_blobs(3000, 1), others = two_blobs(1500, 2);
  FlowMatching flow(rows, small, Rng(3));
  Rng rng(4);
  const double by_flow = mmd(flow.draw(1500, rng), others);
  const double by_normal =
      mmd(Mixture::fit(rows, {.components = 1}, Rng(3)).draw(1500, rng), others);
  EXPECT_LT(by_flow, 0.2 * by_normal) << by_flow << " and " << by_normal;
}

TEST_F(FlowMatchingTest, DrawsTheSameBitsForTheSameSeed) {
  const Tensor rows = two_blobs(100, 1);
  const FlowOptions short_training = {.hidden = {16}, .steps = 50};
  const auto drawn = [&](std::uint64_t fitted_with, std::uint64_t drawn_with) {
    FlowMatching flow(rows, short_training, Rng(fitted_with));
    Rng rng(drawn_with);
    return flow.draw(1100, rng);
  };
  EXPECT_TRUE(is_same(drawn(1, 2), drawn(1, 2)));
  EXPECT_FALSE(is_same(drawn(1, 2), drawn(1, 3)));
  EXPECT_FALSE(is_same(drawn(1, 2), drawn(2, 2)));
}

TEST_F(FlowMatchingTest, DrawsOneRowInTheMiddleAtTemperatureZero) {
  FlowMatching flow(normal_rows(2000, 1), {.hidden = {32}, .steps = 400, .lr = 0.01}, Rng(2));
  Rng rng(3);
  const Tensor drawn = flow.draw(5, rng, 0);
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(drawn(i, 0), 3, 0.5);
    EXPECT_EQ(drawn(i, 0), drawn(0, 0));
  }
}

TEST_F(FlowMatchingTest, RefusesRowsThatItCannotBeFittedTo) {
  const auto refusal = [](const Tensor& rows) {
    return message_of<ConfigError>([&] { FlowMatching(rows, {.steps = 1}, Rng(1)); });
  };
  EXPECT_EQ(refusal(two_blobs(1, 1)), "a flow needs two rows or more to be fitted to, not 1");
  Tensor broken = two_blobs(10, 1);
  broken(3, 1) = std::numeric_limits<Scalar>::infinity();
  EXPECT_PRED2(contains, refusal(broken), "not finite");
}

}  // namespace
}  // namespace hourglass::testing
