#include "hourglass/models/convolutional.hpp"

#include <gtest/gtest.h>

#include "hourglass/models/core/evaluation.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

std::vector<std::string> weight_shapes(const Module& model) {
  std::vector<std::string> shapes;
  for (const Parameter* parameter : model.parameters())
    if (parameter->value.dimension() > 1)
      shapes.push_back(parameter->name + " " + to_text(parameter->value.shape()));
  return shapes;
}

TEST(Convolutional, HalvesTheImageAndGoesBack) {
  Rng rng(1);
  Convolutional model({1, 28, 28}, {.network = {.latent = 16, .hidden = {20}, .channels = {4, 8}}},
                      rng);
  EXPECT_EQ(
      weight_shapes(model),
      (std::vector<std::string>{"encoder.1.weight (4, 1, 3, 3)", "encoder.3.weight (8, 4, 3, 3)",
                                "encoder.6.weight (20, 392)", "encoder.8.weight (16, 20)",
                                "decoder.0.weight (20, 16)", "decoder.2.weight (392, 20)",
                                "decoder.5.weight (8, 4, 3, 3)", "decoder.7.weight (4, 1, 3, 3)"}));
}

TEST(Convolutional, TakesImagesOfAnySizeAndNumberOfChannels) {
  for (const char* upsampling : {"transposed", "nearest"})
    for (const Shape& shape : {Shape{1, 28, 28}, Shape{3, 7, 10}, Shape{2, 1, 5}}) {
      for (std::size_t depth : {0u, 1u}) {
        Rng rng(1);
        Convolutional model(shape,
                            {.network = {.latent = 3,
                                         .hidden = {},
                                         .channels = {4, 5, 6},
                                         .depth = depth,
                                         .upsampling = upsampling}},
                            rng);
        const Tensor x = random_tensor({2, element_count(shape)}, 1, 0, 1);
        EXPECT_EQ(reconstruct(model, x).shape(), x.shape()) << upsampling << to_text(shape);
      }
    }
}

TEST(Convolutional, CanKeepTheMapsThemselvesAsTheCode) {
  Rng rng(1);
  Convolutional model({1, 8, 8}, {.network = {.latent = 0, .hidden = {}, .channels = {4}}}, rng);
  EXPECT_EQ(model.latent(), 4u * 4 * 4);
  EXPECT_EQ(model.parameter_count(), 4u * 9 + 4 + 4 * 9 + 1);
}

TEST(Convolutional, RefusesOptionsThatMakeNoNetwork) {
  const auto error = [](const Shape& shape, NetworkOptions network) {
    Rng rng(1);
    return message_of<ConfigError>([&] { Convolutional(shape, {.network = network}, rng); });
  };
  EXPECT_EQ(
      error({784}, {.channels = {4}}),
      "convolutions need images (C, H, W), but an example is (784): set model.channels to []");
  EXPECT_EQ(error({1, 8, 8}, {.channels = {4}, .upsampling = "none"}),
            "unknown upsampling 'none'; there are transposed, nearest");
  EXPECT_EQ(error({1, 8, 8}, {.normalization = "layer"}),
            "unknown normalization 'layer'; there are none, batch");
}

}  // namespace
}  // namespace hourglass::testing
