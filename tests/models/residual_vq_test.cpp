#include "hourglass/models/residual_vq.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "hourglass/models/statistics/classification.hpp"
#include "tests/models/short_training.hpp"
#include "tests/models/terms.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

std::map<std::string, Tensor> buffers_of(const Module& model) {
  std::map<std::string, Tensor> copies;
  for (const Buffer& buffer : model.buffers()) copies[buffer.name] = *buffer.value;
  return copies;
}

/// The first `stages` of three: (B, stages P) of (B, 3 P)
Tensor first_stages(const Tensor& indices, std::size_t stages, std::size_t all = 3) {
  const std::size_t kept = indices.shape()[1] / all * stages;
  Tensor some = filled({indices.shape()[0], kept});
  for (std::size_t b = 0; b < some.shape()[0]; ++b) std::copy_n(&indices(b, 0), kept, &some(b, 0));
  return some;
}

double squared_distance(const Tensor& a, const Tensor& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += (double(a.data()[i]) - b.data()[i]) * (double(a.data()[i]) - b.data()[i]);
  return sum;
}

// Ten pixels, two positions of three numbers, three codebooks of five code vectors.
struct ResidualVqTest : ::testing::Test {
  Rng rng{1};
  ResidualVq model{{10},
                   {.base = {.network = {.latent = 6, .hidden = {7}},
                             .positions = 2,
                             .codebook = 5,
                             .revival = 0},
                    .quantisers = 3},
                   rng};
  Tensor x = random_tensor({4, 10}, 2, 0, 1);

  Loss step(Tape& tape, std::uint64_t seed = 3) {
    Rng noise(seed);
    return model.loss(tape, x, noise);
  }
  Tensor encoder_vectors() {
    Tape tape(Tape::Gradients::off);
    return reshape(model.encoder(tape.constant(x)), {8, 3}).value();
  }
  Tensor indices() {
    Tape tape(Tape::Gradients::off);
    return model.code_indices(tape.constant(x)).value();
  }
  Tensor rebuilt(const Tensor& indices) {
    Tape tape(Tape::Gradients::off);
    return model.decode_indices(tape.constant(indices)).value();
  }
};

TEST_F(ResidualVqTest, ChoosesInEachStageTheVectorNearestToWhatIsLeft) {
  const Tensor chosen = indices();
  ASSERT_EQ(chosen.shape(), (Shape{4, 6}));
  ASSERT_EQ(model.codebook_size(), 15u);
  ASSERT_EQ(model.code_positions(), 6u);
  Tensor left = encoder_vectors();
  const Tensor z = left;
  for (std::size_t stage = 0; stage < 3; ++stage) {
    const Tensor e = buffers_of(model).at("codebook." + std::to_string(stage) + ".vectors");
    for (std::size_t i = 0; i < 8; ++i) {
      const auto distance = [&](std::size_t k) {
        double sum = 0;
        for (std::size_t j = 0; j < 3; ++j) sum += std::pow(double(left(i, j)) - e(k, j), 2);
        return sum;
      };
      const Scalar index = chosen(i / 2, 2 * stage + i % 2);
      ASSERT_GE(index, Scalar(5 * stage));
      ASSERT_LT(index, Scalar(5 * stage + 5));
      const auto nearest = static_cast<std::size_t>(index) - 5 * stage;
      for (std::size_t k = 0; k < 5; ++k) EXPECT_LE(distance(nearest), distance(k) + 16 * epsilon);
      for (std::size_t j = 0; j < 3; ++j) left(i, j) -= e(nearest, j);
    }
  }
  // What is left in the end is what the code is away from z.
  Tape tape(Tape::Gradients::off);
  Tensor code = model.encode(tape.constant(x)).value();
  for (std::size_t i = 0; i < code.size(); ++i)
    EXPECT_NEAR(code.data()[i], z.data()[i] - left.data()[i], 64 * epsilon);
}

TEST_F(ResidualVqTest, MinimisesWhatItsFormulaSays) {
  model.eval();
  Tape tape(Tape::Gradients::off);
  const Loss loss = step(tape);
  const double error = squared_distance(x, reconstruct(model, x)) / 4;
  const Tensor chosen = indices(), z = encoder_vectors();
  double commitment = 0;  // each stage's is the distance of the sum so far to z
  for (std::size_t stages = 1; stages <= 3; ++stages)
    commitment +=
        squared_distance(z, model.code_of(tape.constant(first_stages(chosen, stages))).value()) / 4;
  EXPECT_NEAR(term(loss, "reconstruction"), error, 64 * epsilon);
  EXPECT_NEAR(term(loss, "commitment"), commitment, 64 * epsilon * (1 + commitment));
  EXPECT_NEAR(loss.total.item(), error + 0.25 * commitment, 64 * epsilon * (1 + commitment));
}

