// Messages of losses, likelihoods, normalisation and noise, word for word.

#include <gtest/gtest.h>

#include <limits>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

class LossErrors : public ::testing::Test {
 protected:
  Var value(const Shape& shape, Scalar number = 0) { return tape.constant(filled(shape, number)); }

  template <class Action>
  std::string shape_message(Action action) {
    ModuleScope scope(tape.context(), module);
    return message_of<ShapeError>(action);
  }
  template <class Action>
  std::string config_message(Action action) {
    ModuleScope scope(tape.context(), module);
    return message_of<ConfigError>(action);
  }

  Tape tape;
  const std::string module = "decoder";
};

TEST_F(LossErrors, OfLossesNamePredictionAndTarget) {
  const std::string rest =
      ": the prediction is (2, 3) but the target is (2): both must be (B, N) "
      "(in decoder)";
  Var x = value({2, 3}), t = value({2});
  EXPECT_EQ(shape_message([&] { squared_error(x, t); }), "squared_error" + rest);
  EXPECT_EQ(shape_message([&] { absolute_error(x, t); }), "absolute_error" + rest);
  EXPECT_EQ(shape_message([&] { huber(x, t); }), "huber" + rest);
  EXPECT_EQ(shape_message([&] { binary_cross_entropy(x, t); }), "binary_cross_entropy" + rest);
}

TEST_F(LossErrors, OfHuberSayWhatDeltaMayBe) {
  EXPECT_EQ(config_message([&] { huber(value({2, 3}), value({2, 3}), 0); }),
            "huber: delta is 0: it must be positive (in decoder)");
}

TEST_F(LossErrors, OfCrossEntropyNameLogitsAndLabels) {
  EXPECT_EQ(shape_message([&] { cross_entropy(value({2, 3}), value({3})); }),
            "cross_entropy: the logits are (2, 3) but the labels are (3): they must be (B, K) and "
            "(B) (in decoder)");
  EXPECT_EQ(shape_message([&] { cross_entropy(value({2}), value({2})); }),
            "cross_entropy: the logits are (2) but the labels are (2): they must be (B, K) and "
            "(B) (in decoder)");
}

TEST_F(LossErrors, OfCrossEntropyNameALabelThatIsNoClass) {
  const auto message = [&](double label) {
    Var labels = tape.constant(tensor({2}, {1, label}));
    return shape_message([&] { cross_entropy(value({2, 3}), labels); });
  };
  const std::string rest =
      " of example 1 is none of 3 classes: labels must be whole numbers from 0 to 2 (in decoder)";
  EXPECT_EQ(message(3), "cross_entropy: label 3" + rest);
  EXPECT_EQ(message(-1), "cross_entropy: label -1" + rest);
  EXPECT_EQ(message(0.5), "cross_entropy: label 0.5" + rest);
  EXPECT_EQ(message(std::numeric_limits<double>::quiet_NaN()), "cross_entropy: label nan" + rest);
}

TEST_F(LossErrors, OfLikelihoodsNameEachInput) {
  Var x = value({2, 3}), other = value({3});
  const std::string rest = ": all must be (B, N) (in decoder)";
  EXPECT_EQ(shape_message([&] { gaussian_log_likelihood(x, x, other); }),
            "gaussian_log_likelihood: x is (2, 3), the mean is (2, 3), the logarithm of the "
            "variance is (3)" +
                rest);
  EXPECT_EQ(shape_message([&] { bernoulli_log_likelihood(x, other); }),
            "bernoulli_log_likelihood: x is (2, 3), the logits is (3)" + rest);
  EXPECT_EQ(shape_message([&] { discretized_logistic_log_likelihood(x, other, x); }),
            "discretized_logistic_log_likelihood: x is (2, 3), the mean is (3), the logarithm of "
            "the scale is (2, 3)" +
                rest);
  EXPECT_EQ(shape_message([&] { kl_divergence(x, other); }),
            "kl_divergence: the mean is (2, 3), the logarithm of the variance is (3)" + rest);
  EXPECT_EQ(shape_message([&] { kl_divergence(x, x, x, other); }),
            "kl_divergence: the mean is (2, 3), the logarithm of the variance is (2, 3), the other "
            "mean is (2, 3), the logarithm of the other variance is (3)" +
                rest);
  EXPECT_EQ(shape_message([&] { kl_divergence(other, other); }),
            "kl_divergence: the mean is (3), the logarithm of the variance is (3)" + rest);
}

