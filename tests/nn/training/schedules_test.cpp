#include "hourglass/nn/training/schedules.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace hourglass::testing { namespace {

TEST(CosineSchedule, FallsAlongAHalfCosine) {
  EXPECT_EQ(cosine_schedule(0, 100), 1);
  EXPECT_NEAR(cosine_schedule(25, 100), 0.5 * (1 + std::sqrt(0.5)), 1e-15);
  EXPECT_NEAR(cosine_schedule(50, 100), 0.5, 1e-15);
  EXPECT_NEAR(cosine_schedule(100, 100), 0, 1e-15);
  EXPECT_NEAR(cosine_schedule(150, 100), 0, 1e-15);  // does not rise again
}

TEST(StepSchedule, MultipliesByGammaEverySoManySteps) {
  const std::vector<double> expected = {1, 1, 1, 0.5, 0.5, 0.5, 0.25};
  for (std::size_t step = 0; step < expected.size(); ++step)
    EXPECT_EQ(step_schedule(step, 3, 0.5), expected[step]) << "step " << step;
}

// torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=1, total_steps=20) of PyTorch 1.13
TEST(OneCycleSchedule, GivesPyTorchsFactors) {
  const std::vector<double> expected = {0.04,
                                        0.1316718427,
                                        0.3716718427,
                                        0.6683281573,
                                        0.9083281573,
                                        1,
                                        0.987464006235,
                                        0.950484632013,
                                        0.890916177571,
                                        0.81174565395,
                                        0.716943001791,
                                        0.611262021936,
                                        0.500002,
                                        0.388741978064,
                                        0.283060998209,
                                        0.18825834605,
                                        0.109087822429,
                                        0.0495193679865,
                                        0.0125399937649,
                                        4e-06};
  for (std::size_t step = 0; step < expected.size(); ++step)
    EXPECT_NEAR(one_cycle_schedule(step, 20), expected[step], 1e-10) << "step " << step;
}

TEST(OneCycleSchedule, StaysFiniteInTheShortestRunsAndBehindTheEnd) {
  for (std::size_t steps : {1, 2, 3, 4})
    for (std::size_t step = 0; step <= steps + 1; ++step) {
      const double factor = one_cycle_schedule(step, steps);
      EXPECT_TRUE(factor > 0 && factor <= 1) << step << " of " << steps << ": " << factor;
    }
}

TEST(Warmup, RisesAlongALineToOne) {
  const std::vector<double> expected = {0.25, 0.5, 0.75, 1, 1, 1};
  for (std::size_t step = 0; step < expected.size(); ++step)
    EXPECT_EQ(warmup_factor(step, 4), expected[step]) << "step " << step;
  EXPECT_EQ(warmup_factor(0, 0), 1);
}

TEST(Annealing, RisesOverItsShareOfTheStepsAndStays) {
  EXPECT_EQ(annealed_weight(0, 100), 0);
  EXPECT_NEAR(annealed_weight(25, 100), 0.5, 1e-15);
  EXPECT_EQ(annealed_weight(50, 100), 1);
  EXPECT_EQ(annealed_weight(99, 100), 1);
  EXPECT_NEAR(annealed_weight(10, 100, {.ramp = 0.2}), 0.5, 1e-15);
}

TEST(Annealing, StartsAgainInEachCycle) {
  const AnnealingOptions four{.ramp = 0.5, .cycles = 4};
  for (std::size_t cycle = 0; cycle < 4; ++cycle) {
    EXPECT_EQ(annealed_weight(24 * cycle, 96, four), 0);
    EXPECT_NEAR(annealed_weight(24 * cycle + 6, 96, four), 0.5, 1e-12);
    EXPECT_EQ(annealed_weight(24 * cycle + 12, 96, four), 1);
    EXPECT_EQ(annealed_weight(24 * cycle + 23, 96, four), 1);
  }
  EXPECT_EQ(annealed_weight(96, 96, four), 1) << "training is over";
}

TEST(Annealing, WithoutARampIsOneFromTheStart) {
  EXPECT_EQ(annealed_weight(0, 100, {.ramp = 0}), 1);
}

}  // namespace
}  // namespace hourglass::testing