TEST_F(ResidualVqTest, ShowsTheDecoderTheFirstStagesOfEachImageInTraining) {
  Tape tape;
  step(tape);  // code vectors start among the data; without a reset they stay there in the next
  const Tensor chosen = indices();
  Rng draws(5);
  double expected = 0;
  for (std::size_t b = 0; b < 4; ++b) {
    const Tensor all = rebuilt(first_stages(chosen, 1 + draws.below(3)));
    for (std::size_t j = 0; j < 10; ++j) expected += std::pow(double(x(b, j)) - all(b, j), 2) / 4;
  }
  tape.reset();
  EXPECT_NEAR(term(step(tape, 5), "reconstruction"), expected, 64 * epsilon);
}

TEST(ResidualVq, IsTheVqVaeIfItHasOneStage) {
  const VqVaeOptions options = {
      .network = {.latent = 6, .hidden = {7}}, .positions = 3, .codebook = 5};
  Rng rng(1), same(1), noise(2), again(2);
  ResidualVq model({10}, {.base = options, .quantisers = 1, .quantiser_dropout = false}, rng);
  VqVae plain({10}, options, same);
  const Tensor x = random_tensor({8, 10}, 3, 0, 1);
  for (int i = 0; i < 3; ++i) {
    Tape tape, other;
    const Loss loss = model.loss(tape, x, noise), expected = plain.loss(other, x, again);
    EXPECT_EQ(loss.total.item(), expected.total.item());
    tape.backward(loss.total);
    other.backward(expected.total);
    for (std::size_t p = 0; p < plain.parameters().size(); ++p)
      EXPECT_TRUE(is_same(model.parameters()[p]->grad, plain.parameters()[p]->grad));
    EXPECT_TRUE(is_same(buffers_of(model).at("codebook.0.vectors"),
                        buffers_of(plain).at("codebook.vectors")));
  }
  Tape tape(Tape::Gradients::off);
  EXPECT_TRUE(is_same(model.code_indices(tape.constant(x)).value(),
                      plain.code_indices(tape.constant(x)).value()));
}

TEST_F(ResidualVqTest, RefusesWhatIsNoCodeOfWholeStages) {
  Tape tape(Tape::Gradients::off);
  const auto error = [&](const Tensor& indices) {
    return message_of<ShapeError>([&] { model.decode_indices(tape.constant(indices)); });
  };
  EXPECT_EQ(error(filled({4, 4})), "");
  EXPECT_NE(error(filled({4, 3})), "");
  EXPECT_NE(error(filled({4, 6}, 15)), "");
}

TEST(ResidualVq, RefusesOptionsThatMakeNoStages) {
  const auto error = [](ResidualVqOptions options) {
    return message_of<ConfigError>([&] {
      Rng rng(1);
      ResidualVq({10}, options, rng);
    });
  };
  EXPECT_EQ(error({.quantisers = 0}), "model.quantisers is 0, but must be at least 1");
  EXPECT_EQ(error({.base = {.positions = 5}}),
            "model.positions = 5 does not divide the code's model.latent = 64 numbers");
}

/// The squared error per test digit of each prefix of the stages, after a short training.
std::vector<double> errors_of_prefixes(bool dropout) {
  Rng rng(1);
  ResidualVq model({784},
                   {.base = {.network = {.latent = 32, .hidden = {64}, .normalization = "batch"},
                             .positions = 8,
                             .codebook = 16},
                    .quantiser_dropout = dropout},
                   rng);
  train_on_digits(model, {.epochs = 4, .batch = 64, .lr = 0.005});
  model.eval();
  const Tensor x = to_tensor(load_dataset("mnist?limit=500", Split::test));
  Tape tape(Tape::Gradients::off);
  const Tensor indices = model.code_indices(tape.constant(x)).value();
  std::vector<double> errors;
  for (std::size_t stages = 1; stages <= 4; ++stages) {
    const Tensor some = first_stages(indices, stages, 4);
    errors.push_back(squared_distance(x, model.decode_indices(tape.constant(some)).value()) / 500);
  }
  return errors;
}

TEST(ResidualVq, RefinesItsDigitsStageByStage) {
  const std::vector<double> errors = errors_of_prefixes(true);
  for (std::size_t stages = 1; stages < 4; ++stages)
    EXPECT_LT(errors[stages], errors[stages - 1]) << stages + 1 << " stages";
  EXPECT_LT(errors[3], 0.9 * errors[0]);
  // A decoder that has always seen all stages does not know what to make of the first alone.
  EXPECT_LT(errors[0], errors_of_prefixes(false)[0]);
}

}  // namespace
}  // namespace hourglass::testing