TEST_F(LossErrors, OfTheDiscretizedLogisticSayHowManyLevelsItTakes) {
  Var x = value({2, 3});
  EXPECT_EQ(config_message([&] { discretized_logistic_log_likelihood(x, x, x, 1); }),
            "discretized_logistic_log_likelihood: levels is 1: there must be at least 2 (in "
            "decoder)");
}

TEST_F(LossErrors, OfTheBetaBinomialNameWhatCannotBeCounted) {
  Var x = value({2, 3});
  EXPECT_EQ(shape_message([&] { beta_binomial_log_likelihood(value({3}), x, x); }),
            "beta_binomial_log_likelihood: the counts are (3), log_alpha is (2, 3) and log_beta is "
            "(2, 3): they must be alike (in decoder)");
  const std::string rest = ": counts must be whole numbers from 0 to 2 (in decoder)";
  EXPECT_EQ(
      shape_message([&] { beta_binomial_log_likelihood(value({2, 3}, Scalar(0.5)), x, x, 2); }),
      "beta_binomial_log_likelihood: element 0 of the counts is 0.5" + rest);
  EXPECT_EQ(shape_message([&] { beta_binomial_log_likelihood(value({2, 3}, 3), x, x, 2); }),
            "beta_binomial_log_likelihood: element 0 of the counts is 3" + rest);
}

TEST_F(LossErrors, OfKlBernoulliSayWhatItTakes) {
  EXPECT_EQ(config_message([&] { kl_bernoulli(value({3}), 0); }),
            "kl_bernoulli: rho is 0: it must be above 0 and below 1 (in decoder)");
  EXPECT_EQ(config_message([&] { kl_bernoulli(value({3}), 1); }),
            "kl_bernoulli: rho is 1: it must be above 0 and below 1 (in decoder)");
  EXPECT_EQ(shape_message([&] { kl_bernoulli(value({2, 3}), Scalar(0.5)); }),
            "kl_bernoulli: q is (2, 3): it must be (N) (in decoder)");
}

TEST_F(LossErrors, OfMmdNameBothSamples) {
  const std::string rest = ": they must be (n, D) and (m, D), n and m at least 2 (in decoder)";
  EXPECT_EQ(shape_message([&] { mmd_imq(value({4, 2}), value({4, 3}), 1); }),
            "mmd_imq: x is (4, 2) and z is (4, 3)" + rest);
  EXPECT_EQ(shape_message([&] { mmd_imq(value({4, 2}), value({1, 2}), 1); }),
            "mmd_imq: x is (4, 2) and z is (1, 2)" + rest);
  EXPECT_EQ(config_message([&] { mmd_imq(value({4, 2}), value({4, 2}), -1); }),
            "mmd_imq: c is -1: it must be positive (in decoder)");
}

TEST_F(LossErrors, OfBatchNormNameEveryShape) {
  Tensor mean = filled({3}), var = filled({3}, 1), other = filled({2});
  EXPECT_EQ(
      shape_message([&] { batch_norm(value({4, 3, 2}), value({3}), value({3}), mean, var, true); }),
      "batch_norm: x is (4, 3, 2): it must be (B, C) or (N, C, H, W) (in decoder)");
  EXPECT_EQ(
      shape_message([&] { batch_norm(value({4, 3}), value({3}), value({3}), mean, other, true); }),
      "batch_norm: x is (4, 3) but w is (3), b (3), the running mean (3) and the running variance "
      "(2): all must be (3) (in decoder)");
}

