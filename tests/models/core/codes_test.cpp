#include "hourglass/models/core/codes.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/models/applications/generation.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/registry.hpp"
#include "tests/models/mirror_model.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

Dataset small_images(std::size_t count) {
  std::vector<std::uint8_t> bytes(count * 16);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 % 251);
  return Dataset("small", {1, 4, 4}, std::move(bytes));
}

std::unique_ptr<Autoencoder> small_model(const std::string& name, const Shape& example_shape) {
  Config config;
  find_model(name).write_defaults(config);
  Rng rng(1);
  return find_model(name).make(config, example_shape, rng);
}

TEST(Codes, ManyExamplesHaveTheCodesAndReconstructionsOfEachAlone) {
  const auto model = small_model("vanilla", {1, 4, 4});
  const Dataset data = small_images(1203);
  const Tensor codes = encode_all(*model, data), rebuilt = decode_all(*model, codes);
  ASSERT_EQ(codes.shape(), (Shape{1203, model->latent()}));
  ASSERT_EQ(rebuilt.shape(), (Shape{1203, 16}));
  for (std::size_t i : {0, 499, 500, 1202}) {
    Tensor x;
    data.read_rows(i, 1, x);
    Tape tape;
    Var code = model->encode(tape.constant(x));
    Var again = model->decode(code);
    for (std::size_t k = 0; k < model->latent(); ++k)
      EXPECT_NEAR(codes(i, k), code.value()(0, k), 1e-4) << i;
    for (std::size_t k = 0; k < 16; ++k) EXPECT_NEAR(rebuilt(i, k), again.value()(0, k), 1e-4) << i;
  }
}

TEST(Codes, AnInterpolationBeginsAndEndsAtTheReconstructionsOfItsEnds) {
  const auto model = small_model("vanilla", {1, 4, 4});
  Tensor ends;
  small_images(2).read_rows(0, 2, ends);
  const Tensor between = interpolate(*model, ends, 5), rebuilt = reconstruct(*model, ends);
  ASSERT_EQ(between.shape(), (Shape{5, 16}));
  for (std::size_t k = 0; k < 16; ++k) {
    EXPECT_NEAR(between(0, k), rebuilt(0, k), 1e-4);
    EXPECT_NEAR(between(4, k), rebuilt(1, k), 1e-4);
  }
  EXPECT_EQ(interpolate(*model, ends, 1).shape(), (Shape{1, 16}));
}

/// Knows three classes; a code is (class, noise), an example the same two numbers.
class ThreeClasses : public Mirror {
 public:
  std::size_t classes() const override { return 3; }
  Tensor sample_codes(std::size_t count, std::size_t label, Rng& rng) override {
    Tensor codes = Mirror::sample_codes(count, rng);
    for (std::size_t i = 0; i < count; ++i) codes(i, 0) = static_cast<Scalar>(label);
    return codes;
  }
};

TEST(Codes, SamplesOfAllClassesComeInEqualSharesWithTheirLabels) {
  ThreeClasses model;
  Rng rng(5);
  for (std::size_t count : {1, 2, 7, 1500}) {
    const Samples samples = draw_samples(model, count, {}, rng);
    ASSERT_EQ(samples.examples.shape(), (Shape{count, 2}));
    ASSERT_EQ(samples.labels.size(), count);
    std::size_t of_class[3] = {};
    for (std::size_t i = 0; i < count; ++i) {
      EXPECT_EQ(samples.examples(i, 0), samples.labels[i]);
      ++of_class[samples.labels[i]];
    }
    EXPECT_LE(of_class[0] - of_class[2], 1u) << count;
  }
}

TEST(Codes, SamplesOfOneClassAreAllOfIt) {
  ThreeClasses model;
  Rng rng(5);
  const Samples samples = draw_samples(model, 40, 2, rng);
  EXPECT_EQ(samples.labels, std::vector<std::uint8_t>(40, 2));
  for (std::size_t i = 0; i < 40; ++i) EXPECT_EQ(samples.examples(i, 0), 2);
  EXPECT_THROW(draw_samples(model, 4, 3, rng), ConfigError);
}

TEST(Codes, AModelWithoutClassesDrawsExamplesWithoutLabels) {
  const auto vae = small_model("vae", {1, 4, 4}), vanilla = small_model("vanilla", {1, 4, 4});
  Rng rng(5), same(5);
  const Samples samples = draw_samples(*vae, 700, {}, rng);
  EXPECT_EQ(samples.examples.shape(), (Shape{700, 16}));
  EXPECT_TRUE(samples.labels.empty());
  EXPECT_TRUE(is_same(draw_samples(*vae, 700, {}, same).examples, samples.examples));
  EXPECT_THROW(draw_samples(*vae, 3, 1, rng), ConfigError);
  EXPECT_THROW(draw_samples(*vanilla, 3, {}, rng), ConfigError);
}

TEST(Codes, EveryModelSaysWhetherItCanSample) {
  for (const ModelInfo& info : model_registry()) {
    const auto model = small_model(info.name, {1, 12, 12});
    Rng rng(3);
    if (!model->can_sample()) {
      EXPECT_THROW(model->sample_codes(2, rng), ConfigError) << info.name;
    } else if (model->classes() > 0) {
      EXPECT_EQ(model->sample_codes(2, 1, rng).shape(), (Shape{2, model->latent()})) << info.name;
    } else {
      EXPECT_EQ(model->sample_codes(2, rng).shape(), (Shape{2, model->latent()})) << info.name;
    }
  }
}

}  // namespace
}  // namespace hourglass::testing
