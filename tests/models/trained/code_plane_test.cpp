#include "hourglass/models/trained/code_plane.hpp"

#include <gtest/gtest.h>

#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/trained/model_file.hpp"
#include "hourglass/nn/files/safetensors.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// Codes that vary by `widths` along the axes.
Tensor codes_of(std::size_t count, const std::vector<double>& widths, std::uint64_t seed = 1) {
  Tensor codes = filled({count, widths.size()});
  Rng rng(seed);
  rng.fill_normal(codes, 0, 1);
  for (std::size_t i = 0; i < codes.size(); ++i)
    codes.data()[i] *= static_cast<Scalar>(widths[i % widths.size()]);
  return codes;
}

TEST(CodePlane, LiesAlongTheDirectionsInWhichCodesVaryMost) {
  const auto plane = fit_code_plane(codes_of(2000, {0.1, 3, 0.2, 1}));
  ASSERT_TRUE(plane);
  EXPECT_NEAR(plane->components(1, 0), 1, 0.01);
  EXPECT_NEAR(plane->components(3, 1), 1, 0.01);
}

TEST(CodePlane, IsNotMirroredFromOneFitToTheNext) {
  for (std::uint64_t seed = 1; seed < 9; ++seed) {
    const auto plane = fit_code_plane(codes_of(500, {2, 0.5, 4}, seed));
    EXPECT_NEAR(plane->components(2, 0), 1, 0.05) << "seed " << seed;
    EXPECT_NEAR(plane->components(0, 1), 1, 0.05) << "seed " << seed;
  }
}

TEST(CodePlane, LeavesCodesOutThatAreNotFinite) {
  Tensor codes = codes_of(300, {2, 1, 0.1});
  const auto clean = fit_code_plane(codes);
  Tensor more = filled({301, 3}, std::numeric_limits<Scalar>::quiet_NaN());
  std::copy_n(codes.data(), codes.size(), more.data());
  EXPECT_TRUE(is_same(fit_code_plane(more)->components, clean->components));
  EXPECT_FALSE(fit_code_plane(filled({4, 3}, std::numeric_limits<Scalar>::infinity())));
}

TEST(CodePlane, IsNoneWhereACodeIsASingleNumberOrThereAreNoCodes) {
  EXPECT_FALSE(fit_code_plane(codes_of(10, {1})));
  EXPECT_FALSE(fit_code_plane(filled({0, 5})));
}

/// A model of two layers in its file, with the plane of its codes.
class KeptPlane : public ::testing::Test {
 protected:
  KeptPlane() {
    Rng rng(5);
    model = make_model(config, rng);
    const Tensor x = random_tensor({50, 12}, 1, 0, 1);
    std::vector<Scalar> numbers(x.begin(), x.end());
    plane = fit_code_plane(*model, Dataset("rows", {12}, numbers, {}, {}));
    Derived derived;
    store_code_plane(*plane, derived);
    save_model(file, *model, config, derived);
  }

  TestFolder folder;
  const std::filesystem::path file = folder / "model.safetensors";
  const Config config = Config::parse(
      "[run]\nmodel = \"vanilla\"\nexample_shape = [12]\n[model]\nlatent = 3\nhidden = [5]\n",
      "test");
  std::unique_ptr<Autoencoder> model;
  std::optional<Pca> plane;
};

TEST_F(KeptPlane, ComesBackFromTheModelsFileBitForBit) {
  const auto kept = stored_code_plane(load_model(file));
  ASSERT_TRUE(kept);
  EXPECT_TRUE(is_same(kept->mean, plane->mean));
  EXPECT_TRUE(is_same(kept->components, plane->components));
}

TEST_F(KeptPlane, IsLeftOutWhereTheWeightsAreOthersByNow) {
  TensorFile saved = read_safetensors(file);
  saved.tensors.at("encoder.0.bias")(0) += 1;
  std::vector<NamedTensor> tensors;
  for (const auto& [name, value] : saved.tensors) tensors.push_back({name, &value});
  write_safetensors(file, tensors, saved.metadata);
  EXPECT_FALSE(stored_code_plane(load_model(file)));
}

TEST_F(KeptPlane, IsNoneInAFileThatHoldsWeightsAlone) {
  save_model(file, *model, config);
  EXPECT_FALSE(stored_code_plane(load_model(file)));
}

}  // namespace
}  // namespace hourglass::testing
