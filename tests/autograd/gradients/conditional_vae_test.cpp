// The conditional VAE's classifier judges new images, and is not taught by them: its gradient is
// not that of the loss's number.

#include "hourglass/models/conditional_vae.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "hourglass/autograd/gradient_check.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

struct ConditionalVaeGradient : ::testing::Test {
  GradientCheck check(double consistency_weight, double surrogate_weight,
                      const std::string& parameters, bool learnt_prior = false) {
    const auto model = make(consistency_weight, learnt_prior),
               surrogate = make(surrogate_weight, learnt_prior);
    std::vector<Parameter*> checked;
    for (Parameter* parameter : model->parameters())
      if (parameter->name.starts_with(parameters)) checked.push_back(parameter);
    EXPECT_FALSE(checked.empty());
    return check_gradient(
        "conditional-vae", [&](Tape& tape) { return loss(*model, tape); }, checked, 1e-6, 1e-8,
        [&](Tape& tape) {
          // check_gradient moves the model's parameters; the surrogate has the same.
          const auto from = model->parameters(), to = surrogate->parameters();
          for (std::size_t i = 0; i < from.size(); ++i) to[i]->value = from[i]->value;
          return loss(*surrogate, tape);
        });
  }

 private:
  static std::unique_ptr<ConditionalVae> make(double consistency_weight, bool learnt_prior) {
    Rng rng(1);
    return std::make_unique<ConditionalVae>(
        Shape{6},
        ConditionalVaeOptions{
            .vae = {.network = {.latent = 2, .hidden = {5}, .activation = "tanh"}},
            .classes = 3,
            .consistency_weight = consistency_weight,
            .learnt_prior = learnt_prior},
        rng);
  }
  Var loss(ConditionalVae& model, Tape& tape) {
    Rng rng(3);
    return model.loss(tape, {x_, labels_}, rng).total;
  }

  const Tensor x_ = random_tensor({4, 6}, 2, 0, 1);
  const std::vector<std::uint8_t> labels_ = {2, 0, 1, 1};
};

TEST_F(ConditionalVaeGradient, IsThatOfTheLossWithoutNewImages) {
  EXPECT_EQ(check(0, 0, "").failure, "");
}

TEST_F(ConditionalVaeGradient, IsThatOfTheLossForEncoderDecoderAndPrior) {
  EXPECT_EQ(check(5, 5, "encoder").failure, "");
  EXPECT_EQ(check(5, 5, "decoder").failure, "");
  EXPECT_EQ(check(5, 5, "class_images").failure, "");
  EXPECT_EQ(check(5, 5, "prior", true).failure, "");
  EXPECT_EQ(check(0, 0, "", true).failure, "");
}

TEST_F(ConditionalVaeGradient, LeavesNewImagesOutForTheClassifier) {
  EXPECT_EQ(check(5, 0, "classifier").failure, "");
  EXPECT_NE(check(5, 5, "classifier").failure, "") << "the test above shows nothing";
}

}  // namespace
}  // namespace hourglass::testing
