#include "hourglass/models/made.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "hourglass/models/statistics/classification.hpp"
#include "tests/models/short_training.hpp"
#include "tests/models/terms.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// All 2^F images of F pixels that are 0 or 1.
Tensor all_images(std::size_t pixels) {
  Tensor images = filled({std::size_t{1} << pixels, pixels});
  for (std::size_t i = 0; i < images.shape()[0]; ++i)
    for (std::size_t d = 0; d < pixels; ++d) images(i, d) = i >> d & 1 ? 1 : 0;
  return images;
}

/// A model whose pixels depend on each other, since its weights are large.
std::unique_ptr<Made> make(std::size_t pixels, MadeOptions options = {}) {
  options.network.hidden = {20, 15};
  Rng rng(1);
  auto model = std::make_unique<Made>(Shape{pixels}, options, rng);
  for (Parameter* parameter : model->parameters())
    if (parameter->name.ends_with("weight")) parameter->value *= Scalar(4);
  model->eval();
  return model;
}

const MadeOptions natural = {}, random_orders = {.order = "random", .masks = 3};

Tensor log_probabilities(Made& model, const Tensor& images) {
  Tape tape(Tape::Gradients::off);
  return model.log_likelihood(tape.constant(images)).value();
}

TEST(Made, PredictsEachPixelFromThoseBeforeItAlone) {
  const Tensor x = random_tensor({4, 10}, 2, 0, 1);
  for (MadeOptions options : {natural, random_orders})
    for (const char* likelihood : {"bernoulli", "discretized_logistic"}) {
      options.likelihood.likelihood = likelihood;
      const auto made = make(10, options);
      Made& model = *made;
      const Tensor& places = model.network.degrees().front();
      for (std::size_t mask = 0; mask < model.network.masks(); ++mask)
        for (std::size_t changed = 0; changed < 10; ++changed) {
          Tape tape(Tape::Gradients::off);
          Tensor other = x;
          for (std::size_t i = 0; i < 4; ++i) other(i, changed) = 1 - x(i, changed);
          const Tensor before = model.network.forward(tape.constant(x), mask).value();
          const Tensor after = model.network.forward(tape.constant(other), mask).value();
          for (std::size_t j = 0; j < before.shape()[1]; ++j) {
            if (places(mask, j % 10) > places(mask, changed)) continue;
            for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(after(i, j), before(i, j));
          }
        }
    }
}

TEST(Made, IsADistributionOfImages) {
  for (const MadeOptions& options : {natural, random_orders}) {
    const auto made = make(10, options);
    Made& model = *made;
    double sum = 0, least = 1;
    for (Scalar log_p : log_probabilities(model, all_images(10))) {
      sum += std::exp(double(log_p));
      least = std::min(least, std::exp(double(log_p)));
    }
    EXPECT_NEAR(sum, 1, 1e-5);
    EXPECT_LT(least, 1e-5);  // not one that is even
  }
}

TEST(Made, IsADistributionOfGreyImages) {
  for (const char* likelihood : {"discretized_logistic", "ordinal"}) {
    const auto made = make(2, {.likelihood = {.likelihood = likelihood}});
    Made& model = *made;
    Tensor levels = filled({65536, 2});
    for (std::size_t i = 0; i < 65536; ++i) {
      levels(i, 0) = static_cast<Scalar>(i / 256) / 255;
      levels(i, 1) = static_cast<Scalar>(i % 256) / 255;
    }
    double sum = 0;
    for (Scalar log_p : log_probabilities(model, levels)) sum += std::exp(double(log_p));
    EXPECT_NEAR(sum, 1, 1e-4) << likelihood;
  }
}

TEST(Made, MinimisesWhatItsFormulaSays) {
  const auto made = make(10);
  Made& model = *made;
  const Tensor x = random_tensor({6, 10}, 1, 0, 1);
  Tape tape(Tape::Gradients::off);
  Rng rng(7), same(7);
  const Loss loss = model.loss(tape, x, rng);
  const Tensor seen = model.likelihood->observe(tape, x, same).value();
  const Tensor p = model.decode(tape.constant(seen)).value();
  double nll = 0;
  for (std::size_t i = 0; i < seen.size(); ++i)
    nll -= std::log(seen.data()[i] > 0 ? double(p.data()[i]) : 1 - double(p.data()[i])) / 6;
  EXPECT_NEAR(term(loss, "nll_nats"), nll, 256 * epsilon * nll);
  EXPECT_NEAR(term(loss, "bits_per_dim"), nll / 10 / std::numbers::ln2, 256 * epsilon * nll);
  EXPECT_EQ(loss.total.item(), term(loss, "nll_nats"));
}

TEST(Made, TakesItsMasksInTurnAndIsTheirMixtureAfterwards) {
  const auto made = make(10, random_orders);
  Made& model = *made;
  const Tensor x = all_images(10);
  Tape tape(Tape::Gradients::off);
  const auto loss = [&] {
    Rng rng(7);
    return model.loss(tape, x, rng).total.item();
  };
  const double mixture = loss();
  model.train();
  std::vector<double> one_mask;
  for (std::size_t step = 0; step < 6; ++step) {
    model.before_step(step, 6);
    one_mask.push_back(loss());
  }
  for (std::size_t step : {3, 4, 5}) EXPECT_EQ(one_mask[step], one_mask[step - 3]);
  EXPECT_NE(one_mask[1], one_mask[0]);
  EXPECT_LT(mixture, (one_mask[0] + one_mask[1] + one_mask[2]) / 3);  // by Jensen's inequality
  std::vector<Tensor> each;
  for (std::size_t m : {0, 1, 2}) each.push_back(model.log_likelihood(tape.constant(x), m).value());
  const Tensor mean = log_probabilities(model, x);
  for (std::size_t i = 0; i < mean.size(); ++i)
    EXPECT_NEAR(std::exp(double(mean(i))),
                (std::exp(double(each[0](i))) + std::exp(double(each[1](i))) +
                 std::exp(double(each[2](i)))) /
                    3,
                16 * epsilon);
}

