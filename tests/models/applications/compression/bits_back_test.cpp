#include "hourglass/models/applications/compression/bits_back.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/models/applications/compression/latent_bins.hpp"
#include "hourglass/models/vae.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t features = 12;

/// A small model of images of 3×4 pixels that has learnt nothing: its weights are random, and
/// larger than a trained one's.
Vae small_vae(const std::string& likelihood) {
  Rng rng(7);
  return Vae({1, 3, 4},
             {.network = {.latent = 3, .hidden = {8}}, .likelihood = {.likelihood = likelihood}},
             rng);
}

/// Images of one of several kinds: noise, black, white, black and white, zeros and ones, one grey,
/// mostly black.
Bytes random_images(Rng& rng, std::size_t count) {
  Bytes bytes(count * features);
  const std::uint32_t kind = rng.below(7), grey = rng.below(256);
  for (std::uint8_t& byte : bytes) {
    const std::uint32_t noise = rng.below(256);
    const std::array<std::uint32_t, 7> kinds = {
        noise, 0, 255, noise % 2 * 255, noise % 2, grey, noise < 200 ? 0 : noise};
    byte = static_cast<std::uint8_t>(kinds[kind]);
  }
  return bytes;
}

/// The images of many such files one after the other.
Bytes mixed_images(Rng& rng, std::size_t files, std::size_t in_each) {
  Bytes images;
  for (std::size_t i = 0; i < files; ++i) {
    const Bytes more = random_images(rng, in_each);
    images.insert(images.end(), more.begin(), more.end());
  }
  return images;
}

class BitsBackOf : public ::testing::TestWithParam<std::string> {};

TEST_P(BitsBackOf, GivesBackFourThousandRandomFilesByteForByte) {
  Vae model = small_vae(GetParam());
  const BitsBack codec(model, features);
  Rng rng(1);
  for (int i = 0; i < 4000; ++i) {
    const std::size_t count = rng.below(4);
    const Bytes images = random_images(rng, count);
    const std::string stream = codec.encode(images).stream;
    ASSERT_EQ(codec.decode(stream, count), images) << "file " << i;
  }
}

TEST_P(BitsBackOf, GivesBackManyImagesInOneFile) {
  Vae model = small_vae(GetParam());
  const BitsBack codec(model, features);
  Rng rng(1);
  const Bytes images = mixed_images(rng, 500, 5);
  EXPECT_EQ(codec.decode(codec.encode(images).stream, 2500), images);
}

TEST_P(BitsBackOf, PartsOfTheCostAddUpToTheStream) {
  Vae model = small_vae(GetParam());
  const BitsBack codec(model, features);
  Rng rng(1);
  const Bytes images = mixed_images(rng, 3000, 1);
  const BitsBack::Coded coded = codec.encode(images);
  const double bits = 8 * static_cast<double>(coded.stream.size());
  EXPECT_NEAR(coded.costs.total(), bits, 1e-6 * bits);
  // Bins and whole frequencies cost next to nothing.
  EXPECT_LT(std::abs(coded.costs.discretisation), 0.002 * bits);
  EXPECT_LT(std::abs(coded.costs.precision), 0.005 * bits);
  EXPECT_LT(std::abs(coded.costs.draw), 0.02 * bits);
}

/// Means beyond the levels are what training leads to where most pixels are black, and what a coder
/// has to read as the model does.
TEST_P(BitsBackOf, TheFileIsHardlyLongerThanTheBoundWhereMeansLieBeyondTheLevels) {
  Vae model = small_vae(GetParam());
  const std::vector<Parameter*> parameters = model.decoder.parameters();
  parameters[parameters.size() - 2]->value *= Scalar(0.1);
  Tensor& bias = parameters.back()->value;
  const bool has_scales = bias.size() == 2 * features;
  for (std::size_t i = 0; i < bias.size(); ++i)
    bias(i) = i < features ? Scalar(has_scales ? -0.4 : -4) : Scalar(-2.5);
  const BitsBack codec(model, features);
  Rng rng(1);
  Bytes images(4000 * features);
  for (std::uint8_t& byte : images)
    byte = static_cast<std::uint8_t>(rng.below(50) ? 0 : rng.below(8));
  const BitsBack::Coded coded = codec.encode(images);
  // What a coin cannot tell, shades, is no part of the bound.
  const double bits = 8 * static_cast<double>(coded.stream.size()) - coded.costs.levels;
  EXPECT_LT(bits - coded.costs.bound, 0.02 * coded.costs.bound + coded.costs.initial);
}

