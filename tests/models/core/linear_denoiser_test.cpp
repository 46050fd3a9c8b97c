#include "hourglass/models/core/linear_denoiser.hpp"

#include <gtest/gtest.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/denoising.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

Denoising with_noise(double strength, std::size_t features) {
  Rng rng(1);
  return {
      {features}, {.base = {.network = {.latent = 2, .hidden = {}}}, .strength = strength}, rng};
}

/// Examples of `features` equal bytes: 64 or 191, drawn.
Dataset of_equal_bytes(std::size_t count, std::size_t features, std::size_t seed) {
  Rng rng(seed);
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < count; ++i)
    bytes.insert(bytes.end(), features, rng.below(2) == 0 ? 64 : 191);
  return Dataset("equal bytes", {features}, bytes);
}

TEST(LinearDenoiser, RebuildsWhatIsNotDamaged) {
  const Dataset data = of_equal_bytes(500, 6, 1);
  EXPECT_LT(linear_denoising_error(with_noise(0, 6), data, data, Rng(1)), 1e-8);
}

TEST(LinearDenoiser, AveragesTheNoiseOfEqualPixelsAsTheWienerFilterDoes) {
  // x = 0.5 ± a in every pixel, seen with noise of deviation σ too weak to be cut off: the best
  // linear estimate from F pixels has the error a² σ² / (F a² + σ²) in each.
  const double a = 127.0 / 510, sigma = 0.08;
  constexpr std::size_t features = 4;
  const double expected = features * a * a * sigma * sigma / (features * a * a + sigma * sigma);
  const double error =
      linear_denoising_error(with_noise(sigma, features), of_equal_bytes(20000, features, 1),
                             of_equal_bytes(20000, features, 2), Rng(3));
  EXPECT_NEAR(error, expected, 0.03 * expected) << "of 80,000 squares the mean is off by 1 %";
}

TEST(LinearDenoiser, ComesOutTheSameOfTheSameGenerator) {
  const Dataset data = of_equal_bytes(300, 5, 1);
  const Denoising model = with_noise(0.3, 5);
  EXPECT_EQ(linear_denoising_error(model, data, data, Rng(3)),
            linear_denoising_error(model, data, data, Rng(3)));
  EXPECT_NE(linear_denoising_error(model, data, data, Rng(3)),
            linear_denoising_error(model, data, data, Rng(4)));
}

TEST(LinearDenoiser, RefusesExamplesOfTwoSizes) {
  EXPECT_EQ(message_of<ConfigError>([] {
              linear_denoising_error(with_noise(0.3, 5), of_equal_bytes(9, 5, 1),
                                     of_equal_bytes(9, 6, 1), Rng(1));
            }),
            "linear denoising: fitted on 5 numbers each, tested on 6");
}

}  // namespace
}  // namespace hourglass::testing
