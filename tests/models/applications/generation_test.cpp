#include "hourglass/models/applications/generation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "tests/models/mirror_model.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

template <class Action>
void expect_refusal(Action action, const std::string& words) {
  EXPECT_PRED2(contains, message_of<ConfigError>(action), words);
}

TEST(Generation, AFittedMixtureDrawsWhereTheCodesAre) {
  Mirror model;
  Rng rng(1);
  const Samples samples =
      draw_samples(model, {.sampler = "gmm", .components = 2}, two_classes(), 500, {}, false, rng);
  EXPECT_TRUE(samples.labels.empty());
  for (std::size_t i = 0; i < 500; ++i) {
    const double x = samples.examples(i, 0);
    EXPECT_TRUE(std::abs(x - 0.2) < 0.1 || std::abs(x - 0.8) < 0.1) << x;
  }
}

TEST(Generation, MixturesOfEachClassMakeAnyModelConditional) {
  Mirror model;
  Rng rng(1);
  const SamplerOptions options = {.sampler = "gaussian"};
  const Samples ones = draw_samples(model, options, two_classes(), 50, 1, false, rng);
  EXPECT_EQ(ones.labels, std::vector<std::uint8_t>(50, 1));
  for (std::size_t i = 0; i < 50; ++i) EXPECT_NEAR(ones.examples(i, 0), 0.8, 0.1);
  const Samples both = draw_samples(model, options, two_classes(), 51, {}, true, rng);
  ASSERT_EQ(both.labels.size(), 51u);
  for (std::size_t i = 0; i < 51; ++i)
    EXPECT_NEAR(both.examples(i, 0), both.labels[i] ? 0.8 : 0.2, 0.1);
}

TEST(Generation, KernelsStayNearSingleExamplesAndScatterAsAllDo) {
  Mirror model;
  Rng rng(1);
  const Dataset two = two_classes(), few = two.subset({1, 3, 0});
  const Samples ones =
      draw_samples(model, {.sampler = "kernel", .temperature = 0.05}, few, 200, 1, false, rng);
  double along = 0, across = 0;  // of the way from class 0 to class 1, and at a right angle to it
  for (std::size_t i = 0; i < 200; ++i) {
    const double x = ones.examples(i, 0) - 0.8, y = ones.examples(i, 1) - 0.6;
    EXPECT_LT(std::hypot(x, y), 0.1);
    along += std::pow(0.83 * x + 0.55 * y, 2), across += std::pow(0.55 * x - 0.83 * y, 2);
  }
  EXPECT_GT(along, 2 * across);
}

TEST(Generation, AFlowDrawsWhereTheCodesAreAndOfOneClassIfAsked) {
  Mirror model;
  Rng rng(1);
  const SamplerOptions options = {.sampler = "flow",
                                  .flow = {.hidden = {32, 32}, .steps = 1000, .lr = 0.01}};
  const Samples all = draw_samples(model, options, two_classes(), 500, {}, false, rng);
  std::size_t near = 0;
  for (std::size_t i = 0; i < 500; ++i) {
    const double x = all.examples(i, 0);
    near += std::abs(x - 0.2) < 0.1 || std::abs(x - 0.8) < 0.1;
  }
  EXPECT_GT(near, 450u) << "of 500: what lies between two clouds is on a path that ended early";
  const Samples ones = draw_samples(model, options, two_classes(), 50, 1, false, rng);
  for (std::size_t i = 0; i < 50; ++i) EXPECT_NEAR(ones.examples(i, 0), 0.8, 0.1);
}

TEST(Generation, ALowTemperatureDrawsNearTheMiddle) {
  Mirror model;
  Rng rng(1);
  for (const char* sampler : {"prior", "gaussian"}) {
    const Samples cold = draw_samples(model, {.sampler = sampler, .temperature = 0.01},
                                      two_classes(), 50, {}, false, rng);
    for (std::size_t i = 0; i < 50; ++i) EXPECT_NEAR(cold.examples(i, 0), 0.5, 0.03) << sampler;
  }
}

TEST(Generation, SaysWhatItCannotDraw) {
  Mirror model;
  Rng rng(1);
  const auto draw = [&](const std::string& sampler, const Dataset& train,
                        std::optional<std::size_t> label) {
    draw_samples(model, {.sampler = sampler}, train, 10, label, false, rng);
  };
  expect_refusal([&] { draw("gmm", two_classes(false), 1); }, "no labels");
  expect_refusal([&] { draw("gmm", two_classes(), 7); }, "no examples of class 7");
  expect_refusal([&] { draw("prior", two_classes(), 1); }, "has no classes");
  expect_refusal([&] { draw("dice", two_classes(), {}); }, "dice");
}

}  // namespace
}  // namespace hourglass::testing
