#include "hourglass/models/rae.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/statistics/cholesky.hpp"
#include "hourglass/models/statistics/pca.hpp"
#include "tests/models/short_training.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

double squares(const Tensor& values) {
  double sum = 0;
  for (Scalar value : values) sum += static_cast<double>(value) * value;
  return sum;
}

TEST(Rae, MinimisesWhatItsFormulaSays) {
  Rng rng(1);
  Rae model({10},
            {.base = {.network = {.latent = 3, .hidden = {5}}},
             .code_weight = 0.5,
             .decoder_weight = 0.25},
            rng);
  const Tensor x = random_tensor({4, 10}, 2, 0, 1), rebuilt = reconstruct(model, x);
  Tape tape(Tape::Gradients::off);
  const double error = squares(x - rebuilt) / 4,
               codes = squares(model.encode(tape.constant(x)).value()) / 4;
  double weights = 0;
  for (const Parameter* parameter : model.decoder.parameters())
    if (parameter->name.find("weight") != std::string::npos) weights += squares(parameter->value);
  const Loss loss = model.loss(tape, x, rng);
  EXPECT_NEAR(loss.terms[0].value.item(), error, 64 * epsilon);
  EXPECT_NEAR(loss.terms[1].value.item(), codes / 2, 64 * epsilon);
  EXPECT_NEAR(loss.terms[2].value.item(), weights, 64 * epsilon);
  EXPECT_NEAR(loss.total.item(), error + 0.5 * codes / 2 + 0.25 * weights, 64 * epsilon);
}

TEST(Rae, RefusesWeightsThatWouldReward) {
  const auto error = [](RaeOptions options) {
    return message_of<ConfigError>([&] {
      Rng rng(1);
      Rae({10}, options, rng);
    });
  };
  EXPECT_EQ(error({.code_weight = -1}), "model.code_weight is -1, but must be at least 0");
  EXPECT_EQ(error({.decoder_weight = -1}), "model.decoder_weight is -1, but must be at least 0");
}

TEST(Rae, LearnsDigitsAndDrawsCodesAsTheTrainingExamplesHaveThem) {
  Rng rng(1);
  Rae model({784}, {.base = {.network = {.latent = 4, .hidden = {64}, .normalization = "batch"}}},
            rng);
  const History history = train_on_digits(model, {.epochs = 4, .batch = 64, .lr = 0.005}, "2000");
  const std::vector<double> loss = history.curve("train_loss");
  EXPECT_LT(loss.at(3), 0.8 * loss.at(0));
  const Dataset train = load_dataset("mnist?limit=2000", Split::train),
                test = load_dataset("mnist?limit=500", Split::test);
  EXPECT_LT(history.curve("squared_error_per_image").at(3),
            squared_error_per_example(fit_pca(train, 4), test));

  model.after_training(train, rng);
  EXPECT_TRUE(model.can_sample());
  const Tensor codes = encode_all(model, train), drawn = model.sample_codes(20000, rng);
  const auto moment = [](const Tensor& z, std::size_t i, std::size_t j) {
    double sum = 0, left = 0, right = 0;
    const auto n = static_cast<double>(z.shape()[0]);
    for (std::size_t b = 0; b < z.shape()[0]; ++b) {
      sum += double(z(b, i)) * z(b, j) / n;
      left += z(b, i) / n;
      right += z(b, j) / n;
    }
    return sum - left * right;
  };
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      const double extent = std::sqrt(moment(codes, i, i) * moment(codes, j, j));
      EXPECT_NEAR(moment(drawn, i, j), moment(codes, i, j), 0.05 * extent) << i << " " << j;
    }
  EXPECT_TRUE(is_picture(model.sample(5, rng)));
}

TEST(Rae, HasASmootherDecoderTheMoreItsWeightsCost) {
  const auto roughness = [](double decoder_weight) {
    Rng rng(1);
    Rae model(
        {784},
        {.base = {.network = {.latent = 4, .hidden = {64}}}, .decoder_weight = decoder_weight},
        rng);
    train_on_digits(model, {.epochs = 6, .batch = 50, .lr = 0.003});
    Tape tape(Tape::Gradients::off);
    Tensor moved = encode_all(model, load_dataset("mnist?limit=200", Split::test));
    Var there = model.decode(tape.constant(moved));
    for (Scalar& z : moved) z += Scalar(0.1);
    return per_example(squared_error(model.decode(tape.constant(moved)), there)).item();
  };
  EXPECT_LT(roughness(0.01), 0.8 * roughness(1e-4));
}

/// What codes are two far groups of: −3 or 3 by the first pixel.
class TwoGroups : public Vanilla {
 public:
  explicit TwoGroups(Rng& rng) : Vanilla({2}, {.network = {.latent = 1, .hidden = {}}}, rng) {}
  Var encode(Var x) override { return 6 * slice(x, 1, 0, 1) - 3; }
};

TEST(CodeDensity, OfTwoComponentsDrawsNothingBetweenTwoGroups) {
  std::vector<std::uint8_t> bytes(400);
  for (std::size_t i = 0; i < 200; ++i) bytes[2 * i] = i % 2 ? 255 : 0;
  const Dataset data("made", {2}, bytes);
  Rng rng(1);
  TwoGroups model(rng);
  const auto between = [&](std::size_t components) {
    CodeDensity density(1, components);
    density.fit(model, data, Rng(2));
    Rng draws(3);
    const Tensor codes = density.draw(2000, draws);
    return std::count_if(codes.begin(), codes.end(), [](Scalar z) { return std::abs(z) < 1; });
  };
  EXPECT_EQ(between(2), 0);
  EXPECT_GT(between(1), 300);
}

TEST(CodeDensity, OfFewerExamplesThanComponentsIsFittedToThese) {
  const Dataset data("made", {2}, std::vector<std::uint8_t>{0, 0, 255, 0, 0, 0});
  Rng rng(1);
  TwoGroups model(rng);
  CodeDensity density(1, 10);
  density.fit(model, data, Rng(2));
  Rng draws(3);
  for (Scalar z : density.draw(100, draws)) EXPECT_NEAR(std::abs(z), 3, 0.5);
}

TEST(CholeskyFactor, TimesItsTransposeIsTheMatrix) {
  const Tensor a = tensor({3, 3}, {2, 0, 0, -1, 3, 0, 0.5, 4, 1});
  Tensor matrix = filled({3, 3});
  for (std::size_t i = 0; i < 3; ++i)
    for (std::size_t j = 0; j < 3; ++j)
      for (std::size_t k = 0; k < 3; ++k) matrix(i, j) += a(i, k) * a(j, k);
  EXPECT_TRUE(is_near(cholesky_factor(matrix), a, 64 * epsilon));
}

TEST(CholeskyFactor, HasNoExtentWhereTheMatrixHasNone) {
  // A number that is always twice another one, and a number that never changes.
  const Tensor matrix = tensor({3, 3}, {1, 2, 0, 2, 4, 0, 0, 0, 0});
  EXPECT_TRUE(is_near(cholesky_factor(matrix), tensor({3, 3}, {1, 0, 0, 2, 0, 0, 0, 0, 0}), 0));
}

}  // namespace
}  // namespace hourglass::testing
