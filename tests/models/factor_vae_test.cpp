#include "hourglass/models/factor_vae.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/datasets/batches.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/beta_tc_vae.hpp"
#include "hourglass/models/statistics/classification.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/models/terms.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

FactorVae make(double weight, std::vector<std::size_t> discriminator = {6}) {
  Rng rng(1);
  return {{10},
          {.vae = {.network = {.latent = 3, .hidden = {7}}},
           .discriminator = std::move(discriminator),
           .correlation_weight = weight},
          rng};
}

/// The mean of −ln of the probability of what is true, σ(logit) or 1 − σ(logit).
double logit_loss(const Tensor& logits, bool truth) {
  double sum = 0;
  for (Scalar logit : logits) sum += std::log1p(std::exp(truth ? -double(logit) : double(logit)));
  return sum / static_cast<double>(logits.size());
}

TEST(FactorVae, MinimisesWhatItsFormulaSays) {
  const Tensor x = random_tensor({4, 10}, 1, 0, 1);
  FactorVae model = make(3);
  Tape tape(Tape::Gradients::off);
  Rng noise(5), same(5);
  const Loss loss = model.loss(tape, x, noise);

  Var observed = model.observe(tape, x, same);
  const Gaussian q = model.posterior(observed);
  Var z = q.draw(same), permuted = FactorVae::permuted(z, same);
  const Tensor logits = model.discriminator(z).value(), m = q.mean.value(),
               l = q.log_variance.value();
  const double discriminator =
      logit_loss(logits, true) + logit_loss(model.discriminator(permuted).value(), false);
  double kl = 0, correlation = 0;
  for (std::size_t i = 0; i < 12; ++i)
    kl += (m.data()[i] * m.data()[i] + std::exp(double(l.data()[i])) - l.data()[i] - 1) / 8;
  for (Scalar logit : logits) correlation += logit / 4;
  EXPECT_NEAR(term(loss, "kl_nats"), kl, 64 * epsilon);
  EXPECT_NEAR(term(loss, "total_correlation_nats"), correlation, 64 * epsilon);
  EXPECT_NEAR(term(loss, "discriminator_nats"), discriminator, 64 * epsilon);
  EXPECT_NEAR(loss.total.item(),
              term(loss, "reconstruction_nats") + kl + 3 * correlation + discriminator,
              256 * epsilon);
}

TEST(FactorVae, PermutesEachDimensionByItself) {
  Tape tape(Tape::Gradients::off);
  Tensor codes = filled({500, 3});
  for (std::size_t i = 0; i < 500; ++i)
    for (std::size_t j = 0; j < 3; ++j) codes(i, j) = static_cast<Scalar>(1000 * j + i);
  Rng rng(1);
  const Tensor permuted = FactorVae::permuted(tape.constant(codes), rng).value();
  double together = 0, in_place = 0, products = 0;
  for (std::size_t j = 0; j < 3; ++j) {
    std::vector<double> column;
    for (std::size_t i = 0; i < 500; ++i) column.push_back(permuted(i, j));
    std::sort(column.begin(), column.end());
    for (std::size_t i = 0; i < 500; ++i) ASSERT_EQ(column[i], codes(i, j));
  }
  for (std::size_t i = 0; i < 500; ++i) {
    together += permuted(i, 1) - permuted(i, 0) == 1000;  // of the same example: once of 500
    in_place += permuted(i, 0) == codes(i, 0);
    products += (permuted(i, 1) - 1249.5) * (permuted(i, 0) - 249.5) / 500;
  }
  EXPECT_LT(together, 8);
  EXPECT_LT(in_place, 8);
  EXPECT_LT(std::abs(products), 0.15 * 500 * 500 / 12) << "dimensions still go together";
}

/// Codes of two dimensions with correlation ρ, and a third that is independent.
class CorrelatedCodes {
 public:
  explicit CorrelatedCodes(double rho) : rho_(rho) {}
  std::size_t per_epoch() const { return 1500; }
  std::size_t examples() const { return 256 * per_epoch(); }
  const Tensor& get(std::size_t, std::size_t i) { return rows_ = draw(256, i); }

