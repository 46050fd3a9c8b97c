// A whole model's loss, from end to end.

#include <gtest/gtest.h>

#include "hourglass/autograd/gradient_check.hpp"
#include "hourglass/models/vanilla.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

struct Variant {
  std::string activation, loss;
};

void PrintTo(const Variant& variant, std::ostream* out) {
  *out << variant.activation << " " << variant.loss;
}

class VanillaGradient : public ::testing::TestWithParam<Variant> {};

TEST_P(VanillaGradient, AgreesWithDifferencesInEveryParameter) {
  Rng rng(1);
  Vanilla model({6},
                {.network = {.latent = 3, .hidden = {5}, .activation = GetParam().activation},
                 .loss = GetParam().loss},
                rng);
  const Tensor batch = random_tensor({4, 6}, 2, 0, 1);
  const auto checked = check_gradient(
      "Vanilla", [&](Tape& tape) { return model.loss(tape, batch, rng).total; },
      model.parameters());
  EXPECT_EQ(checked.failure, "");
  EXPECT_EQ(checked.entries, model.parameter_count());
  // 6 → 5 → 3 → 5 → 6, weights and biases
  EXPECT_EQ(model.parameter_count(), 6u * 5 + 5 + 5 * 3 + 3 + 3 * 5 + 5 + 5 * 6 + 6);
}

// Of the activations relu has a kink; these fixed values keep all of its inputs away from it.
INSTANTIATE_TEST_SUITE_P(
    EndToEnd, VanillaGradient,
    ::testing::Values(Variant{"tanh", "squared_error"}, Variant{"tanh", "binary_cross_entropy"},
                      Variant{"silu", "squared_error"}, Variant{"silu", "binary_cross_entropy"},
                      Variant{"relu", "squared_error"}, Variant{"relu", "binary_cross_entropy"}),
    [](const auto& info) { return info.param.activation + "_" + info.param.loss; });

TEST(VanillaScore, IsDifferentiable) {
  Rng rng(1);
  Vanilla model({6}, {.network = {.latent = 3, .hidden = {5}, .activation = "tanh"}}, rng);
  const Tensor batch = random_tensor({2, 6}, 2, 0, 1);
  const auto checked = check_gradient(
      "score", [&](Tape& tape) { return model.anomaly_score(tape.constant(batch)); },
      model.parameters());
  EXPECT_EQ(checked.failure, "");
}

}  // namespace
}  // namespace hourglass::testing
