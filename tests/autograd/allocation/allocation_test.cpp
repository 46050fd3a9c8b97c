// A training step allocates nothing from the second one on: that is what the tape's reset is for.

#include <gtest/gtest.h>

#include <cstdlib>
#include <new>

#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/datasets/batches.hpp"
#include "hourglass/models/vanilla.hpp"
#include "hourglass/nn/layers/activations.hpp"
#include "hourglass/nn/layers/convolution.hpp"
#include "hourglass/nn/layers/linear.hpp"
#include "hourglass/nn/layers/noise.hpp"
#include "hourglass/nn/layers/normalization.hpp"
#include "hourglass/nn/layers/sequential.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

class Allocations : public ::testing::Test {
 protected:
  void TearDown() override { set_threads(threads_before_); }

  /// How many allocations `action` makes.
  template <class Action>
  static std::size_t in(const Action& action) {
    const std::size_t before = allocations();
    action();
    return allocations() - before;
  }

  /// Trains a 784-64-16-64-784 autoencoder.
  struct Training {
    explicit Training(TrainingOptions options, std::string loss = "squared_error")
        : model({784}, {.network = {.latent = 16, .hidden = {64}}, .loss = std::move(loss)}, rng),
          trainer(model, options, rng) {}
    Rng rng{1};
    Vanilla model;
    Trainer trainer;
  };

  /// Rounds of two batches of `rows` rows and a smaller last one.
  static void expect_none_from_the_second_round_on(std::size_t rows, std::size_t rows_of_last) {
    const Tensor full = random_tensor({rows, 784}, 1, 0, 1),
                 last = random_tensor({rows_of_last, 784}, 2, 0, 1);
    Training training({});
    const auto round = [&] {
      training.trainer.step(full);
      training.trainer.step(full);
      training.trainer.step(last);
    };
    round();
    for (int number = 2; number <= 4; ++number) EXPECT_EQ(in(round), 0u) << "round " << number;
  }

  const Tensor full = random_tensor({32, 784}, 1, 0, 1);

 private:
  const int threads_before_ = threads();
};

TEST_F(Allocations, OfATensorAreCounted) {
  EXPECT_GE(in([] { filled({100, 100}); }), 1u);
}

TEST_F(Allocations, OfEveryKindAreCounted) {
  void* volatile block = nullptr;  // volatile, or the compiler leaves the whole of it out
  EXPECT_EQ(in([&] { block = operator new(10); }), 1u);
  operator delete(block);
  EXPECT_EQ(in([&] { block = std::malloc(10); }), 1u);
  EXPECT_EQ(in([&] { block = std::realloc(block, 100); }), 1u);
  std::free(block);
  EXPECT_EQ(in([&] { block = std::calloc(10, 10); }), 1u);
  std::free(block);
  EXPECT_EQ(in([&] { block = std::aligned_alloc(64, 128); }), 1u);
  std::free(block);
}

TEST_F(Allocations, AreNoneInAFurtherStepOfAdam) {
  Training training({.optimizer = "adam"});
  EXPECT_GT(in([&] { training.trainer.step(full); }), 0u);
  for (int step = 2; step <= 5; ++step)
    EXPECT_EQ(in([&] { training.trainer.step(full); }), 0u) << "step " << step;
}

TEST_F(Allocations, AreNoneInAFurtherStepOfSgdWithMomentum) {
  Training training({.optimizer = "sgd", .momentum = 0.9, .clip_norm = 1}, "binary_cross_entropy");
  training.trainer.step(full);
  for (int step = 2; step <= 5; ++step)
    EXPECT_EQ(in([&] { training.trainer.step(full); }), 0u) << "step " << step;
}

TEST_F(Allocations, AreNoneInAFurtherStepWithAnAverageOfTheWeights) {
  Training training({.optimizer = "rmsprop", .ema = 0.999});
  training.trainer.step(full);
  for (int step = 2; step <= 5; ++step)
    EXPECT_EQ(in([&] { training.trainer.step(full); }), 0u) << "step " << step;
}

