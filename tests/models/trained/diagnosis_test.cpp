#include "hourglass/models/trained/diagnosis.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/datasets/batches.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/core/code_metrics.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/vanilla.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/models/mirror_model.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/small_models.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

class Diagnosis : public ::testing::Test {
 protected:
  void SetUp() override { set_threads(1); }  // tests run side by side already
  void TearDown() override { set_threads(threads_before_); }

  std::unique_ptr<Autoencoder> make(const std::string& name,
                                    const std::vector<std::string>& settings = {}) {
    Rng rng(1);
    return make_model(
        small_config(name, train.example_shape(),
                     {.latent = "8", .hidden = "[64]", .channels = "[4, 8]"}, settings),
        rng);
  }

  /// What there is to warn of after a short training.
  std::vector<Warning> after_training(Autoencoder& model, double lr = 0.004,
                                      std::size_t epochs = 4) {
    Trainer trainer(model, {.epochs = epochs, .lr = lr}, Rng(2));
    Batches batches(train, 50, Rng(3));
    Progress quiet(Progress::Show::nothing);
    trainer.fit(batches, quiet);
    return diagnose(model, test, trainer.history(), Rng(4));
  }

  std::vector<Warning> of_untrained(Autoencoder& model) {
    return diagnose(model, test, {}, Rng(4));
  }

  /// Expects one warning, of this failure, that names the figure and what helps.
  static void expect_only(const std::vector<Warning>& found, Warning::Failure failure,
                          const std::string& figure, const std::string& help) {
    ASSERT_EQ(found.size(), 1u) << (found.size() > 1 ? found[0].text + "\n" + found[1].text : "");
    EXPECT_EQ(found[0].failure, failure) << found[0].text;
    EXPECT_PRED2(contains, found[0].text, figure);
    EXPECT_PRED2(contains, found[0].text, help);
    EXPECT_EQ(found[0].text.find('\n'), std::string::npos);
  }

  static Tensor& weight(Module& model, const std::string& name) {
    for (Parameter* parameter : model.parameters())
      if (parameter->name == name) return parameter->value;
    for (const Buffer& buffer : model.buffers())
      if (buffer.name == name) return *buffer.value;
    throw Error("no weight " + name);
  }

  const Dataset train = load_dataset("mnist?limit=2000", Split::train),
                test = load_dataset("mnist?limit=500", Split::test);

 private:
  const int threads_before_ = threads();
};

TEST_F(Diagnosis, SaysThatAStrongKlMakesThePosteriorCollapse) {
  const auto model = make("beta-vae", {"beta=100.0"});
  const std::vector<Warning> found = after_training(*model);
  ASSERT_FALSE(found.empty());
  expect_only({found[0]}, Warning::Failure::posterior_collapse, "active_units is 0 of 8", "beta");
  EXPECT_EQ(metric(evaluate(*model, test, Rng(1)), "active_units"), 0);
}

TEST_F(Diagnosis, SaysThatVectorsFarFromAllCodesAreDead) {
  const auto model = make("vq-vae");
  Tensor& vectors = weight(*model, "codebook.vectors");
  for (std::size_t i = 0; i < vectors.shape()[0]; ++i)
    for (std::size_t k = 0; k < vectors.shape()[1]; ++k)
      if (i > 20) vectors(i, k) = 1000;
  const std::vector<Warning> found = of_untrained(*model);
  ASSERT_FALSE(found.empty());
  const bool told = std::any_of(found.begin(), found.end(), [](const Warning& warning) {
    return warning.failure == Warning::Failure::dead_codes &&
           contains(warning.text, "codes_used is") && contains(warning.text, "reset");
  });
  EXPECT_TRUE(told);
  EXPECT_LE(metric(evaluate(*model, test, Rng(1)), "codes_used"), 21);
}

TEST_F(Diagnosis, SaysThatNumbersOfTheCodeAreDead) {
  const auto model = make("vanilla");
  after_training(*model);
  Tensor& last = weight(*model, "encoder.2.weight");
  std::fill_n(last.data(), last.size() / 2, Scalar(0));
  expect_only(of_untrained(*model), Warning::Failure::dead_features, "4 of 8", "smaller lr");
}

TEST_F(Diagnosis, SaysThatTheLossStandsStill) {
  const auto model = make("vanilla");
  const std::vector<Warning> found = after_training(*model, 1e-12);
  ASSERT_FALSE(found.empty());
  expect_only({found.back()}, Warning::Failure::standstill, "train_loss", "lr");
}

TEST_F(Diagnosis, SaysThatTheOutputIsSaturated) {
  const auto model = make("vanilla");
  after_training(*model);
  Tensor& bias = weight(*model, "decoder.2.bias");
  for (std::size_t i = 0; i < bias.size(); ++i) bias(i) = i % 2 ? 1000 : -1000;
  expect_only(of_untrained(*model), Warning::Failure::saturated, "squared_error_per_image",
              "clip_norm");
}

TEST_F(Diagnosis, SaysThatAllImagesAreRebuiltAsOne) {
  const auto model = make("vanilla");
  after_training(*model);
  weight(*model, "decoder.2.weight").fill(0);
  expect_only(of_untrained(*model), Warning::Failure::same_for_all, "variance", "smaller lr");
}

TEST_F(Diagnosis, SaysThatTheDecoderIgnoresTheClass) {
  const auto model = make("conditional-vae");
  after_training(*model);
  Tensor& first = weight(*model, "decoder.0.weight");
  for (std::size_t i = 0; i < first.shape()[0]; ++i)
    for (std::size_t k = first.shape()[1] - model->classes(); k < first.shape()[1]; ++k)
      first(i, k) = 0;
  expect_only(of_untrained(*model), Warning::Failure::ignores_class, "class", "epochs");
}

