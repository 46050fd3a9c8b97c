// A training step of every model of the registry allocates nothing once the first steps are done.

#include <gtest/gtest.h>

#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/small_models.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

class ModelAllocations : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    set_threads(1);  // OpenBLAS's own threads allocate in each product of a batch that is whole
  }
  void TearDown() override { set_threads(threads_before_); }

 private:
  const int threads_before_ = threads();
};

TEST_P(ModelAllocations, AreNoneInAFurtherStep) {
  Rng rng(1);
  const Config config = small_config(GetParam(), {1, 8, 8},
                                     {.latent = "4", .hidden = "[9, 7]", .channels = "[3, 4]"});
  const auto model = make_model(config, rng);
  Trainer trainer(*model, {}, rng);
  const Tensor x = random_tensor({32, 64}, 1, 0, 1);
  const std::vector<std::uint8_t> labels = some_labels(32);
  constexpr std::size_t steps = 12, first = 6;  // a schedule's phases each have a first step
  for (std::size_t step = 0; step < steps; ++step) {
    model->before_step(step, steps);
    const std::size_t before = allocations();
    trainer.step({x, labels});
    const std::size_t made = allocations() - before;
    if (step >= first) {
      EXPECT_EQ(made, 0u) << GetParam() << ", step " << step + 1 << " of " << steps;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Every, ModelAllocations, ::testing::ValuesIn(model_names()), test_name);

}  // namespace
}  // namespace hourglass::testing
