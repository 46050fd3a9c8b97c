#include "hourglass/models/vae.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hourglass/datasets/batches.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/core/importance.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/models/terms.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

Tensor binary_rows(std::size_t count, std::size_t features) {
  Tensor x = random_tensor({count, features}, 3, 0, 1);
  for (Scalar& pixel : x) pixel = pixel < 0.5 ? 0 : 1;
  return x;
}

Vae make(VaeOptions options = {.network = {.latent = 3, .hidden = {7}}}) {
  Rng rng(1);
  return {{10}, std::move(options), rng};
}

TEST(Vae, MinimisesReconstructionAndDivergenceInNats) {
  Vae model = make();
  const Tensor x = binary_rows(4, 10);
  Tape tape(Tape::Gradients::off);
  Rng rng(5), same(5);
  const Loss loss = model.loss(tape, x, rng);

  Tensor unused = filled({4, 10}), noise = filled({4, 3});
  same.fill_uniform(unused, 0, 1);
  same.fill_normal(noise, 0, 1);
  const Gaussian q = model.posterior(tape.constant(x));
  const Tensor m = q.mean.value(), l = q.log_variance.value();
  Tensor z = filled({4, 3});
  double kl = 0, nats = 0;
  for (std::size_t i = 0; i < 12; ++i) {
    const double mean = m.data()[i], log_variance = l.data()[i];
    z.data()[i] = static_cast<Scalar>(mean + std::exp(0.5 * log_variance) * noise.data()[i]);
    kl += 0.5 * (mean * mean + std::exp(log_variance) - log_variance - 1) / 4;
  }
  const Tensor ones = model.decode(tape.constant(z)).value();
  for (std::size_t i = 0; i < 40; ++i)
    nats -= std::log(x.data()[i] > 0 ? double(ones.data()[i]) : 1 - ones.data()[i]) / 4;
  EXPECT_NEAR(term(loss, "reconstruction_nats"), nats, 64 * epsilon * nats);
  EXPECT_NEAR(term(loss, "kl_nats"), kl, 64 * epsilon);
  EXPECT_NEAR(loss.total.item(), nats + kl, 64 * epsilon * nats);
  EXPECT_NEAR(term(loss, "bits_per_dim"), (nats + kl) / (10 * std::log(2)), 64 * epsilon);
}

TEST(Vae, LosesNothingInDivergenceWhereThePosteriorIsThePrior) {
  Vae model = make();
  for (Parameter* parameter : model.encoder.parameters())
    if (parameter->name.starts_with("encoder.2")) parameter->value.fill(0);
  const Tensor x = binary_rows(4, 10);
  Tape tape(Tape::Gradients::off);
  Rng rng(5);
  const Loss loss = model.loss(tape, x, rng);
  EXPECT_EQ(term(loss, "kl_nats"), 0);
  const Tensor each = model.kl_per_dimension(tape.constant(x), rng).value();
  EXPECT_EQ(each.shape(), (Shape{4, 3}));
  for (Scalar kl : each) EXPECT_EQ(kl, 0);
}

TEST(Vae, SaysWhatEachNumberOfTheCodeCosts) {
  Vae model = make();
  const Tensor x = binary_rows(4, 10);
  Tape tape(Tape::Gradients::off);
  Rng rng(5);
  const double total = mean(sum(model.kl_per_dimension(tape.constant(x), rng), {1})).item();
  EXPECT_NEAR(total, term(model.loss(tape, x, rng), "kl_nats"), 16 * epsilon);
}

TEST(Vae, HasABoundThatIsMinusItsLossAndWhatWeightsTendToInTheMean) {
  Vae model = make();
  const Tensor x = binary_rows(4, 10);
  Tape tape(Tape::Gradients::off);
  tape.constant(x);
  Rng one(5), same(5), other(6);
  const double loss = model.loss(tape, x, one).total.item();
  Var observed = model.observe(tape, x, same);
  EXPECT_NEAR(mean(model.elbo(observed, x, same)).item(), -loss, 32 * epsilon * loss);
  Var weights = model.log_weights(observed, x, 20000, other);
  EXPECT_EQ(weights.shape(), (Shape{20000, 4}));
  Var bound = tape.constant(filled({4}));
  for (int i = 0; i < 500; ++i) bound = bound + model.elbo(observed, x, other);
  const Tensor expected = (bound / 500).value();
  EXPECT_TRUE(is_near(mean(weights, {0}).value(), expected, 0.02));
}

TEST(Vae, TakesEveryLikelihoodThereIs) {
  const Dataset data = load_dataset("mnist?limit=20", Split::test);
  Tensor x;
  data.read_rows(0, 20, x);
  for (const char* name : {"bernoulli", "gaussian", "discretized_logistic", "ordinal"})
    for (const std::vector<std::size_t>& channels : {std::vector<std::size_t>{}, {4}}) {
      Rng rng(1);
      Vae model(data.example_shape(),
                {.network = {.latent = 3, .hidden = {7}, .channels = channels},
                 .likelihood = {.likelihood = name}},
                rng);
      Tape tape(Tape::Gradients::off);
      const Loss loss = model.loss(tape, x, rng);
      EXPECT_TRUE(std::isfinite(loss.total.item())) << name;
      EXPECT_EQ(loss.term_count, std::string(name) == "gaussian" ? 2u : 3u) << name;
      EXPECT_EQ(reconstruct(model, x).shape(), x.shape()) << name;
    }
}

TEST(Vae, DrawsNewExamples) {
  Vae model = make();
  Rng rng(1);
  const Tensor drawn = model.sample(50, rng);
  EXPECT_EQ(drawn.shape(), (Shape{50, 10}));
  EXPECT_GE(*std::min_element(drawn.begin(), drawn.end()), 0);
  EXPECT_LE(*std::max_element(drawn.begin(), drawn.end()), 1);
}

TEST(Vae, LearnsDigitsInTwoEpochs) {
  const Dataset train = load_dataset("mnist?limit=4000", Split::train),
                test = load_dataset("mnist?limit=300", Split::test);
  Rng rng(1);
  Vae model({784}, {.network = {.latent = 8, .hidden = {64}}}, rng);
  Trainer trainer(model, {.epochs = 2, .lr = 0.005}, rng);
  Batches batches(train, 64, rng.fork(0));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet, [&] { return evaluate(model, test, rng); });
  const std::vector<double> loss = trainer.history().curve("train_loss");
  EXPECT_LT(loss.at(1), 0.9 * loss.at(0));
  const Metrics figures = likelihood_metrics(model, test, rng, 50);
  // Coins with each pixel's own frequency, one set for all images, have 206 nats an image.
  EXPECT_GT(metric(figures, "elbo_nats"), -185);
  EXPECT_LT(metric(figures, "nll_nats"), -metric(figures, "elbo_nats"));
}

}  // namespace
}  // namespace hourglass::testing
