// Normalising flows beside their definition: the determinant of a Jacobian of differences.

#include <gtest/gtest.h>

#include <array>
#include <cmath>

#include "hourglass/autograd/gradient_check.hpp"
#include "hourglass/models/flow_vae.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr std::size_t latent = 3, rows = 5;

using Matrix = std::array<std::array<double, latent>, latent>;

double determinant(const Matrix& m) {
  const auto minor = [&](std::size_t a, std::size_t b) {
    return m[1][a] * m[2][b] - m[1][b] * m[2][a];
  };
  return m[0][0] * minor(1, 2) - m[0][1] * minor(0, 2) + m[0][2] * minor(0, 1);
}

/// f(z) of a flow, without a tape.
Tensor moved(Flow& flow, const Tensor& z, const Tensor& context) {
  Tape tape(Tape::Gradients::off);
  return flow.move(tape.constant(z), tape.constant(context)).z.value();
}

/// ∂f_i / ∂z_j of one row, by central differences.
Matrix jacobian(Flow& flow, const Tensor& z, const Tensor& context, std::size_t row) {
  constexpr double step = 1e-5;
  Matrix all{};
  for (std::size_t j = 0; j < latent; ++j) {
    Tensor above = z, below = z;
    above(row, j) += step;
    below(row, j) -= step;
    const Tensor after = moved(flow, above, context), before = moved(flow, below, context);
    for (std::size_t i = 0; i < latent; ++i)
      all[i][j] = (after(row, i) - before(row, i)) / (2 * step);
  }
  return all;
}

void expect_the_determinant(Flow& flow, const Tensor& context) {
  const Tensor z = random_tensor({rows, latent}, 1, -2, 2);
  Tape tape(Tape::Gradients::off);
  Var at = tape.constant(z), of = tape.constant(context);
  const Tensor log_det = flow.move(at, of).log_det.value();
  const Tensor each = flow.log_scale(at, of).value();
  for (std::size_t row = 0; row < rows; ++row) {
    const double expected = determinant(jacobian(flow, z, context, row));
    EXPECT_GT(expected, 0) << "not invertible";
    EXPECT_NEAR(log_det(row), std::log(expected), 1e-7);
    double sum = 0;
    for (std::size_t j = 0; j < latent; ++j) sum += each(row, j);
    EXPECT_NEAR(sum, log_det(row), 1e-9);
  }
}

TEST(PlanarFlow, KnowsTheDeterminantOfItsJacobian) {
  PlanarFlow flow;
  const std::size_t size = PlanarFlow::context_size(latent);
  for (double range : {0.5, 2.0, 5.0})
    expect_the_determinant(flow, random_tensor({rows, size}, 2, -range, range));
}

TEST(PlanarFlow, StaysInvertibleWhereUWouldFoldTheSpace) {
  PlanarFlow flow;  // w = e_1 and u = −5 e_1: z_1 − 5 tanh z_1 goes back and forth
  const Tensor context = tensor({1, 7}, {-5, 0, 0, 1, 0, 0, 0});
  double before = -10;
  for (double at = -3; at < 3; at += 0.1) {
    const double after = moved(flow, tensor({1, 3}, {at, 0, 0}), context)(0, 0);
    EXPECT_GT(after, before);
    before = after;
  }
}

TEST(PlanarFlow, HardlyMovesCodesWhereUIsSmallHoweverSmallWIs) {
  PlanarFlow flow;
  const Tensor z = tensor({1, 3}, {0.3, -0.2, 0.5});
  for (double w : {1.0, 1e-3, 1e-6}) {
    const Tensor after = moved(flow, z, tensor({1, 7}, {0.01, -0.02, 0, w, w, -w, 0.4}));
    for (std::size_t j = 0; j < latent; ++j) EXPECT_NEAR(after(0, j), z(0, j), 0.02) << w;
  }
}

TEST(PlanarFlow, DividesItsLogarithmWhereTheDeterminantIsOne) {
  // wᵀû = 0 where wᵀu = 0.
  const Tensor z = tensor({1, 3}, {0.3, -0.2, 0.5});
  Tape tape(Tape::Gradients::off);
  PlanarFlow flow;
  const Tensor each =
      flow.log_scale(tape.constant(z), tape.constant(tensor({1, 7}, {0, 0.5, 0, 1, 0, 0, 0.1})))
          .value();
  for (Scalar scale : each) EXPECT_NEAR(scale, 0, 1e-9);
}

TEST(AutoregressiveFlow, KnowsTheDeterminantOfItsJacobian) {
  const Tensor context = random_tensor({rows, 4}, 2, -1, 1);
  for (bool reversed : {false, true}) {
    Rng rng(3);
    AutoregressiveFlow flow(latent, 4, reversed, {.hidden = {9}, .activation = "tanh"}, rng);
    for (Parameter* parameter : flow.network()->parameters()) parameter->value *= Scalar(3);
    expect_the_determinant(flow, context);
  }
}

TEST(AutoregressiveFlow, MovesEachDimensionByThoseBeforeItAndTheContext) {
  const Tensor z = random_tensor({1, latent}, 1, -1, 1), context = random_tensor({1, 4}, 2, -1, 1);
  for (bool reversed : {false, true}) {
    Rng rng(3);
    AutoregressiveFlow flow(latent, 4, reversed, {.hidden = {9}, .activation = "tanh"}, rng);
    const Matrix by = jacobian(flow, z, context, 0);
    for (std::size_t i = 0; i < latent; ++i)
      for (std::size_t j = 0; j < latent; ++j) {
        const bool is_before = reversed ? j > i : j < i;
        EXPECT_EQ(by[i][j] != 0, is_before || i == j) << i << " by " << j;
      }
    Tensor other = context;
    other(0, 2) += 1;
    const Tensor one = moved(flow, z, context), two = moved(flow, z, other);
    for (std::size_t i = 0; i < latent; ++i) EXPECT_NE(one(0, i), two(0, i));
  }
}

TEST(FlowVaeGradient, AgreesWithDifferencesInEveryParameter) {
  const Tensor x = random_tensor({4, 6}, 2, 0, 1);
  for (const char* kind : {"planar", "iaf"}) {
    Rng rng(1);
    FlowVae model({6},
                  {.vae = {.network = {.latent = latent, .hidden = {5}, .activation = "tanh"}},
                   .flow = kind,
                   .steps = 3,
                   .flow_hidden = {6}},
                  rng);
    const auto checked = check_gradient(
        kind,
        [&](Tape& tape) {
          Rng frozen(3);
          return model.loss(tape, x, frozen).total;
        },
        model.parameters());
    EXPECT_EQ(checked.failure, "");
    EXPECT_EQ(checked.entries, model.parameter_count());
  }
}

}  // namespace
}  // namespace hourglass::testing
