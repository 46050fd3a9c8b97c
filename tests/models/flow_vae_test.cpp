#include "hourglass/models/flow_vae.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "hourglass/nn/training/optimizers.hpp"
#include "tests/models/variational_figures.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr std::size_t pixels = 6;

FlowVaeOptions options(const std::string& flow, std::size_t steps = 4) {
  return {.vae = {.network = {.latent = 2, .hidden = {8}, .activation = "tanh"}},
          .flow = flow,
          .steps = steps,
          .flow_hidden = {7}};
}

/// A model whose flow does a lot, since its weights are large. It begins wide, so that importance
/// weights are bounded.
std::unique_ptr<FlowVae> make(const FlowVaeOptions& options) {
  Rng rng(1);
  auto model = std::make_unique<FlowVae>(Shape{pixels}, options, rng);
  for (Parameter* parameter : model->parameters())
    if (!parameter->name.starts_with("decoder")) parameter->value *= Scalar(2);
  for (std::size_t j = 2; j < 4; ++j) model->encoder.parameters().back()->value(j) += 2;  // ln σ²
  model->eval();
  return model;
}

class FlowVaeTest : public ::testing::TestWithParam<const char*> {};

TEST_P(FlowVaeTest, IsADistributionOfImages) {
  const auto model = make(options(GetParam()));
  EXPECT_NEAR(probability_of_all(*model, pixels, 5000), 1, 0.02);
}

TEST_P(FlowVaeTest, MinimisesWhatItsFormulaSays) {
  FlowVaeOptions grey = options(GetParam());
  grey.vae.likelihood.binarize = false;
  const auto model = make(grey);
  const Tensor x = random_tensor({5, pixels}, 2, 0, 1);
  Tape tape(Tape::Gradients::off);
  Rng rng(3), same(3);
  const Loss loss = model->loss(tape, x, rng);
  // With one draw the weight is p(x | z) p(z) / q(z | x): the loss is its mean logarithm.
  Var weights = model->log_weights(tape.constant(x), x, 1, same);
  EXPECT_NEAR(loss.total.item(), -mean(weights).item(), 64 * epsilon);
  EXPECT_NEAR(loss.total.item(), term(loss, "reconstruction_nats") + term(loss, "kl_nats"),
              64 * epsilon);
}

TEST_P(FlowVaeTest, DividesItsKlAmongTheDimensions) {
  FlowVaeOptions grey = options(GetParam());
  grey.vae.likelihood.binarize = false;
  const auto model = make(grey);
  const Tensor x = random_tensor({5, pixels}, 2, 0, 1);
  Tape tape(Tape::Gradients::off);
  Rng rng(3), same(3);
  Var each = model->kl_per_dimension(tape.constant(x), rng);
  EXPECT_EQ(each.shape(), (Shape{5, 2}));
  EXPECT_NEAR(mean(sum(each, {1})).item(), term(model->loss(tape, x, same), "kl_nats"),
              256 * epsilon);
}

TEST_P(FlowVaeTest, EncodesByMovingTheMean) {
  const auto model = make(options(GetParam())), without = make(options(GetParam(), 0));
  Tape tape(Tape::Gradients::off);
  Var x = tape.constant(random_tensor({5, pixels}, 2, 0, 1));
  EXPECT_FALSE(is_same(model->encode(x).value(), model->posterior(x).mean.value()));
  EXPECT_TRUE(is_same(without->encode(x).value(), without->posterior(x).mean.value()));
}

/// How much the bound misses, with a fixed decoder whose posteriors are bent: encoder and flow are
/// trained on images that the decoder has drawn.
double gap(const std::string& flow, std::size_t steps) {
  FlowVaeOptions wider = options(flow, steps);
  wider.vae.network.hidden = {32};
  wider.flow_hidden = {32};
  Rng rng(1), same(2);
  FlowVae model({12}, wider, rng);
  std::vector<Parameter*> trained;
  for (Parameter* parameter : model.parameters()) {
    if (parameter->name.starts_with("decoder"))
      same.fill_normal(parameter->value, 0, 1);
    else
      trained.push_back(parameter);
  }
  Tape tape;
  const Tensor images = model.decode(tape.constant(model.sample_codes(500, same))).value();
  const Tensor x = binarize(tape, images, same).value();
  Adam adam(trained, {.lr = 3e-3});
  for (std::size_t step = 0; step < 1500; ++step) {
    tape.reset();
    for (Parameter* parameter : model.parameters()) parameter->zero_grad();
    tape.backward(model.loss(tape, x, rng).total);
    adam.step();
  }
  tape.reset();
  Var weights = model.log_weights(tape.constant(x), x, 500, rng);
  Var evidence = logsumexp(weights, {0}) - Scalar(std::log(500.));
  return (mean(evidence) - mean(weights)).item();
}

TEST(FlowVae, MissesLessOfTheLikelihoodThanANormalPosterior) {
  const double normal = gap("planar", 0), planar = gap("planar", 8), iaf = gap("iaf", 4);
  const std::string text = std::to_string(normal) + " nats, planar " + std::to_string(planar) +
                           ", iaf " + std::to_string(iaf);
  EXPECT_LT(planar, 0.7 * normal) << text;
  EXPECT_LT(iaf, 0.7 * normal) << text;
  RecordProperty("gap", text);
}

TEST(FlowVae, RefusesOptionsThatMakeNoFlow) {
  const auto refusal = [](FlowVaeOptions wrong) {
    return message_of<ConfigError>([&] { make(wrong); });
  };
  EXPECT_PRED2(contains, refusal(options("radial")), "there are planar, iaf");
  EXPECT_EQ(refusal(options("iaf", 2000)),
            "model.steps is 2000, but must be at least 0 and at most 1000");
  FlowVaeOptions empty = options("iaf");
  empty.vae.network.latent = 0;
  EXPECT_EQ(refusal(empty), "model.latent is 0, but must be at least 1");
  empty = options("iaf");
  empty.flow_hidden = {0};
  EXPECT_PRED2(contains, refusal(empty), "has 0 units");
}

INSTANTIATE_TEST_SUITE_P(Each, FlowVaeTest, ::testing::Values("planar", "iaf"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace hourglass::testing