TEST_F(Diagnosis, SaysThatACodeAsWideAsTheDataNeedNotLearn) {
  const auto model = make("vanilla", {"latent=784"});
  std::vector<Warning> found = after_training(*model, 0.001, 1);
  std::erase_if(found, [](const Warning& warning) {
    return warning.failure != Warning::Failure::no_bottleneck;
  });
  expect_only(found, Warning::Failure::no_bottleneck, "784 numbers and an example 784",
              "latent = 261");
}

TEST_F(Diagnosis, AllowsAWideCodeThatNoiseOrAPenaltyNarrows) {
  for (const char* name : {"denoising", "sparse"}) {
    const auto model = make(name, {"latent=800"});
    for (const Warning& warning : of_untrained(*model))
      EXPECT_NE(warning.failure, Warning::Failure::no_bottleneck) << name;
  }
}

TEST_F(Diagnosis, SaysNothingOfHealthyModels) {
  for (const char* name : {"vanilla", "vae", "vq-vae", "conditional-vae"}) {
    const auto model = make(name);
    for (const Warning& warning : after_training(*model))
      ADD_FAILURE() << name << ": " << warning.text;
  }
}

// ---- models that nothing but this test knows ----

struct Regularized : Mirror {
  bool is_regularized() const override { return true; }
};
struct OneVectorForAll : Regularized {
  std::size_t codebook_size() const override { return 4; }
  std::size_t code_positions() const override { return 1; }
  Var code_indices(Var x) override { return x.tape().constant(filled({x.shape()[0], 1})); }
};
struct OneClassForAll : Regularized {
  std::size_t classes() const override { return 2; }
  Tensor sample_codes(std::size_t count, std::size_t, Rng& rng) override {
    return Mirror::sample_codes(count, rng);
  }
};
struct SameForAll : Regularized {
  Var decode(Var code) override { return code * 0 + Scalar(0.5); }
};
struct FirstNumber : Mirror {
  std::size_t latent() const override { return 1; }
  Var encode(Var x) override { return slice(x, 1, 0, 1); }
};
struct Classifier : FirstNumber {
  bool is_classifier() const override { return true; }
};

TEST_F(Diagnosis, WarnsOfANewModelAsItsAnswersSay) {
  const auto failures_of = [](Autoencoder&& model) {
    std::vector<Warning::Failure> failures;
    for (const Warning& warning : diagnose(model, two_classes(), {}, Rng(1)))
      failures.push_back(warning.failure);
    return failures;
  };
  using Failures = std::vector<Warning::Failure>;
  EXPECT_EQ(failures_of(Mirror()), Failures{Warning::Failure::no_bottleneck});
  EXPECT_EQ(failures_of(Regularized()), Failures{});
  EXPECT_EQ(failures_of(OneVectorForAll()), Failures{Warning::Failure::dead_codes});
  EXPECT_EQ(failures_of(OneClassForAll()), Failures{Warning::Failure::ignores_class});
  EXPECT_EQ(failures_of(SameForAll()), Failures{Warning::Failure::same_for_all});
}

TEST_F(Diagnosis, ComparesWithPcaAnyModelWhoseCodeIsNotMadeForClasses) {
  const Metrics figures = {{"squared_error_per_image", 1}};
  FirstNumber plain;
  const std::optional<Warning> warning = loses_to_pca(plain, two_classes(), figures, 0.1);
  ASSERT_TRUE(warning);
  EXPECT_EQ(warning->failure, Warning::Failure::loses_to_baseline);
  Classifier classifier;
  EXPECT_FALSE(loses_to_pca(classifier, two_classes(), figures, 0.1));
}

// ---- the figures ----

TEST_F(Diagnosis, CountsTheVectorsOfACodebookAndTheirEvenness) {
  EXPECT_NEAR((CodebookUse{{5, 5, 0, 5, 5}}.perplexity()), 4, 1e-12);
  EXPECT_EQ((CodebookUse{{5, 5, 0, 5, 5}}.used()), 4u);
  EXPECT_NEAR((CodebookUse{{7, 0, 0}}.perplexity()), 1, 1e-12);
  EXPECT_NEAR((CodebookUse{{3, 1}}.perplexity()),
              std::exp(-0.75 * std::log(0.75) - 0.25 * std::log(0.25)), 1e-12);
}

TEST_F(Diagnosis, TakesTheMeanOfEachNumbersKlAndTheVarianceOfItsMean) {
  const auto model = make("vae", {"binarize=false"});
  Variational& variational = *model->variational();
  const ModeGuard mode = ModeGuard::evaluation(*model);
  Tape tape(Tape::Gradients::off);
  Tensor rows;
  test.read_rows(0, test.size(), rows);
  Rng rng(1);
  const Tensor kl = variational.kl_per_dimension(tape.constant(rows), rng).value(),
               codes = model->encode(tape.constant(rows)).value();
  const std::vector<double> means = kl_per_dimension(variational, test, Rng(1)),
                            variances = code_variances(*model, test);
  const auto n = static_cast<double>(test.size());
  for (std::size_t k = 0; k < 8; ++k) {
    double sum = 0, mean = 0, squares = 0;
    for (std::size_t i = 0; i < test.size(); ++i) {
      sum += kl(i, k) / n;
      mean += codes(i, k) / n;
    }
    for (std::size_t i = 0; i < test.size(); ++i) squares += std::pow(codes(i, k) - mean, 2) / n;
    EXPECT_NEAR(means.at(k), sum, 1e-5 * (1 + sum));
    EXPECT_NEAR(variances.at(k), squares, 1e-5 * (1 + squares));
  }
  EXPECT_EQ(count_active({0.5, 0.02, 0.009, 0}), 2u);
}

}  // namespace
}  // namespace hourglass::testing