  Tensor draw(std::size_t count, std::uint64_t seed) const {
    Tensor rows = filled({count, 3});
    Rng(seed).fill_normal(rows, 0, 1);
    for (std::size_t n = 0; n < count; ++n)
      rows(n, 1) = static_cast<Scalar>(rho_ * rows(n, 0) + std::sqrt(1 - rho_ * rho_) * rows(n, 1));
    return rows;
  }

 private:
  double rho_;
  Tensor rows_;
};

/// One thread: tests run side by side already.
class FactorVaeTraining : public ::testing::Test {
 protected:
  void SetUp() override { set_threads(1); }
  void TearDown() override { set_threads(threads_before_); }

 private:
  const int threads_before_ = threads();
};

TEST_F(FactorVaeTraining, TeachesTheDiscriminatorTheTotalCorrelationOfANormalDistribution) {
  constexpr double rho = 0.8;
  FactorVae model = make(1, {32, 32});
  CorrelatedCodes codes(rho);
  const auto loss = [&](Tape& tape, const Batch& batch, Rng& rng) {
    return Loss("discriminator_nats", model.discriminator_loss(tape.constant(batch.x), rng));
  };
  Trainer trainer(model.discriminator, loss, {.epochs = 1, .batch = 256, .lr = 3e-3}, Rng(2),
                  Trainer::Shards::whole_batch);
  Progress quiet(Progress::Show::nothing);
  trainer.fit(codes, quiet);
  Tape tape(Tape::Gradients::off);
  const double estimate = model.total_correlation(tape.constant(codes.draw(20000, 99999))).item();
  EXPECT_NEAR(estimate, -0.5 * std::log(1 - rho * rho), 0.05);
}

/// The total correlation of a model's codes, by another estimate than its own: the mixture of the
/// posteriors of half of the examples, as the β-TC-VAE has it.
double total_correlation_of(FactorVae& model, const Dataset& data) {
  Rng rng(1);
  BetaTcVae other({1, 28, 28}, {.vae = {.network = {.latent = 6, .hidden = {64}}}}, rng);
  const std::vector<Parameter*> own = model.parameters(), same = other.parameters();
  for (std::size_t i = 0; i < same.size(); ++i) {  // the discriminator's are the last
    EXPECT_EQ(own[i]->name, same[i]->name);
    same[i]->value = own[i]->value;
  }
  std::vector<std::uint32_t> half;
  for (std::uint32_t i = 0; i < data.size(); i += 2) half.push_back(i);
  Tape tape(Tape::Gradients::off);
  Rng noise(3);
  return term(other.loss(tape, to_tensor(data.subset(half)), noise), "total_correlation_nats");
}

TEST_F(FactorVaeTraining, MakesDimensionsMoreIndependentThanAVaeDoes) {
  const Dataset train = load_dataset("shapes?limit=2000", Split::train),
                test = load_dataset("shapes", Split::test);
  const auto trained = [&](double weight) {
    Rng rng(1);
    FactorVae model(
        {1, 28, 28},
        {.vae = {.network = {.latent = 6, .hidden = {64}}}, .correlation_weight = weight}, rng);
    Trainer trainer(model, {.epochs = 8, .batch = 64, .lr = 2e-3}, Rng(2));
    Batches batches(train, 64, Rng(3));
    Progress quiet(Progress::Show::nothing);
    trainer.fit(batches, quiet);
    return total_correlation_of(model, test);
  };
  const double with = trained(FactorVaeOptions().correlation_weight), without = trained(0);
  EXPECT_LT(with, 0.8 * without) << with << " and " << without;
}

TEST(FactorVae, CouplesTheExamplesOfABatch) {
  EXPECT_TRUE(make(1).couples_examples());
}

TEST(FactorVae, RefusesAWeightBelowZero) {
  EXPECT_EQ(message_of<ConfigError>([] { make(-1); }),
            "model.correlation_weight is -1, but must be at least 0");
}

}  // namespace
}  // namespace hourglass::testing
