// Deterministic mode: the same bits for any number of threads.

#include <gtest/gtest.h>

#include "hourglass/autograd/kernels/gemm.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/models/vanilla.hpp"
#include "hourglass/nn/layers/activations.hpp"
#include "hourglass/nn/layers/convolution.hpp"
#include "hourglass/nn/layers/normalization.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

class Deterministic : public ::testing::Test {
 protected:
  void TearDown() override {
    set_deterministic(false);
    set_threads(threads_before_);
  }

  /// The weights after three steps on 100 examples.
  static std::vector<Tensor> trained(int thread_count, bool mode, Trainer::Shards shards) {
    set_threads(thread_count);
    set_deterministic(mode);
    Rng rng(1);
    Vanilla model({784}, {.network = {.latent = 16, .hidden = {64}}}, rng);
    Trainer trainer(model, {}, Rng(2), shards);
    for (std::uint64_t step = 0; step < 3; ++step)
      trainer.step(random_tensor({100, 784}, step, 0, 1));
    std::vector<Tensor> weights;
    for (const Parameter* parameter : model.parameters()) weights.push_back(parameter->value);
    return weights;
  }

  static bool agree(const std::vector<Tensor>& some, const std::vector<Tensor>& others) {
    for (std::size_t i = 0; i < some.size(); ++i)
      if (!is_same(some[i], others[i])) return false;
    return true;
  }

  int threads_before_ = threads();
};

TEST_F(Deterministic, TrainingOnShardsGivesTheSameBitsOnOneTwoAndFourThreads) {
  const auto one = trained(1, true, Trainer::Shards::one_a_thread);
  EXPECT_TRUE(agree(trained(2, true, Trainer::Shards::one_a_thread), one));
  EXPECT_TRUE(agree(trained(4, true, Trainer::Shards::one_a_thread), one));
}

TEST_F(Deterministic, TrainingOnWholeBatchesGivesTheSameBitsOnOneTwoAndFourThreads) {
  const auto one = trained(1, true, Trainer::Shards::whole_batch);
  EXPECT_TRUE(agree(trained(2, true, Trainer::Shards::whole_batch), one));
  EXPECT_TRUE(agree(trained(4, true, Trainer::Shards::whole_batch), one));
}

/// Convolutions and batch norm, which couples the examples: the operations cut their own loops.
struct Images : Module {
  explicit Images(Rng& rng) {
    layers.add<Conv2d>(1, 8, rng, Conv2dOptions{.stride = 2, .padding = 1});
    layers.add<BatchNorm2d>(8);
    layers.add<ReLU>();
    layers.add<ConvTranspose2d>(
        8, 1, rng, ConvTranspose2dOptions{.stride = 2, .padding = 1, .output_padding = 1});
    register_module("layers", layers);
  }
  Var forward(Var x) override { return layers(x); }
  Sequential layers;
};

TEST_F(Deterministic, TrainingOnImagesGivesTheSameBitsOnOneTwoAndFourThreads) {
  const auto weights = [](int thread_count) {
    set_threads(thread_count);
    set_deterministic(true);
    Rng rng(1);
    Images model(rng);
    Trainer trainer(
        model,
        [&](Tape& tape, const Batch& batch, Rng&) {
          Var x = reshape(tape.constant(batch.x), {batch.size(), 1, 28, 28});
          return Loss(mean(square(model(x) - x)));
        },
        {}, Rng(2));
    for (std::uint64_t step = 0; step < 3; ++step)
      trainer.step(random_tensor({100, 784}, step, 0, 1));
    std::vector<Tensor> weights;
    for (const Parameter* parameter : model.parameters()) weights.push_back(parameter->value);
    for (const Buffer& buffer : model.buffers()) weights.push_back(*buffer.value);
    return weights;
  };
  const auto one = weights(1);
  EXPECT_TRUE(agree(weights(2), one));
  EXPECT_TRUE(agree(weights(4), one));
}

TEST_F(Deterministic, LeavesTheNumberOfThreadsAsItWas) {
  for (int count : {1, 2, 4}) {
    set_threads(count);
    for (bool on : {true, false}) {
      set_deterministic(on);
      EXPECT_EQ(threads(), count) << (on ? "on" : "off");
    }
  }
}

TEST_F(Deterministic, IsNotWhatTrainingIsAnyway) {
  const auto one = trained(1, false, Trainer::Shards::one_a_thread);
  EXPECT_FALSE(agree(trained(2, false, Trainer::Shards::one_a_thread), one))
      << "the tests above show nothing";
}

TEST_F(Deterministic, ProductsAreRight) {
  set_deterministic(true);
  const Tensor a = random_tensor({3, 50}, 1), b = random_tensor({7, 50}, 2);
  Tensor c = filled({3, 7}), plain = filled({3, 7});
  gemm(a, transposed(b), c);
  set_deterministic(false);
  gemm(a, transposed(b), plain);
  EXPECT_TRUE(is_near(c, plain, 50 * epsilon));
  set_deterministic(true);
  const Tensor wide = random_tensor({50, 3}, 3);
  Tensor d = filled({3, 7}), expected = filled({3, 7});
  gemm(transposed(wide), transposed(b), d);
  set_deterministic(false);
  gemm(transposed(wide), transposed(b), expected);
  EXPECT_TRUE(is_near(d, expected, 50 * epsilon));
}

}  // namespace
}  // namespace hourglass::testing
