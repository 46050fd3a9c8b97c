#include "hourglass/models/conditional_vae.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "tests/models/short_training.hpp"
#include "tests/models/variational_figures.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

struct ConditionalVaeTest : ::testing::Test {
  static ConditionalVaeOptions options() {
    return {.vae = {.network = {.latent = 3, .hidden = {5}}},
            .classes = 4,
            .class_weight = 3,
            .consistency_weight = 2};
  }
  static ConditionalVae make(const ConditionalVaeOptions& options = ConditionalVaeTest::options()) {
    Rng rng(1);
    return {{10}, options, rng};
  }
  /// A model whose prior depends on the class. It is narrower than N(0, 1), and q wider than it, so
  /// that importance weights are bounded.
  static std::unique_ptr<ConditionalVae> with_learnt_prior(Shape shape = {10}) {
    ConditionalVaeOptions learnt = options();
    learnt.learnt_prior = true;
    Rng rng(1);
    auto model = std::make_unique<ConditionalVae>(shape, learnt, rng);
    for (Parameter* parameter : model->parameters())
      if (parameter->name == "prior.weight") rng.fill_uniform(parameter->value, -1, 0);
    return model;
  }
  /// The mean weight of many draws is the bound, if prior, posterior and decoder know the label.
  void expect_weights_to_average_to_the_bound(ConditionalVae& conditional) {
    Rng rng(1);
    const Tensor weights =
        conditional.log_weights(tape.constant(x), {x, labels}, 2000, rng).value();
    ASSERT_EQ(weights.shape(), (Shape{2000, 6}));
    for (std::size_t i = 0; i < 6; ++i) {
      double mean = 0;
      for (std::size_t k = 0; k < 2000; ++k) mean += weights(k, i) / 2000;
      double bound = 0;
      for (int k = 0; k < 2000; ++k) {
        Tape one(Tape::Gradients::off);
        bound += conditional.elbo(one.constant(x), {x, labels}, rng).value()(i) / 2000;
      }
      EXPECT_NEAR(mean, bound, 0.2) << i;
    }
  }

  ConditionalVae model = make();
  Tensor x = random_tensor({6, 10}, 1, 0, 1);
  std::vector<std::uint8_t> labels = {2, 0, 3, 1, 3, 3};
  Tape tape{Tape::Gradients::off};
};

TEST_F(ConditionalVaeTest, CodesAreStyleAndTheProbabilitiesOfTheClasses) {
  EXPECT_EQ(model.latent(), 7u);
  EXPECT_EQ(model.classes(), 4u);
  Var images = tape.constant(x), codes = model.encode(images);
  EXPECT_EQ(codes.shape(), (Shape{6, 7}));
  EXPECT_TRUE(is_same(slice(codes, 1, 0, 3).value(), model.posterior(images).mean.value()));
  EXPECT_TRUE(is_same(slice(codes, 1, 3, 7).value(), softmax(model.classifier(images)).value()));
  EXPECT_EQ(model.decode(codes).shape(), x.shape());
}

TEST_F(ConditionalVaeTest, MinimisesWhatItsFormulaSays) {
  model.eval();  // the classifier sees clearly
  Rng rng(7), same(7);
  const Loss loss = model.loss(tape, {x, labels}, rng);
  Var seen = model.observe(tape, {x, labels}, same);
  const Gaussian q = model.posterior(seen, one_hot(tape, {x, labels}, 4));
  const Tensor mean = q.mean.value(), log_variance = q.log_variance.value();
  const Tensor z = q.draw(same).value();
  Tensor code = filled({6, 7});
  for (std::size_t i = 0; i < 6; ++i) {
    for (std::size_t j = 0; j < 3; ++j) code(i, j) = z(i, j);
    code(i, 3 + labels[i]) = 1;
  }
  const Tensor rebuilt = model.decode(tape.constant(code)).value();
  const Tensor probabilities = softmax(model.classifier(tape.constant(x))).value();
  Tensor fresh = filled({6, 3});  // the new images' style
  same.fill_normal(fresh, 0, 1);
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 3; ++j) code(i, j) = fresh(i, j);
  const Tensor judged = softmax(model.classifier(model.decode(tape.constant(code)))).value();
  double reconstruction = 0, kl = 0, nats = 0, wrong = 0, consistency = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = seen.value().data()[i], p = rebuilt.data()[i];
    reconstruction -= (t * std::log(p) + (1 - t) * std::log(1 - p)) / 6;
  }
  for (std::size_t i = 0; i < 6; ++i) {
    for (std::size_t j = 0; j < 3; ++j) {
      const double m = mean(i, j), l = log_variance(i, j);
      kl += (m * m + std::exp(l) - l - 1) / 2 / 6;
    }
    std::size_t largest = 0;
    for (std::size_t k = 1; k < 4; ++k)
      if (probabilities(i, k) > probabilities(i, largest)) largest = k;
    nats -= std::log(double(probabilities(i, labels[i]))) / 6;
    consistency -= std::log(double(judged(i, labels[i]))) / 6;
    wrong += largest == labels[i] ? 0 : 1. / 6;
  }
  EXPECT_NEAR(term(loss, "reconstruction_nats"), reconstruction, 64 * epsilon);
  EXPECT_NEAR(term(loss, "kl_nats"), kl, 64 * epsilon);
  EXPECT_NEAR(term(loss, "bits_per_dim_given_class"), (reconstruction + kl) / (10 * std::log(2)),
              64 * epsilon);
  EXPECT_NEAR(term(loss, "class_nats"), nats, 64 * epsilon);
  EXPECT_NEAR(term(loss, "error_rate"), wrong, epsilon);
  EXPECT_NEAR(term(loss, "consistency_nats"), consistency, 64 * epsilon);
  EXPECT_NEAR(loss.total.item(), reconstruction + kl + 3 * nats + 2 * consistency, 256 * epsilon);
}

