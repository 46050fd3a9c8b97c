#include "hourglass/models/wae.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>
#include <xtensor/xmath.hpp>

#include "hourglass/models/statistics/classification.hpp"
#include "tests/models/short_training.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

Wae make(double mmd_weight = 10) {
  Rng rng(1);
  return {{10}, {.base = {.network = {.latent = 3, .hidden = {5}}}, .mmd_weight = mmd_weight}, rng};
}

/// Σ 6 s / (6 s + ‖a − b‖²) over seven scales s, summed over rows a of one and b of the other; of one
/// sample without a = b.
double kernel_sum(const Tensor& some, const Tensor& others) {
  double sum = 0;
  for (std::size_t i = 0; i < some.shape()[0]; ++i)
    for (std::size_t k = 0; k < others.shape()[0]; ++k) {
      double distance = 0;
      for (std::size_t j = 0; j < 3; ++j)
        distance += std::pow(double(some(i, j)) - double(others(k, j)), 2);
      if (&some != &others || i != k)
        for (double scale : {0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0})
          sum += 6 * scale / (6 * scale + distance);
    }
  return sum;
}

TEST(Wae, MinimisesWhatItsFormulaSays) {
  Wae model = make();
  const Tensor x = random_tensor({4, 10}, 1, 0, 1), rebuilt = reconstruct(model, x);
  Tape tape(Tape::Gradients::off);
  const Tensor codes = model.encode(tape.constant(x)).value();
  Rng rng(7);
  Tensor draws = filled({4, 3});
  Rng(rng).fill_normal(draws, 0, 1);
  double error = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    error += std::pow(double(x.data()[i]) - double(rebuilt.data()[i]), 2) / 4;
  const double mmd = kernel_sum(codes, codes) / 12 + kernel_sum(draws, draws) / 12 -
                     2 * kernel_sum(codes, draws) / 16;
  const Loss loss = model.loss(tape, x, rng);
  EXPECT_STREQ(loss.terms[1].name, "mmd");
  EXPECT_NEAR(loss.terms[0].value.item(), error, 64 * epsilon);
  EXPECT_NEAR(loss.terms[1].value.item(), mmd, 256 * epsilon);
  EXPECT_NEAR(loss.total.item(), error + 10 * mmd, 2560 * epsilon);
}

TEST(Wae, HasNoDiscrepancyForASingleExample) {
  Wae model = make();
  Tape tape;
  Rng rng(1);
  const Loss loss = model.loss(tape, random_tensor({1, 10}, 1, 0, 1), rng);
  EXPECT_EQ(loss.terms[1].value.item(), 0);
  EXPECT_EQ(loss.total.item(), loss.terms[0].value.item());
}

TEST(Wae, KeepsItsBatchesWhole) {
  EXPECT_TRUE(make().couples_examples());
}

TEST(Wae, RefusesAWeightBelowZero) {
  EXPECT_PRED2(starts_with, message_of<ConfigError>([] { make(-1); }),
               "model.mmd_weight is -1, but must be at least 0");
  EXPECT_PRED2(contains, message_of<ConfigError>([] {
                 Rng rng(1);
                 Wae({10}, {.distance = "cosine"}, rng);
               }),
               "cosine");
}

TEST(Wae, MakesItsCodesLookLikeThePrior) {
  const auto trained = [](WaeOptions options) {
    Rng rng(1);
    options.base.network.latent = 4;
    options.base.network.hidden = {64};
    Wae model({784}, options, rng);
    return train_on_digits(model, {.epochs = 4, .batch = 50, .lr = 0.003});
  };
  const History with = trained({}), without = trained({.mmd_weight = 0});
  EXPECT_LT(with.curve("train_loss").back(), 0.8 * with.curve("train_loss").front());
  EXPECT_LT(with.curve("mmd").back(), 0.1 * without.curve("mmd").back());
}

