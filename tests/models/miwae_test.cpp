#include "hourglass/models/miwae.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/batches.hpp"
#include "hourglass/models/applications/imputation.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/core/importance.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/models/terms.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr std::size_t columns = 6;
const Scalar missing = std::numeric_limits<Scalar>::quiet_NaN();

std::vector<std::string> all_likelihoods() {
  std::vector<std::string> names;
  for (const auto& [name, meaning] : likelihoods().entries()) names.push_back(name);
  return names;
}

MiwaeOptions small_options(const std::string& likelihood = "gaussian", std::size_t latent = 3) {
  return {.iwae = {.vae = {.network = {.latent = latent, .hidden = {7}, .activation = "tanh"},
                           .likelihood = {.likelihood = likelihood}},
                   .samples = 4}};
}

Miwae make(const std::string& likelihood = "gaussian", const Shape& shape = {columns}) {
  Rng rng(1);
  return {shape, small_options(likelihood), rng};
}

/// Rows of which every third number is missing.
Tensor rows_with_gaps(std::size_t rows, Scalar what = missing) {
  Tensor x = random_tensor({rows, columns}, 3, 0, 1);
  for (std::size_t i = 0; i < x.size(); i += 3) x.data()[i] = what;
  return x;
}

/// Rows of a table, whose numbers are in 0..1 already.
Dataset data_of(const Tensor& rows) {
  return {"rows", {rows.shape()[1]}, std::vector<Scalar>(rows.begin(), rows.end()), {}, {}};
}

struct Step {
  Scalar loss;
  std::vector<Tensor> gradients;
};

/// The loss and what it pulls at each parameter, with the same noise at every call.
template <class Model>
Step step(Model& model, const Tensor& x) {
  for (Parameter* parameter : model.parameters()) parameter->zero_grad();
  Tape tape;
  Rng noise(5);
  tape.context().draw_from(noise);
  const Loss loss = model.loss(tape, x, noise);
  tape.backward(loss.total);
  Step result{loss.total.item(), {}};
  for (Parameter* parameter : model.parameters()) result.gradients.push_back(parameter->grad);
  return result;
}

TEST(Miwae, IsTheIwaeToTheLastBitWhereNothingIsMissing) {
  for (const std::string& likelihood : all_likelihoods()) {
    SCOPED_TRACE(likelihood);
    Rng rng(1);
    Iwae iwae({columns}, small_options(likelihood).iwae, rng);
    Miwae miwae = make(likelihood);
    const Tensor x = random_tensor({8, columns}, 2, 0, 1);
    const Step one = step(iwae, x), other = step(miwae, x);
    EXPECT_EQ(one.loss, other.loss);
    ASSERT_EQ(other.gradients.size(), one.gradients.size() + 1) << "ι is its own, and the first";
    for (std::size_t i = 0; i < one.gradients.size(); ++i)
      EXPECT_TRUE(is_same(other.gradients[i + 1], one.gradients[i])) << i;
    for (Scalar pull : miwae.stand_in.grad) EXPECT_EQ(pull, 0);
  }
}

TEST(Miwae, LearnsFromCompleteRowsAsTheIwaeDoesWhateverOthersLack) {
  for (const std::string& likelihood : all_likelihoods()) {
    SCOPED_TRACE(likelihood);
    Rng rng(1);
    Iwae iwae({columns}, small_options(likelihood).iwae, rng);
    Miwae miwae = make(likelihood);
    Tensor complete = random_tensor({2, columns}, 2, 0, 1), partly = complete;
    partly(1, 4) = missing;
    Tape tape(Tape::Gradients::off);
    Rng one(5), other(5);
    const Tensor expected = iwae.log_weights(tape.constant(complete), complete, 3, one).value();
    const Tensor got = miwae.log_weights(tape.constant(partly), partly, 3, other).value();
    for (std::size_t k = 0; k < 3; ++k)  // one formula of the discretised logistic rounds more
      EXPECT_NEAR(got(k, 0), expected(k, 0), 512 * epsilon * std::abs(expected(k, 0)));
  }
}

