#include "hourglass/models/statistics/mixture.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

template <class Action>
void expect_refusal(Action action, const std::string& words) {
  EXPECT_PRED2(contains, message_of<ConfigError>(action), words);
}

/// Two thirds of the rows around (−3, 0), round, and a third around (4, 2), where the numbers go
/// together.
Tensor two_clouds(std::size_t count) {
  Rng rng(3);
  Tensor rows = filled({count, 2});
  rng.fill_normal(rows, 0, 1);
  for (std::size_t i = 0; i < count; ++i)
    if (i % 3 < 2) {
      rows(i, 0) -= 3;
    } else {
      rows(i, 1) = Scalar(0.9) * rows(i, 0) + Scalar(0.3) * rows(i, 1) + 2;
      rows(i, 0) += 4;
    }
  return rows;
}

TEST(Mixture, RecoversTheDistributionsThatRowsWereDrawnFrom) {
  const Mixture mixture = Mixture::fit(two_clouds(24000), {.components = 2, .floor = 1e-6}, Rng(1));
  const std::size_t left = mixture.means()(0, 0) < 0 ? 0 : 1, right = 1 - left;
  EXPECT_NEAR(mixture.weight(left), 2.0 / 3, 0.01);
  EXPECT_NEAR(mixture.means()(left, 0), -3, 0.06);
  EXPECT_NEAR(mixture.means()(right, 0), 4, 0.06);
  EXPECT_NEAR(mixture.means()(right, 1), 2, 0.06);
  const Tensor round = mixture.covariance(left), tilted = mixture.covariance(right);
  EXPECT_NEAR(round(0, 0), 1, 0.06);
  EXPECT_NEAR(round(0, 1), 0, 0.06);
  EXPECT_NEAR(tilted(0, 1), 0.9, 0.06);
  EXPECT_NEAR(tilted(1, 1), 0.9, 0.06);
}

TEST(Mixture, NoRoundMakesTheRowsLessLikely) {
  for (bool full : {true, false}) {
    const Mixture mixture = Mixture::fit(
        two_clouds(1500),
        {.components = 7, .full = full, .rounds = 40, .enough = -1, .floor = 1e-6}, Rng(2));
    const auto& history = mixture.history();
    ASSERT_EQ(history.size(), 40u);
    for (std::size_t i = 1; i < history.size(); ++i)
      EXPECT_GT(history[i], history[i - 1] - 1e-5) << "round " << i;
    EXPECT_GT(history.back(), history.front() + 0.01);
  }
}

TEST(Mixture, ItsDensityIsTheFormulas) {
  const Tensor rows = tensor({4, 1}, {-1, 1, -1, 1});  // mean 0, variance 1
  const Mixture one = Mixture::fit(rows, {.components = 1, .floor = 0}, Rng(1));
  const double at_zero = one.log_likelihood(tensor({1, 1}, {0}));
  EXPECT_NEAR(at_zero, -0.5 * std::log(2 * std::numbers::pi), 1e-5);
  EXPECT_NEAR(one.log_likelihood(tensor({1, 1}, {2})), at_zero - 2, 1e-5);
}

TEST(Mixture, ThatKeepsOnlyVariancesSaysTheSameWhereNumbersAreIndependent) {
  Tensor rows = filled({4000, 3});
  Rng rng(4);
  rng.fill_normal(rows, 1, 2);
  const Mixture full = Mixture::fit(rows, {.components = 1}, Rng(1)),
                diagonal = Mixture::fit(rows, {.components = 1, .full = false}, Rng(1));
  EXPECT_NEAR(full.log_likelihood(rows), diagonal.log_likelihood(rows), 0.003);
  EXPECT_EQ(diagonal.covariance(0)(0, 1), 0);
}

TEST(Mixture, DrawsRowsThatItFindsAsLikelyAsThoseItWasFittedTo) {
  const Tensor rows = two_clouds(6000);
  const Mixture mixture = Mixture::fit(rows, {.components = 2}, Rng(1));
  Rng rng(5), same(5);
  const Tensor drawn = mixture.draw(6000, rng);
  EXPECT_NEAR(mixture.log_likelihood(drawn), mixture.log_likelihood(rows), 0.05);
  EXPECT_TRUE(is_same(mixture.draw(6000, same), drawn));
  const Tensor cold = mixture.draw(50, rng, 0);  // the means themselves
  for (std::size_t i = 0; i < 50; ++i)
    EXPECT_TRUE(cold(i, 0) == mixture.means()(0, 0) || cold(i, 0) == mixture.means()(1, 0));
}

TEST(Mixture, IsTheSameOnAnyNumberOfThreads) {
  const Tensor rows = two_clouds(3000);
  const int before = threads();
  set_threads(1);
  const Mixture alone = Mixture::fit(rows, {.components = 4}, Rng(1));
  set_threads(2);
  const Mixture together = Mixture::fit(rows, {.components = 4}, Rng(1));
  set_threads(before);
  EXPECT_TRUE(is_same(alone.means(), together.means()));
}

TEST(Mixture, BearsNumbersThatNeverChangeAndMoreComponentsThanPlaces) {
  Tensor rows = filled({60, 3});
  for (std::size_t i = 0; i < 60; ++i) rows(i, 0) = static_cast<Scalar>(i % 2);  // two places
  const Mixture mixture = Mixture::fit(rows, {.components = 5}, Rng(1));
  Rng rng(1);
  for (Scalar number : mixture.draw(100, rng)) EXPECT_TRUE(std::isfinite(number));
}

TEST(Mixture, SaysWhatItCannotBeFittedTo) {
  expect_refusal([] { Mixture::fit(filled({3, 2}), {.components = 4}, Rng(1)); },
                 "4 components needs as many examples, but has 3");
  expect_refusal([] { Mixture::fit(filled({3, 2}), {.components = 0}, Rng(1)); }, "0 components");
  expect_refusal([] { Mixture::fit(filled({9, 2}, Scalar(NAN)), {.components = 2}, Rng(1)); },
                 "finite");
}

}  // namespace
}  // namespace hourglass::testing