TEST(Made, DrawsImagesAsOftenAsItsLikelihoodSays) {
  constexpr std::size_t count = 20'000;
  for (const MadeOptions& options : {natural, random_orders}) {
    const auto made = make(5, options);
    Made& model = *made;
    Rng rng(3);
    const Tensor drawn = model.sample_codes(count, rng);
    std::vector<double> frequency(32);
    for (std::size_t i = 0; i < count; ++i) {
      std::size_t image = 0;
      for (std::size_t d = 0; d < 5; ++d) image += drawn(i, d) > 0 ? std::size_t{1} << d : 0;
      frequency[image] += 1.0 / count;
    }
    const Tensor log_p = log_probabilities(model, all_images(5));
    for (std::size_t image = 0; image < 32; ++image) {
      const double p = std::exp(double(log_p(image)));
      EXPECT_NEAR(frequency[image], p, 5 * std::sqrt(p * (1 - p) / count)) << image;
    }
  }
}

TEST(Made, ShowsWithWhatProbabilityEachPixelWasDrawn) {
  constexpr std::size_t count = 20'000;
  const auto made = make(5);
  Made& model = *made;
  Rng rng(3), same(3);
  const Tensor drawn = model.sample_codes(count, rng), shown = model.sample(count, same);
  for (std::size_t d = 0; d < 5; ++d) {
    double surprise = 0, variance = 0;
    for (std::size_t i = 0; i < count; ++i) {
      surprise += (double(drawn(i, d)) - shown(i, d)) / count;
      variance += double(shown(i, d)) * (1 - shown(i, d)) / count;
    }
    EXPECT_NEAR(surprise, 0, 5 * std::sqrt(variance / count));
  }
  EXPECT_TRUE(is_picture(shown));
}

TEST(Made, IsNoLikelihoodOfGreyPixelsThatAreNotDrawn) {
  const auto made = make(10, {.likelihood = {.binarize = false}});
  Made& model = *made;
  Tape tape(Tape::Gradients::off);
  Rng rng(7);
  const Loss loss = model.loss(tape, random_tensor({6, 10}, 1, 0, 1), rng);
  EXPECT_EQ(loss.term_count, 1u);
  EXPECT_EQ(term(loss, "cross_entropy_nats"), loss.total.item());
}

// Of 16 pixels 4 are drawn, and each is followed by three copies: 4 bits an image, and alone 16.
TEST(Made, LearnsWhatFollowsFromThePixelsBeforeInAnyOrder) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < 16; ++i)
    for (std::size_t d = 0; d < 16; ++d) bytes.push_back(i >> (d / 4) & 1 ? 255 : 0);
  const Dataset copies("copies", {16}, bytes);
  for (const char* order : {"natural", "random"}) {
    Rng rng(1);
    Made model({16}, {.network = {.hidden = {32}}, .order = order}, rng);
    Trainer trainer(model, {.epochs = 1000, .lr = 0.02}, Rng(2));
    Batches batches(copies, 16, Rng(3));
    Progress quiet(Progress::Show::nothing);
    trainer.fit(batches, quiet);
    const Metrics metrics = evaluate(model, copies, Rng(4));
    EXPECT_LT(metric(metrics, "bits_per_dim"), 1.1 * 4 / 16) << order;
    EXPECT_GT(metric(metrics, "bits_per_dim"), 4.0 / 16 - 1e-4) << order << ": less than there is";
  }
}

TEST(Made, NeedsFewerBitsForDigitsThanTheirPixelsOneByOne) {
  const Dataset train = load_dataset("mnist?limit=2000", Split::train);
  const Tensor images = to_tensor(train);
  std::vector<double> white(784);
  for (std::size_t i = 0; i < images.size(); ++i) white[i % 784] += images.data()[i] / 2000;
  double alone = 0;
  for (double p : white)
    if (p > 0 && p < 1) alone -= p * std::log(p) + (1 - p) * std::log(1 - p);
  Rng rng(1);
  Made model({784}, {.network = {.hidden = {64}}}, rng);
  const History history = train_on_digits(model, {.epochs = 5, .batch = 20, .lr = 0.003});
  EXPECT_LT(history.curve("nll_nats").back(), 0.75 * alone);
}

TEST(Made, RefusesOptionsThatMakeNoDistribution) {
  const auto error = [](const MadeOptions& options) {
    return message_of<ConfigError>([&] {
      Rng rng(1);
      Made({10}, options, rng);
    });
  };
  EXPECT_EQ(error({.masks = 0}), "model.masks is 0, but must be at least 1");
  EXPECT_PRED2(contains, error({.order = "backwards"}), "backwards");
  EXPECT_PRED2(contains, error({.network = {.hidden = {0}}}), "must have at least 1");
}

}  // namespace
}  // namespace hourglass::testing