TEST_P(BitsBackOf, IsTheSameOnOneThreadAndOnTwo) {
  Vae model = small_vae(GetParam());
  const BitsBack codec(model, features);
  Rng rng(1);
  const Bytes images = random_images(rng, 400);
  const int before = threads();
  set_threads(1);
  const std::string one = codec.encode(images).stream;
  const std::uint64_t arithmetic = codec.arithmetic();
  set_threads(2);
  EXPECT_EQ(codec.encode(images).stream, one);
  EXPECT_EQ(codec.arithmetic(), arithmetic);
  EXPECT_EQ(codec.decode(one, 400), images);
  set_threads(before);
}

TEST_P(BitsBackOf, SaysThatAStreamIsNotOneOfItsOwn) {
  Vae model = small_vae(GetParam());
  const BitsBack codec(model, features);
  Rng rng(1);
  const Bytes images = random_images(rng, 20);
  const std::string stream = codec.encode(images).stream;
  // Damaged streams that got past the checksum of their file: an error or other images, no crash.
  for (std::size_t i = 0; i < stream.size(); ++i) {
    std::string damaged = stream;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << i % 8));
    try {
      EXPECT_EQ(codec.decode(damaged, 20).size(), images.size());
    } catch (const Error&) {
    }
    EXPECT_THROW(codec.decode(stream.substr(0, i), 20), DataError) << i;
  }
  EXPECT_THROW(codec.decode(stream, 19), DataError);
  EXPECT_THROW(codec.decode(stream, 21), DataError);
  EXPECT_THROW(codec.decode(stream, 1 << 26), DataError);
}

std::vector<std::string> likelihoods_of_bytes() {
  std::vector<std::string> names;
  for (const auto& entry : likelihoods().entries())
    if (make_likelihood({.likelihood = entry.name})->level_probabilities())
      names.push_back(entry.name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(EachLikelihood, BitsBackOf, ::testing::ValuesIn(likelihoods_of_bytes()),
                         [](const auto& likelihood) { return likelihood.param; });

TEST(BitsBack, SaysWhichModelsItIsNotFor) {
  Vae gaussian = small_vae("gaussian");
  EXPECT_TRUE(contains(
      message_of<ConfigError>([&] { BitsBack(gaussian, features).encode(Bytes(features)); }),
      "train one with likelihood=bernoulli or likelihood=ordinal"));
}

TEST(LatentBins, AreEquallyLikelyByThePriorAndShareOutAnyPosterior) {
  const LatentBins bins;
  EXPECT_NEAR(bins.centre(LatentBins::count / 2), 0, 1e-3);
  EXPECT_NEAR(bins.centre(static_cast<std::uint32_t>(0.975 * LatentBins::count)), 1.96, 1e-2);
  Rng rng(1);
  for (const auto& [mean, deviation] :
       {std::pair{0.0, 1.0}, {3.0, 0.01}, {-1e30, 1e-9}, {1, 1e9}}) {
    AnsStack stack(rng.fork(0));
    std::vector<std::uint32_t> drawn;
    for (int i = 0; i < 2000; ++i) drawn.push_back(bins.pop(stack, {mean, deviation}));
    if (mean == 3) {
      double sum = 0;
      for (std::uint32_t k : drawn) sum += bins.centre(k) / 2000;
      EXPECT_NEAR(sum, 3, 0.005);
    }
    for (std::size_t i = drawn.size(); i-- > 0;) bins.push(stack, drawn[i], {mean, deviation});
    EXPECT_TRUE(stack.holds_only(rng.fork(0)));
  }
}

}  // namespace
}  // namespace hourglass::testing
