#include "hourglass/nn/layers/convolution.hpp"

#include <gtest/gtest.h>

#include "hourglass/nn/files/weights.hpp"
#include "hourglass/nn/layers/activations.hpp"
#include "hourglass/nn/layers/sequential.hpp"
#include "tests/nn/uniform.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hourglass::testing { namespace {

const Tensor images = random_tensor({2, 4, 6, 8}, 1);

TEST(Conv2dTest, HasPyTorchsWeightsAndFirstValues) {
  Rng rng(1);
  const Conv2d layer(8, 200, rng, {.kernel = {3, 5}, .groups = 4});
  ASSERT_EQ(layer.parameters().size(), 2u);
  EXPECT_EQ(layer.parameters()[0]->name, "weight");
  EXPECT_EQ(layer.parameters()[1]->name, "bias");
  EXPECT_EQ(layer.weight.value.shape(), (Shape{200, 2, 3, 5}));
  EXPECT_EQ(layer.bias.value.shape(), (Shape{200}));
  expect_uniform(layer.weight.value, 1 / std::sqrt(2. * 3 * 5));
  expect_uniform(layer.bias.value, 1 / std::sqrt(2. * 3 * 5));
}

TEST(Conv2dTest, IsTheOperationWithItsOptions) {
  Rng rng(1);
  Conv2d layer(4, 6, rng,
               {.kernel = {3, 2}, .stride = {2, 1}, .padding = 1, .dilation = 2, .groups = 2});
  Conv2d without(4, 6, rng, {.bias = false});
  Tape tape;
  Var x = tape.constant(images);
  EXPECT_TRUE(
      is_same(layer(x).value(), conv2d(x, tape.parameter(layer.weight), tape.parameter(layer.bias),
                                       {.stride = {2, 1}, .padding = 1, .dilation = 2, .groups = 2})
                                    .value()));
  EXPECT_EQ(without.parameters().size(), 1u);
  EXPECT_TRUE(is_same(without(x).value(), conv2d(x, tape.parameter(without.weight)).value()));
}

TEST(Conv2dTest, HalvesAnImageWithAStrideOfTwo) {
  Rng rng(1);
  Conv2d layer(4, 6, rng, {.kernel = 3, .stride = 2, .padding = 1});
  Tape tape;
  EXPECT_EQ(layer(tape.constant(images)).shape(), (Shape{2, 6, 3, 4}));
}

TEST(ConvTranspose2dTest, HasPyTorchsWeightsAndFirstValues) {
  Rng rng(1);
  const ConvTranspose2d layer(200, 8, rng, {.kernel = {3, 5}, .groups = 4});
  EXPECT_EQ(layer.weight.value.shape(), (Shape{200, 2, 3, 5}));
  EXPECT_EQ(layer.bias.value.shape(), (Shape{8}));
  expect_uniform(layer.weight.value, 1 / std::sqrt(2. * 3 * 5));  // counted as PyTorch counts
}

TEST(ConvTranspose2dTest, IsTheOperationWithItsOptions) {
  Rng rng(1);
  ConvTranspose2d layer(4, 6, rng,
                        {.kernel = {3, 2},
                         .stride = 2,
                         .padding = 1,
                         .output_padding = 1,
                         .dilation = 2,
                         .groups = 2});
  ConvTranspose2d without(4, 6, rng, {.bias = false});
  Tape tape;
  Var x = tape.constant(images);
  EXPECT_TRUE(is_same(
      layer(x).value(),
      conv_transpose2d(x, tape.parameter(layer.weight), tape.parameter(layer.bias),
                       {.stride = 2, .padding = 1, .output_padding = 1, .dilation = 2, .groups = 2})
          .value()));
  EXPECT_TRUE(
      is_same(without(x).value(), conv_transpose2d(x, tape.parameter(without.weight)).value()));
}

TEST(ConvTranspose2dTest, UndoesTheShrinkingOfAConvolution) {
  Rng rng(1);
  Conv2d down(4, 6, rng, {.kernel = 3, .stride = 2, .padding = 1});
  ConvTranspose2d up(6, 4, rng, {.kernel = 3, .stride = 2, .padding = 1, .output_padding = 1});
  Tape tape;
  EXPECT_EQ(up(down(tape.constant(images))).shape(), images.shape());
}

TEST(Convolutions, OfImpossibleSizesAreRefused) {
  Rng rng(1);
  EXPECT_EQ(message_of<ConfigError>([&] { Conv2d(0, 3, rng); }),
            "Conv2d: channels, kernel and groups must all be at least 1");
  EXPECT_EQ(message_of<ConfigError>([&] { Conv2d(3, 3, rng, {.groups = 0}); }),
            "Conv2d: channels, kernel and groups must all be at least 1");
  EXPECT_EQ(message_of<ConfigError>([&] { ConvTranspose2d(4, 6, rng, {.groups = 4}); }),
            "ConvTranspose2d: 4 and 6 channels do not divide into 4 groups");
  EXPECT_EQ(message_of<ConfigError>([&] { Conv2d(1u << 20, 1u << 20, rng); }),
            "Conv2d: a weight of (1048576, 1048576, 3, 3) would have more than 1073741824 numbers");
}

TEST(Flattening, IsUndoneByUnflattening) {
  Flatten flatten;
  Unflatten unflatten({4, 6, 8});
  Tape tape;
  Var x = tape.constant(images), flat = flatten(x);
  EXPECT_EQ(flat.shape(), (Shape{2, 192}));
  EXPECT_TRUE(is_same(unflatten(flat).value(), images));
}

TEST(ConvolutionalNetwork, KeepsItsWeightsInAFileUnderPyTorchsNames) {
  TestFolder folder;
  const auto file = folder / "model.safetensors";
  const auto build = [](Sequential& network, std::uint64_t seed) {
    Rng rng(seed);
    network.add<Conv2d>(4, 3, rng, Conv2dOptions{.stride = 2});
    network.add<ReLU>();
    network.add<ConvTranspose2d>(3, 2, rng);
  };
  Sequential one, other;
  build(one, 1);
  build(other, 2);
  write_safetensors(file, named_weights(one), {});
  const TensorFile saved = read_safetensors(file);
  EXPECT_EQ(saved.tensors.at("2.weight").shape(), (Shape{3, 2, 3, 3}));
  load_weights(saved, file.string(), other);
  Tape tape;
  Var x = tape.constant(images);
  EXPECT_TRUE(is_same(other(x).value(), one(x).value()));
}

}  // namespace
}  // namespace hourglass::testing
