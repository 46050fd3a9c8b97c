#include "hourglass/nn/layers/normalization.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/nn/files/weights.hpp"
#include "hourglass/nn/layers/activations.hpp"
#include "hourglass/nn/layers/linear.hpp"
#include "hourglass/nn/layers/sequential.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

TEST(BatchNormTest, StartsAsPyTorchsAndNamesItsStateAlike) {
  BatchNorm2d layer(3);
  Sequential network;
  network.add<ReLU>();
  network.add<BatchNorm1d>(3u);
  EXPECT_TRUE(is_same(layer.weight.value, filled({3}, 1)));
  EXPECT_TRUE(is_same(layer.bias.value, filled({3})));
  EXPECT_TRUE(is_same(layer.running_mean, filled({3})));
  EXPECT_TRUE(is_same(layer.running_var, filled({3}, 1)));
  EXPECT_TRUE(is_same(layer.num_batches_tracked, filled({})));
  std::vector<std::string> names;
  for (const NamedTensor& tensor : named_weights(network)) names.push_back(tensor.name);
  EXPECT_EQ(names, (std::vector<std::string>{"1.weight", "1.bias", "1.running_mean",
                                             "1.running_var", "1.num_batches_tracked"}));
}

TEST(BatchNormTest, GathersTheStatisticsOfItsBatchesInTraining) {
  BatchNorm1d layer(2, {.momentum = 0.25});
  Tape tape;
  layer(tape.constant(tensor({4, 2}, {1, 10, 2, 10, 3, 30, 6, 30})));
  // Means 3 and 20; unbiased variances 14/3 and 400/3.
  EXPECT_TRUE(is_near(layer.running_mean, tensor({2}, {0.75, 5}), 8 * epsilon));
  EXPECT_TRUE(
      is_near(layer.running_var, tensor({2}, {0.75 + 14. / 12, 0.75 + 400. / 12}), 8 * epsilon));
  EXPECT_TRUE(is_same(layer.num_batches_tracked, filled({}, 1)));
}

TEST(BatchNormTest, NormalisesByTheBatchInTrainingAndByItsStatisticsOutOfIt) {
  BatchNorm2d layer(2, {.eps = 0});
  Tape tape;
  Var x = tape.constant(random_tensor({3, 2, 4, 5}, 1));
  const Tensor y = layer(x).value();
  for (std::size_t c = 0; c < 2; ++c) {
    double sum = 0, squares = 0;
    for (std::size_t n = 0; n < 3; ++n)
      for (std::size_t i = 0; i < 4; ++i)
        for (std::size_t j = 0; j < 5; ++j) {
          sum += y(n, c, i, j);
          squares += double(y(n, c, i, j)) * y(n, c, i, j);
        }
    EXPECT_NEAR(sum / 60, 0, 60 * epsilon);
    EXPECT_NEAR(squares / 60, 1, 60 * epsilon);
  }
  layer.running_mean = tensor({2}, {1, 2});
  layer.running_var = tensor({2}, {4, 16});
  layer.eval();
  const Tensor mean = layer.running_mean, calm = layer(x).value();
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(calm(1, 0, 2, i), (x.value()(1, 0, 2, i) - 1) / 2, 8 * epsilon);
    EXPECT_NEAR(calm(1, 1, 2, i), (x.value()(1, 1, 2, i) - 2) / 4, 8 * epsilon);
  }
  EXPECT_TRUE(is_same(layer.running_mean, mean)) << "statistics move in training only";
  EXPECT_TRUE(is_same(layer.num_batches_tracked, filled({}, 1)));
}

TEST(BatchNormTest, RefusesInputsOfAnotherKind) {
  Sequential network;
  network.add<BatchNorm2d>(3u);
  network.add<BatchNorm1d>(3u);
  Tape tape;
  EXPECT_EQ(message_of<ShapeError>([&] { network(tape.constant(filled({4, 3}))); }),
            "BatchNorm2d: x is (4, 3): it must be (N, C, H, W) (in 0)");
  EXPECT_EQ(message_of<ShapeError>([&] { network(tape.constant(random_tensor({2, 3, 2, 2}, 1))); }),
            "BatchNorm1d: x is (2, 3, 2, 2): it must be (B, C) (in 1)");
}