TEST(Miwae, TakesNothingFromThePlacesOfMissingNumbers) {
  for (const std::string& likelihood : all_likelihoods()) {
    SCOPED_TRACE(likelihood);
    Miwae model = make(likelihood);
    const Step one = step(model, rows_with_gaps(8)),
               other =
                   step(model, rows_with_gaps(8, -std::numeric_limits<Scalar>::signaling_NaN()));
    EXPECT_TRUE(std::isfinite(one.loss));
    EXPECT_EQ(one.loss, other.loss);
    for (std::size_t i = 0; i < one.gradients.size(); ++i)
      EXPECT_TRUE(is_same(one.gradients[i], other.gradients[i])) << i;
  }
}

// Column 0 is missing everywhere: what the decoder says of it plays no part.
TEST(Miwae, PullsNothingTowardsWhatNobodyKnows) {
  Miwae model = make();
  Tensor x = random_tensor({8, columns}, 2, 0, 1);
  for (std::size_t row = 0; row < 8; ++row) x(row, 0) = missing;
  const Scalar before = step(model, x).loss;
  Parameter& bias = *model.decoder.parameters().back();  // of the layer of six outputs
  ASSERT_EQ(bias.value.shape(), Shape{columns});
  EXPECT_EQ(bias.grad(0), 0);
  for (std::size_t k = 1; k < columns; ++k) EXPECT_NE(bias.grad(k), 0) << k;
  EXPECT_NE(model.stand_in.grad(0), 0) << "the encoder's stand-in is learnt";
  EXPECT_EQ(model.stand_in.grad(1), 0);
  bias.value(0) = 3;
  EXPECT_EQ(step(model, x).loss, before);
  bias.value(1) = 3;
  EXPECT_NE(step(model, x).loss, before);
}

// p(x₁, x₃) = p(x₁, 0, x₃) + p(x₁, 1, x₃), each by importance sampling.
TEST(Miwae, BoundsTheProbabilityOfWhatIsKnown) {
  Rng rng(1);
  Miwae model({3}, small_options("bernoulli", 1), rng);
  for (Parameter* parameter : model.decoder.parameters()) parameter->value *= Scalar(3);
  const Tensor x = tensor({3, 3}, {1, 0, 0, 1, 1, 0, 1, std::nan(""), 0});
  const std::vector<double> log_p = log_likelihoods(model, data_of(x), 400'000, Rng(2));
  EXPECT_NEAR(std::exp(log_p[2]) / (std::exp(log_p[0]) + std::exp(log_p[1])), 1, 0.02);
  EXPECT_GT(std::abs(log_p[0] - log_p[1]), 0.1) << "or it would be no test";
}

TEST(Miwae, ExpectsWhatItsCodesSayWeightedByHowWellTheyExplainTheRest) {
  Miwae model = make("bernoulli");
  const Tensor x = tensor({1, columns}, {1, 0, std::nan(""), 1, 0, 0});
  Tape tape(Tape::Gradients::off);
  Rng one(5), same(5);
  const Tensor got = model.expectation(tape.constant(x), 50, one).value();
  const Tensor log_w = model.log_weights(tape.constant(x), x, 50, same).value();
  Rng again(5);
  const Gaussian q = model.posterior(tape.constant(x)).repeated(50);
  const Tensor each = model.decode(q.draw(again)).value();
  double weights = 0, sum = 0;
  for (std::size_t k = 0; k < 50; ++k) {
    weights += std::exp(double(log_w(k, 0)));
    sum += std::exp(double(log_w(k, 0))) * double(each(k, 2));
  }
  EXPECT_NEAR(got(0, 2), sum / weights, 1000 * epsilon);
}

TEST(Miwae, LeavesKnownNumbersAsTheyAreAndFillsInTheOthers) {
  Miwae model = make();
  const Tensor x = rows_with_gaps(40);
  const Tensor filled_in = impute(model, data_of(x), 10, Rng(1));
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (std::isnan(x.data()[i])) {
      EXPECT_TRUE(std::isfinite(filled_in.data()[i])) << i;
    } else {
      EXPECT_EQ(filled_in.data()[i], x.data()[i]) << i;
    }
  }
  EXPECT_TRUE(is_same(impute(model, data_of(x), 10, Rng(1)), filled_in));
}