TEST(Wae, MinimisesTheSlicedDistanceThatItsFormulaSays) {
  Rng initial(1), rng(7), same(7);
  Wae model({10},
            {.base = {.network = {.latent = 3, .hidden = {5}}},
             .distance = "sliced",
             .sliced_weight = 10,
             .projections = 4},
            initial);
  const Tensor x = random_tensor({6, 10}, 1, 0, 1);
  Tape tape(Tape::Gradients::off);
  const Tensor codes = model.encode(tape.constant(x)).value();
  Tensor draws = filled({6, 3}), directions = filled({4, 3});
  same.fill_normal(draws, 0, 1);
  same.fill_normal(directions, 0, 1);
  double distance = 0;
  for (std::size_t p = 0; p < 4; ++p) {
    double length = 0;
    for (std::size_t j = 0; j < 3; ++j) length += std::pow(double(directions(p, j)), 2);
    std::vector<double> a(6), b(6);
    for (std::size_t i = 0; i < 6; ++i)
      for (std::size_t j = 0; j < 3; ++j) {
        a[i] += directions(p, j) * codes(i, j) / std::sqrt(length);
        b[i] += directions(p, j) * draws(i, j) / std::sqrt(length);
      }
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    for (std::size_t i = 0; i < 6; ++i) distance += (a[i] - b[i]) * (a[i] - b[i]) / 24;
  }
  const Loss loss = model.loss(tape, x, rng);
  EXPECT_STREQ(loss.terms[1].name, "sliced_wasserstein");
  EXPECT_NEAR(loss.terms[1].value.item(), distance, 64 * epsilon);
  EXPECT_NEAR(loss.total.item(), loss.terms[0].value.item() + 10 * distance, 640 * epsilon);
}

// W² between N(m, s²) and N(0, 1) is m² + (s − 1)² in one dimension; along a direction θ of several,
// the mean is θᵀm.
TEST(SlicedWasserstein, IsThatOfNormalDistributions) {
  for (const std::size_t latent : {1u, 4u}) {
    Tensor codes = filled({20000, latent});
    Rng rng(1);
    rng.fill_normal(codes, 2, 3);
    Tape tape(Tape::Gradients::off);
    EXPECT_NEAR(sliced_wasserstein_to_normal(tape.constant(codes), 200, rng).item(), 8, 0.8);
    rng.fill_normal(codes, 0, 1);
    EXPECT_NEAR(sliced_wasserstein_to_normal(tape.constant(codes), 200, rng).item(), 0, 0.002);
  }
}

TEST(Wae, MakesItsCodesLookLikeThePriorByTheSlicedDistanceAndThenByMmdToo) {
  const auto discrepancy = [](double weight) {
    Rng rng(1);
    Wae model({784},
              {.base = {.network = {.latent = 4, .hidden = {64}}},
               .distance = "sliced",
               .sliced_weight = weight},
              rng);
    train_on_digits(model, {.epochs = 4, .batch = 50, .lr = 0.003});
    Tape tape(Tape::Gradients::off);
    const Dataset test = load_dataset("mnist?limit=1000", Split::test);
    return mmd_to_normal(model.encode(tape.constant(to_tensor(test))), rng).item();
  };
  const double with = discrepancy(200), without = discrepancy(0);
  RecordProperty("with", std::to_string(with));
  RecordProperty("without", std::to_string(without));
  EXPECT_LT(with, 0.1 * without);
}

TEST(Wae, DrawsNewImagesFromThePrior) {
  Wae model = make();
  Rng rng(1);
  const Tensor codes = model.sample_codes(10000, rng), images = model.sample(20, rng);
  EXPECT_NEAR(xt::mean(codes)(), 0, 0.03);
  EXPECT_NEAR(xt::mean(codes * codes)(), 1, 0.05);
  EXPECT_EQ(images.shape(), (Shape{20, 10}));
  EXPECT_TRUE(is_picture(images));
}

}  // namespace
}  // namespace hourglass::testing