TEST_F(LossErrors, OfBatchNormSayWhyOneValueIsTooFew) {
  Tensor mean = filled({3}), var = filled({3}, 1);
  const auto message = [&](const Shape& shape) {
    return shape_message(
        [&] { batch_norm(value(shape), value({3}), value({3}), mean, var, true); });
  };
  const std::string rest =
      ": in training a channel needs two values or more, since one has no deviation from its own "
      "mean: use a larger batch (in decoder)";
  EXPECT_EQ(message({1, 3}), "batch_norm: x is (1, 3)" + rest);
  EXPECT_EQ(message({1, 3, 1, 1}), "batch_norm: x is (1, 3, 1, 1)" + rest);
  EXPECT_EQ(message({0, 3}), "batch_norm: x is (0, 3)" + rest);
  EXPECT_EQ(message({1, 3, 1, 2}), "");
  EXPECT_EQ(message({2, 3}), "");
}

TEST_F(LossErrors, OfLayerNormSayItsRule) {
  EXPECT_EQ(shape_message([&] { layer_norm(value({2, 3}), value({2}), value({2})); }),
            "layer_norm: x is (2, 3) but w is (2) and b is (2): both must be the last sizes of x "
            "(in decoder)");
  EXPECT_EQ(shape_message([&] { layer_norm(value({2, 3}), value({3}), value({})); }),
            "layer_norm: x is (2, 3) but w is (3) and b is (): both must be the last sizes of x "
            "(in decoder)");
}

TEST_F(LossErrors, OfGroupNormSayItsRules) {
  EXPECT_EQ(shape_message([&] { group_norm(value({2, 6, 4}), 2, value({4}), value({4})); }),
            "group_norm: x is (2, 6, 4) but w is (4) and b is (4): they must be (N, C, …), (C) and "
            "(C) (in decoder)");
  EXPECT_EQ(shape_message([&] { group_norm(value({2, 6, 4}), 4, value({6}), value({6})); }),
            "group_norm: x is (2, 6, 4): 6 channels do not divide into 4 groups (in decoder)");
  EXPECT_EQ(shape_message([&] { group_norm(value({2, 6, 4}), 0, value({6}), value({6})); }),
            "group_norm: x is (2, 6, 4): 6 channels do not divide into 0 groups (in decoder)");
}

TEST_F(LossErrors, OfNoiseSayWhatItsStrengthMayBe) {
  Rng rng(1);
  Var x = value({2});
  EXPECT_EQ(config_message([&] { dropout(x, 1, rng); }),
            "dropout: the rate is 1: it must be at least 0 and below 1 (in decoder)");
  EXPECT_EQ(config_message([&] { dropout(x, Scalar(-0.5), rng); }),
            "dropout: the rate is -0.5: it must be at least 0 and below 1 (in decoder)");
  EXPECT_EQ(config_message([&] { masking_noise(x, Scalar(1.5), rng); }),
            "masking_noise: the rate is 1.5: it must be from 0 to 1 (in decoder)");
  EXPECT_EQ(config_message([&] { salt_and_pepper_noise(x, -1, rng); }),
            "salt_and_pepper_noise: the rate is -1: it must be from 0 to 1 (in decoder)");
  EXPECT_EQ(config_message([&] { gaussian_noise(x, -1, rng); }),
            "gaussian_noise: the deviation is -1: it must not be negative (in decoder)");
  EXPECT_EQ(config_message([&] { masking_noise(x, 1, rng); }), "");
}

TEST_F(LossErrors, RecordNothing) {
  Var x = value({2, 3}), other = value({3});
  Rng rng(1);
  const std::size_t before = tape.size();
  EXPECT_THROW(huber(x, other), ShapeError);
  EXPECT_THROW(cross_entropy(x, other), ShapeError);
  EXPECT_THROW(kl_divergence(x, other), ShapeError);
  EXPECT_THROW(mmd_imq(x, other, 1), ShapeError);
  EXPECT_THROW(layer_norm(x, other, x), ShapeError);
  EXPECT_THROW(dropout(x, 1, rng), ConfigError);
  EXPECT_EQ(tape.size(), before);
}

}  // namespace
}  // namespace hourglass::testing