TEST(BatchNormTest, KeepsItsStatisticsInAFile) {
  TestFolder folder;
  const auto file = folder / "model.safetensors";
  BatchNorm1d one(3), other(3);
  Tape tape;
  Var x = tape.constant(random_tensor({5, 3}, 1));
  one(x);
  write_safetensors(file, named_weights(one), {});
  load_weights(read_safetensors(file), file.string(), other);
  one.eval();
  other.eval();
  EXPECT_TRUE(is_same(other(x).value(), one(x).value()));
  EXPECT_TRUE(is_same(other.num_batches_tracked, filled({}, 1)));
}

TEST(BatchNormTest, MakesTheTrainerKeepItsBatchesWhole) {
  Rng rng(1);
  Sequential network;
  network.add<Linear>(5u, 5u, rng);
  BatchNorm1d& layer = network.add<BatchNorm1d>(5u);
  EXPECT_TRUE(network.couples_examples());
  Trainer trainer(
      network,
      [&](Tape& tape, const Batch& batch, Rng&) {
        EXPECT_EQ(batch.size(), 64u);
        Var x = tape.constant(batch.x);
        return Loss(per_example(squared_error(network(x), x)));
      },
      {}, Rng(1));
  for (std::uint64_t step = 0; step < 3; ++step) trainer.step(random_tensor({64, 5}, step));
  EXPECT_TRUE(is_same(layer.num_batches_tracked, filled({}, 3)));
}

TEST(LayerNormTest, IsTheOperationOfItsWeightsInBothModes) {
  LayerNorm layer(Shape{2, 3}), of_features(6);
  EXPECT_EQ(layer.weight.value.shape(), (Shape{2, 3}));
  EXPECT_EQ(of_features.weight.value.shape(), (Shape{6}));
  EXPECT_TRUE(is_same(layer.weight.value, filled({2, 3}, 1)));
  EXPECT_TRUE(is_same(layer.bias.value, filled({2, 3})));
  layer.weight.value = random_tensor({2, 3}, 1);
  Tape tape;
  Var x = tape.constant(random_tensor({4, 2, 3}, 2));
  const Tensor expected =
      layer_norm(x, tape.parameter(layer.weight), tape.parameter(layer.bias)).value();
  EXPECT_TRUE(is_same(layer(x).value(), expected));
  layer.eval();
  EXPECT_TRUE(is_same(layer(x).value(), expected));
  EXPECT_FALSE(layer.couples_examples());
}

TEST(GroupNormTest, IsTheOperationOfItsGroups) {
  GroupNorm layer(2, 4);
  EXPECT_TRUE(is_same(layer.weight.value, filled({4}, 1)));
  layer.bias.value = random_tensor({4}, 1);
  Tape tape;
  Var x = tape.constant(random_tensor({3, 4, 2, 2}, 2));
  EXPECT_TRUE(
      is_same(layer(x).value(),
              group_norm(x, 2, tape.parameter(layer.weight), tape.parameter(layer.bias)).value()));
}

TEST(Normalisations, OfImpossibleSizesAreRefused) {
  EXPECT_EQ(message_of<ConfigError>([] { GroupNorm(3, 4); }),
            "GroupNorm: 4 channels do not divide into 3 groups");
  EXPECT_EQ(message_of<ConfigError>([] { GroupNorm(0, 4); }),
            "GroupNorm: 4 channels do not divide into 0 groups");
  EXPECT_EQ(message_of<ConfigError>([] { BatchNorm1d(0); }),
            "BatchNorm1d: (0) are not valid sizes of a layer");
}

}  // namespace
}  // namespace hourglass::testing