TEST_F(ConditionalVaeTest, KlOfTheClassPartAddsUpToThatFromEquallyFrequentClasses) {
  Rng rng(1);
  const Tensor kl = model.kl_per_dimension(tape.constant(x), rng).value();
  const Tensor q = softmax(model.classifier(tape.constant(x))).value();
  ASSERT_EQ(kl.shape(), (Shape{6, 7}));
  for (std::size_t i = 0; i < 6; ++i) {
    double sum = 0, expected = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      sum += kl(i, 3 + k);
      expected += double(q(i, k)) * std::log(4 * double(q(i, k)));
    }
    EXPECT_NEAR(sum, expected, 16 * epsilon);
  }
}

TEST_F(ConditionalVaeTest, WeighsEveryDrawWithTheClassOfItsExample) {
  expect_weights_to_average_to_the_bound(model);
  expect_weights_to_average_to_the_bound(*with_learnt_prior());
}

TEST_F(ConditionalVaeTest, IsADistributionOfImagesForEachClass) {
  for (bool sees_class : {true, false}) {
    ConditionalVaeOptions without = options();
    without.posterior_sees_class = sees_class;
    Rng rng(1);
    ConditionalVae small({6}, without, rng);
    for (std::uint8_t label : {0, 3})
      EXPECT_NEAR(probability_of_all(small, 6, 2000, label), 1, 0.02) << int(label);
  }
  const auto learnt = with_learnt_prior({6});
  for (std::uint8_t label : {0, 3})
    EXPECT_NEAR(probability_of_all(*learnt, 6, 2000, label), 1, 0.02) << int(label);
}

TEST_F(ConditionalVaeTest, HasAPosteriorThatKnowsTheClass) {
  ConditionalVaeOptions without = options();
  without.posterior_sees_class = false;
  ConditionalVae blind = make(without);
  const std::vector<std::uint8_t> zeros(6), ones(6, 1);
  Var images = tape.constant(x), zero = one_hot(tape, {x, zeros}, 4);
  Var one = one_hot(tape, {x, ones}, 4);
  EXPECT_FALSE(is_same(model.posterior(images, zero).mean.value(),
                       model.posterior(images, one).mean.value()));
  EXPECT_TRUE(is_same(blind.posterior(images, zero).mean.value(),
                      blind.posterior(images, one).mean.value()));
}

TEST_F(ConditionalVaeTest, BeginsWithTheStandardNormalPriorWhereItIsLearnt) {
  ConditionalVaeOptions learnt = options();
  learnt.learnt_prior = true;
  ConditionalVae other = make(learnt);
  Rng rng(7), same(7);
  EXPECT_NEAR(other.loss(tape, {x, labels}, rng).total.item(),
              model.loss(tape, {x, labels}, same).total.item(), 256 * epsilon);
  EXPECT_TRUE(is_same(other.sample_codes(5, rng), model.sample_codes(5, same)));
}

