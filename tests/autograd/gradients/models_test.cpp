// The whole loss of every model of the registry, from end to end and in every parameter, its noise
// frozen: the generator is passed by value, so that each call draws the same.

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>

#include "hourglass/autograd/gradient_check.hpp"
#include "tests/support/small_models.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// The registry but for the models whose gradient is not that of their loss's number, on purpose.
/// Where they differ, and where not, is tested in vq_vae_test.cpp, fsq_test.cpp and
/// residual_vq_test.cpp (gradients pass straight through the choice of a vector), jump_relu_test.cpp
/// (a threshold learns from a jump) and adversarial_test.cpp (two networks pull at one number).
std::vector<std::string> models_that_follow_their_loss() {
  std::vector<std::string> names = model_names();
  for (const char* other :
       {"vq-vae", "fsq", "residual-vq", "jump-relu", "adversarial", "vae-gan", "factor-vae"})
    names.erase(std::find(names.begin(), names.end(), other));
  return names;
}

class ModelGradient : public ::testing::TestWithParam<std::string> {
 protected:
  std::unique_ptr<Autoencoder> make(const std::string& activation) {
    Rng rng(1);
    const Config config =
        small_config(GetParam(), {1, 4, 4}, {.latent = "3", .hidden = "[5]", .channels = "[2, 3]"},
                     {"activation=" + activation,
                      // a judge's part that its own weights do not feel:
                      // conditional_vae_test.cpp
                      "consistency_weight=0", "patch=2"});
    return make_model(config, rng);
  }

  /// The loss of the same examples, with the same noise and the same buffers at every call.
  std::function<Var(Tape&)> loss_of(Autoencoder& model) {
    std::vector<Tensor> before;
    for (const Buffer& buffer : model.buffers()) before.push_back(*buffer.value);
    return [this, &model, before](Tape& tape) {
      const std::vector<Buffer> buffers = model.buffers();
      for (std::size_t i = 0; i < buffers.size(); ++i) *buffers[i].value = before[i];
      noise_ = Rng(3);
      tape.context().draw_from(noise_);
      return model.loss(tape, {x_, labels_}, noise_).total;
    };
  }

  void check(Autoencoder& model) {
    const auto checked = check_gradient(GetParam(), loss_of(model), model.parameters());
    EXPECT_EQ(checked.failure, "");
    EXPECT_EQ(checked.entries, model.parameter_count());
  }

 private:
  const Tensor x_ = random_tensor({4, 16}, 2, 0, 1);
  const std::vector<std::uint8_t> labels_ = some_labels(4);
  Rng noise_{3};
};

TEST_P(ModelGradient, AgreesWithDifferencesInEveryParameter) {
  for (const char* activation : {"tanh", "silu"}) {
    SCOPED_TRACE(activation);
    check(*make(activation));
  }
}

// Where weights are annealed or layers join one by one, the loss of each phase is another.
TEST_P(ModelGradient, AgreesWithDifferencesInTheMiddleAndAtTheEndOfTraining) {
  for (std::size_t step : {30u, 60u, 99u}) {
    // Layers that have had their turn feel nothing of the next one's: stacked_test.cpp.
    if (GetParam() == "stacked" && step < 99) continue;
    SCOPED_TRACE(fmt::format("step {} of 100", step));
    const auto model = make("tanh");
    model->before_step(step, 100);
    check(*model);
  }
}

INSTANTIATE_TEST_SUITE_P(Every, ModelGradient, ::testing::ValuesIn(models_that_follow_their_loss()),
                         test_name);

}  // namespace
}  // namespace hourglass::testing