/// A further step of a network whose layers `add` puts between two linear ones makes none.
template <class Add>
void expect_none_in_a_step_of(const Add& add) {
  Rng rng(1);
  Sequential network;
  network.add<Linear>(784u, 64u, rng);
  add(network, rng);
  network.add<Linear>(64u, 784u, rng);
  Trainer trainer(
      network,
      [&](Tape& tape, const Batch& batch, Rng&) {
        Var x = tape.constant(batch.x);
        return Loss(per_example(squared_error(network(x), x)));
      },
      {.ema = 0.99}, rng);
  const Tensor batch = random_tensor({32, 784}, 1, 0, 1);
  trainer.step(batch);
  for (int step = 2; step <= 5; ++step) {
    const std::size_t before = allocations();
    trainer.step(batch);
    EXPECT_EQ(allocations() - before, 0u) << "step " << step;
  }
}

TEST_F(Allocations, AreNoneInAFurtherStepWithDropout) {
  expect_none_in_a_step_of([](Sequential& network, Rng&) {
    network.add<Dropout>();
    network.add<GaussianNoise>(0.1);
  });
}

TEST_F(Allocations, AreNoneInAFurtherStepWithBatchNorm) {
  set_threads(1);  // its batch is whole, and OpenBLAS's own threads allocate in each product
  expect_none_in_a_step_of(
      [](Sequential& network, Rng&) { network.add<BatchNorm1d>(64u).weight.value.fill(2); });
}

TEST_F(Allocations, AreNoneInAFurtherStepWithConvolutions) {
  set_threads(1);
  expect_none_in_a_step_of([](Sequential& network, Rng& rng) {
    network.add<Unflatten>(Shape{1, 8, 8});
    network.add<Conv2d>(1u, 4u, rng, Conv2dOptions{.stride = 2, .padding = 1});
    network.add<BatchNorm2d>(4u);
    network.add<GELU>();
    network.add<ConvTranspose2d>(4u, 1u, rng, ConvTranspose2dOptions{.kernel = 2, .stride = 2});
    network.add<Flatten>();
  });
}

TEST_F(Allocations, AreNoneWhereTensorsAreLargeEnoughForAllThreads) {
  Rng rng(1);
  Vanilla model({784}, {.network = {.latent = 16, .hidden = {128}}},
                rng);  // 100,352 weights in a layer
  Trainer trainer(model, {.optimizer = "adamw", .clip_norm = 1}, rng);
  trainer.step(full);
  for (int step = 2; step <= 5; ++step)
    EXPECT_EQ(in([&] { trainer.step(full); }), 0u) << "step " << step;
}

TEST_F(Allocations, AreNoneFromTheSecondRoundOnWhereTheLastBatchIsSmaller) {
  set_threads(1);
  expect_none_from_the_second_round_on(32, 20);
}

// The last batch is large enough for shards. One that is not is left to OpenBLAS's own threads,
// which allocate in each product.
TEST_F(Allocations, AreNoneFromTheSecondRoundOnInShardsOfSeveralSizes) {
  set_threads(2);
  expect_none_from_the_second_round_on(64, 40);
}

TEST_F(Allocations, AreNoneInBatchesFromTheSecondEpochOn) {
  Batches batches(Dataset("made", {784}, std::vector<std::uint8_t>(84 * 784, 100)), 32, Rng(1));
  const auto epoch = [&](std::size_t number) {
    for (std::size_t i = 0; i < batches.per_epoch(); ++i) batches.get(number, i);
  };
  ASSERT_EQ(batches.per_epoch(), 3u);
  epoch(0);
  EXPECT_EQ(in([&] { epoch(1); }), 0u);
  EXPECT_EQ(in([&] { epoch(2); }), 0u);
}

TEST_F(Allocations, AreNoneInEvaluationOnATapeThatWasReset) {
  set_threads(1);
  Rng rng(1);
  Vanilla model({784}, {.network = {.latent = 16, .hidden = {64}, .activation = "silu"}}, rng);
  Tape tape(Tape::Gradients::off);
  const auto rebuild = [&] {
    tape.reset();
    model(tape.constant(full));
  };
  rebuild();
  EXPECT_EQ(in(rebuild), 0u);
}

}  // namespace
}  // namespace hourglass::testing