TEST_F(ConditionalVaeTest, MeasuresKlFromThePriorOfTheClassAndDrawsFromIt) {
  const auto learnt = with_learnt_prior();
  for (Parameter* parameter : learnt->classifier.parameters()) parameter->value.fill(0);
  learnt->classifier.parameters().back()->value(2) = 100;  // sure of class 2
  Rng rng(3);
  const Tensor each = learnt->kl_per_dimension(tape.constant(x), rng).value();
  const std::vector<std::uint8_t> twos(6, 2);
  const Tensor codes = learnt->sample_codes(20000, 2, rng);
  Tensor weight;  // (2 L, classes)
  for (const Parameter* parameter : learnt->parameters())
    if (parameter->name == "prior.weight") weight = parameter->value;
  for (std::size_t j = 0; j < 3; ++j) {
    double mean = 0, square = 0;
    for (std::size_t i = 0; i < 20000; ++i) {
      mean += codes(i, j) / 20000;
      square += codes(i, j) * codes(i, j) / 20000;
    }
    EXPECT_NEAR(mean, weight(j, 2), 0.05);
    EXPECT_NEAR(std::log(square - mean * mean), weight(3 + j, 2), 0.05);
  }
  Tape grey(Tape::Gradients::off);
  const Gaussian q = learnt->posterior(grey.constant(x), one_hot(grey, {x, twos}, 4));
  for (std::size_t i = 0; i < 6; ++i)
    for (std::size_t j = 0; j < 3; ++j) {
      const double m = q.mean.value()(i, j) - weight(j, 2), l = q.log_variance.value()(i, j),
                   p = weight(3 + j, 2);
      EXPECT_NEAR(each(i, j), (p - l + (std::exp(l) + m * m) * std::exp(-p) - 1) / 2, 64 * epsilon);
    }
}

TEST_F(ConditionalVaeTest, DrawsCodesOfAClass) {
  Rng rng(1);
  const Tensor codes = model.sample_codes(1000, 2, rng), any = model.sample_codes(1000, rng);
  std::array<double, 4> frequency{};
  double mean = 0;
  for (std::size_t i = 0; i < 1000; ++i) {
    for (std::size_t j = 0; j < 3; ++j) mean += codes(i, j) / 3000;
    for (std::size_t k = 0; k < 4; ++k) {
      EXPECT_EQ(codes(i, 3 + k), k == 2 ? 1 : 0);
      frequency.at(k) += any(i, 3 + k) / 1000;
    }
  }
  EXPECT_NEAR(mean, 0, 0.1);
  for (double share : frequency) EXPECT_NEAR(share, 0.25, 0.07);
  EXPECT_TRUE(is_picture(model.sample(20, rng)));
}

TEST_F(ConditionalVaeTest, SaysWhatItCannotDo) {
  Rng rng(1);
  EXPECT_EQ(message_of<ConfigError>([&] { model.sample_codes(3, 4, rng); }),
            "there is no class 4: the model has 4, from 0");
  EXPECT_EQ(message_of<ConfigError>([&] { model.loss(tape, x, rng); }),
            "this model learns from labels, and the data have none");
  ConditionalVaeOptions wrong = options();
  wrong.classes = 1;
  EXPECT_EQ(message_of<ConfigError>([&] { make(wrong); }),
            "model.classes is 1, but must be at least 2");
  wrong = options();
  wrong.class_weight = -1;
  EXPECT_EQ(message_of<ConfigError>([&] { make(wrong); }),
            "model.class_weight is -1, but must be at least 0");
}

TEST(ConditionalVae, LearnsToDrawTheDigitThatIsAskedFor) {
  Rng rng(1);
  ConditionalVae model({784}, {.vae = {.network = {.latent = 4, .hidden = {64}}}}, rng);
  const History history = train_on_digits(model, {.epochs = 10, .batch = 50, .lr = 0.005});
  EXPECT_LT(history.curve("train_loss").back(), 0.8 * history.curve("train_loss").front());
  EXPECT_LT(history.curve("error_rate").back(), 0.25);
  // The classifier, which never saw a drawn image, is the judge of the decoder.
  const ModeGuard mode = ModeGuard::evaluation(model);
  std::size_t right = 0;
  for (std::size_t label = 0; label < 10; ++label) {
    Tape tape(Tape::Gradients::off);
    Var images = model.decode(tape.constant(model.sample_codes(50, label, rng)));
    const Tensor chosen = top_k_mask(model.classifier(images), 1).value();
    for (std::size_t i = 0; i < 50; ++i) right += chosen(i, label) == 1;
  }
  EXPECT_GT(right, 350u);
}

}  // namespace
}  // namespace hourglass::testing
