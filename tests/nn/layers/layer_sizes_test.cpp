// Layers of sizes that no memory holds: refused before anything is allocated.

#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "hourglass/nn/layers/convolution.hpp"
#include "hourglass/nn/layers/linear.hpp"
#include "hourglass/nn/layers/normalization.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

TEST(Layers, OfSizesThatAreTooLargeAreRefusedByName) {
  constexpr std::size_t half = std::size_t{1} << 63, root = std::size_t{1} << 32;
  constexpr std::size_t largest = std::numeric_limits<std::size_t>::max();
  Rng rng(1);
  const struct {
    const char* layer;
    std::function<void()> make;
  } table[] = {
      {"Linear", [&] { Linear(root, root, rng); }},
      {"Linear", [&] { Linear(2, half, rng); }},
      {"Linear", [&] { Linear(half, 2, rng); }},
      {"Linear", [&] { Linear(0, half, rng); }},
      {"Linear", [&] { Linear(half, 0, rng); }},
      {"Embedding", [&] { Embedding(root, root, rng); }},
      {"Embedding", [&] { Embedding(largest, 0, rng); }},
      {"Conv2d", [&] { Conv2d(root, root, rng, {.kernel = 1}); }},
      {"Conv2d", [&] { Conv2d(1, half, rng, {.kernel = 2}); }},
      {"Conv2d", [&] { Conv2d(1, 1, rng, {.kernel = 0xffffffff}); }},
      {"ConvTranspose2d", [&] { ConvTranspose2d(root, root, rng, {.kernel = 1}); }},
      {"ConvTranspose2d", [&] { ConvTranspose2d(half, half, rng, {.kernel = 1, .groups = half}); }},
      {"BatchNorm1d", [] { BatchNorm1d layer(half); }},
      {"BatchNorm2d", [] { BatchNorm2d layer(largest); }},
      {"LayerNorm", [] { LayerNorm layer(Shape{root, root}); }},
      {"LayerNorm", [] { LayerNorm layer(Shape{half, 0}); }},
      {"GroupNorm", [] { GroupNorm layer(2, half); }},
  };
  for (const auto& [layer, make] : table) {
    const std::string text = message_of<ConfigError>(make);
    EXPECT_PRED2(starts_with, text, std::string(layer) + ": ");
  }
}

}  // namespace
}  // namespace hourglass::testing
