#include "hourglass/models/contractive.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/models/short_training.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

Contractive make(ContractiveOptions options, std::vector<std::size_t> hidden = {}) {
  options.tied = hidden.empty();
  options.base.network = {.latent = 3, .hidden = std::move(hidden), .activation = "tanh"};
  Rng rng(1);
  return {{6}, std::move(options), rng};
}

/// Σ_jk (∂ code_j / ∂ x_k)² of each example, a row of the Jacobian after the other by the tape.
std::vector<double> squared_jacobians(Contractive& model, const Tensor& x) {
  std::vector<double> squares(x.shape()[0]);
  Parameter input(x.shape());  // so that the tape has a gradient for it
  input.value = x;
  for (std::size_t j = 0; j < model.latent(); ++j) {
    Tape tape;
    input.zero_grad();
    tape.backward(sum(slice(model.encode(tape.parameter(input)), 1, j, j + 1)));
    for (std::size_t i = 0; i < x.size(); ++i)
      squares[i / x.shape()[1]] += std::pow(double(input.grad.data()[i]), 2);
  }
  return squares;
}

TEST(Contractive, HasTheNormOfTheJacobianInClosedForm) {
  const Tensor x = random_tensor({4, 6}, 1, 0, 1);
  for (const char* activation : {"sigmoid", "tanh"}) {
    Contractive model = make({.code_activation = activation, .weight = 0.3});
    const std::vector<double> expected = squared_jacobians(model, x);
    Tape tape(Tape::Gradients::off);
    Var code = model.encode(tape.constant(x));
    EXPECT_TRUE(is_near(model.exact_jacobian(code).value(), tensor({4}, expected), 32 * epsilon))
        << activation;
    Rng unused(1);
    const Loss loss = model.loss(tape, x, unused);
    double mean = 0;
    for (double square : expected) mean += square / 4;
    EXPECT_NEAR(loss.terms[1].value.item(), mean, 32 * epsilon);
    EXPECT_NEAR(loss.total.item(), loss.terms[0].value.item() + 0.3 * mean, 64 * epsilon);
  }
}

/// The mean of many estimates for one example.
double estimated(Contractive& model, const Tensor& x, std::size_t draws) {
  Tensor rows = filled({draws, 6});
  for (std::size_t i = 0; i < rows.size(); ++i) rows.data()[i] = x.data()[i % 6];
  Tape tape(Tape::Gradients::off);
  Rng rng(3);
  Var many = tape.constant(rows);
  return mean(model.estimated_jacobian(many, model.encode(many), rng)).item();
}

TEST(Contractive, EstimatesTheSameNormFromRandomDirections) {
  const Tensor x = random_tensor({1, 6}, 1, 0, 1);
  for (const char* activation : {"sigmoid", "tanh"}) {
    Contractive model = make({.code_activation = activation, .step = 0.01});
    const double exact = squared_jacobians(model, x).at(0);
    EXPECT_NEAR(estimated(model, x, 100000), exact, 0.02 * exact) << activation;
  }
  // Of a deep encoder there is no closed form, but an estimate all the same.
  Contractive deep = make({.jacobian = "estimate", .step = 0.01}, {5, 4});
  const double exact = squared_jacobians(deep, x).at(0);
  EXPECT_NEAR(estimated(deep, x, 100000), exact, 0.02 * exact);
}

TEST(Contractive, DecodesWithTheTransposeOfTheEncodersWeights) {
  Contractive model = make({});
  const Tensor &w = model.encoder.parameters()[0]->value, &c = model.decoder.parameters()[0]->value;
  ASSERT_EQ(model.decoder.parameters().size(), 1u) << "a bias, and no weights of its own";
  const Tensor code = random_tensor({2, 3}, 1, 0, 1);
  Tape tape(Tape::Gradients::off);
  const Tensor decoded = model.decode(tape.constant(code)).value();
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t k = 0; k < 6; ++k) {
      double sum = c(k);
      for (std::size_t j = 0; j < 3; ++j) sum += double(code(i, j)) * w(j, k);
      EXPECT_NEAR(decoded(i, k), 1 / (1 + std::exp(-sum)), 8 * epsilon);
    }
}

TEST(Contractive, PaysForAContractionByItsReconstruction) {
  double last_jacobian = 1e9, last_error = 0;
  for (double weight : {0.0, 0.1, 1.0}) {
    Rng rng(1);
    Contractive model({784}, {.base = {.network = {.latent = 50, .hidden = {}}}, .weight = weight},
                      rng);
    const History history = train_on_digits(model, {.epochs = 8, .lr = 0.005});
    const double jacobian = history.curve("jacobian").back(),
                 error = history.curve("reconstruction").back();
    EXPECT_LT(jacobian, last_jacobian) << weight;
    EXPECT_GT(error, last_error) << weight;
    last_jacobian = jacobian;
    last_error = error;
  }
}

TEST(Contractive, LearnsACodeThatMovesLess) {
  const auto jacobian = [](double weight, const char* way) {
    Rng rng(1);
    Contractive model(
        {784},
        {.base = {.network = {.latent = 50, .hidden = {}}}, .jacobian = way, .weight = weight},
        rng);
    const History history = train_on_digits(model, {.epochs = 4, .lr = 0.005});
    EXPECT_LT(history.curve("train_loss").back(), 0.8 * history.curve("train_loss").front());
    return history.curve("jacobian").back();
  };
  const double free = jacobian(0, "exact");
  EXPECT_LT(jacobian(2, "exact"), 0.7 * free);
  EXPECT_LT(jacobian(2, "estimate"), 0.7 * free);
}

TEST(Contractive, RefusesOptionsThatMakeNoSense) {
  const auto error = [](ContractiveOptions options, std::vector<std::size_t> hidden) {
    return message_of<ConfigError>([&] { make(std::move(options), std::move(hidden)); });
  };
  EXPECT_EQ(error({.code_activation = "relu"}, {}),
            "unknown code_activation 'relu'; there are sigmoid, tanh");
  EXPECT_EQ(error({.jacobian = "full"}, {}), "unknown jacobian 'full'; there are exact, estimate");
  EXPECT_EQ(error({}, {5}),
            "the exact jacobian is of an encoder of one dense layer: set model.hidden and "
            "model.channels to [], or model.jacobian to estimate");
  EXPECT_EQ(error({.step = 0}, {}), "model.step is 0, but must be above 0");
  EXPECT_PRED2(contains, message_of<ConfigError>([] {
                 Rng rng(1);
                 Contractive({6}, {.base = {.network = {.hidden = {5}}}, .jacobian = "estimate"},
                             rng);
               }),
               "or model.tied to false");
}

}  // namespace
}  // namespace hourglass::testing