/// Two columns of a normal distribution with the correlation 0.9, around ½.
Tensor correlated_columns(std::size_t rows) {
  Rng rng(7);
  Tensor x = filled({rows, 2});
  rng.fill_normal(x, 0, 1);
  for (std::size_t row = 0; row < rows; ++row)
    x(row, 1) = static_cast<Scalar>(0.9 * x(row, 0) + std::sqrt(1 - 0.81) * x(row, 1));
  for (Scalar& number : x) number = Scalar(0.5) + Scalar(0.1) * number;
  return x;
}

TEST(Miwae, FillsInWhatTheOtherColumnTellsNearlyAsWellAsTheBestRegression) {
  const Tensor truth = correlated_columns(2000);
  Tensor x = truth;
  Rng lots(8);
  for (std::size_t row = 0; row < 2000; ++row)
    if (const double lot = lots.uniform(); lot < 0.4) x(row, lot < 0.2 ? 0 : 1) = missing;
  Rng rng(1);
  Miwae model({2},
              {.iwae = {.vae = {.network = {.latent = 1, .hidden = {16}, .activation = "tanh"},
                                .likelihood = {.likelihood = "gaussian"}},
                        .samples = 10}},
              rng);
  const Dataset data = data_of(x);
  Trainer trainer(model, {.epochs = 60, .batch = 64, .lr = 0.01}, Rng(2));
  Batches batches(data, 64, Rng(3));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
  const Tensor found = impute(model, data, 200, Rng(4));
  double squares = 0, regression = 0, mean = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!std::isnan(x.data()[i])) continue;
    const double other = truth.data()[i ^ 1];  // the number beside it
    squares += std::pow(double(found.data()[i]) - double(truth.data()[i]), 2);
    regression += std::pow(0.5 + 0.9 * (other - 0.5) - double(truth.data()[i]), 2);
    mean += std::pow(0.5 - double(truth.data()[i]), 2);
  }
  EXPECT_LT(std::sqrt(squares), 1.1 * std::sqrt(regression));
  EXPECT_LT(std::sqrt(squares), 0.6 * std::sqrt(mean));
}

TEST(Miwae, IsMeasuredOnWhatIsKnown) {
  Miwae model = make();
  const Tensor x = rows_with_gaps(30);
  const Metrics metrics = evaluate(model, data_of(x), Rng(1));
  const Tensor rebuilt = reconstruct(model, x);
  double squares = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (!std::isnan(x.data()[i]))
      squares += std::pow(double(rebuilt.data()[i]) - double(x.data()[i]), 2);
  const double expected = squares / (30.0 * columns * 2 / 3);
  EXPECT_NEAR(metric(metrics, "mse_per_pixel"), expected, 100 * epsilon);
  EXPECT_NEAR(metric(metrics, "squared_error_per_image"), columns * expected, 100 * epsilon);
}

TEST(Miwae, IsTheOnlyOneToTakeRowsWithGaps) {
  Rng rng(1);
  Iwae iwae({columns}, small_options().iwae, rng);
  const Dataset data = data_of(rows_with_gaps(9));
  EXPECT_FALSE(iwae.takes_missing());
  EXPECT_EQ(message_of<DataError>([&] { evaluate(iwae, data, Rng(1)); }),
            "rows: 18 of its 54 numbers are missing, and this model needs them all");
  EXPECT_PRED2(contains, message_of<ConfigError>([&] { impute(iwae, data, 5, Rng(1)); }),
               "this model needs all numbers of an example");
  Miwae miwae = make();
  EXPECT_PRED2(contains, message_of<ConfigError>([&] { impute(miwae, data, 0, Rng(1)); }),
               "there must be at least 1");
}

}  // namespace
}  // namespace hourglass::testing
