#include "hourglass/models/applications/compression/lossy.hpp"

#include <gtest/gtest.h>

#include <array>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/models/residual_vq.hpp"
#include "hourglass/models/vanilla.hpp"
#include "hourglass/models/vq_vae.hpp"
#include "hourglass/nn/files/safetensors.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hourglass::testing { namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t features = 12;

/// Dark images, to which tables are fitted: lighter ones have codes that no table foresees.
Dataset dark_images(std::size_t count) {
  Rng rng(3);
  Bytes bytes(count * features);
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(rng.below(60));
  return {"dark", {1, 3, 4}, bytes};
}

/// Noise, black, white, or dark like those.
Bytes random_images(Rng& rng, std::size_t count) {
  Bytes bytes(count * features);
  const std::uint32_t kind = rng.below(4);
  for (std::uint8_t& byte : bytes) {
    const std::array<std::uint32_t, 4> kinds = {rng.below(256), 0, 255, rng.below(60)};
    byte = static_cast<std::uint8_t>(kinds[kind]);
  }
  return bytes;
}

std::unique_ptr<Autoencoder> small_model(bool with_codebook) {
  Rng rng(5);
  std::unique_ptr<Autoencoder> model;
  if (with_codebook)
    model = std::make_unique<VqVae>(
        Shape{1, 3, 4},
        VqVaeOptions{.network = {.latent = 8, .hidden = {8}}, .positions = 4, .codebook = 6}, rng);
  else
    model = std::make_unique<Vanilla>(Shape{1, 3, 4},
                                      VanillaOptions{.network = {.latent = 3, .hidden = {8}}}, rng);
  model->eval();
  return model;
}

class LossyCodecOf : public ::testing::TestWithParam<bool> {
 protected:
  std::unique_ptr<Autoencoder> model = small_model(GetParam());
  CodePath path = code_path(*model);
  CodeTables tables = CodeTables::fit(path, dark_images(500));
};

TEST_P(LossyCodecOf, DecodesFiveThousandRandomFilesToWhatTheirRoundedCodesGive) {
  Rng rng(1);
  for (int i = 0; i < 5000; ++i) {
    const int quality = 1 + static_cast<int>(rng.below(100));
    const LossyCodec codec(path, tables, step_of_quality(quality));
    const std::size_t count = rng.below(4);
    const Bytes images = random_images(rng, count);
    // That the codes are the same whole numbers is checked by their checksum in the stream.
    Bytes decoded;
    ASSERT_NO_THROW(decoded = codec.decode(codec.encode(images, features).stream, count)) << i;
    ASSERT_EQ(decoded.size(), images.size());
  }
}

TEST_P(LossyCodecOf, IsTheSameOnOneThreadAndOnTwo) {
  const LossyCodec codec(path, tables, 0.1);
  Rng rng(1);
  const Bytes images = random_images(rng, 300);
  const int before = threads();
  set_threads(1);
  const std::string one = codec.encode(images, features).stream;
  const Bytes decoded = codec.decode(one, 300);
  set_threads(2);
  EXPECT_EQ(codec.encode(images, features).stream, one);
  EXPECT_EQ(codec.decode(one, 300), decoded);
  set_threads(before);
}

TEST_P(LossyCodecOf, SaysOfAStreamThatItIsBroken) {
  const LossyCodec codec(path, tables, 0.1);
  Rng rng(1);
  const Bytes images = random_images(rng, 9);
  const std::string stream = codec.encode(images, features).stream;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    std::string damaged = stream;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << i % 8));
    EXPECT_THROW(codec.decode(damaged, 9), Error) << i;
    EXPECT_THROW(codec.decode(stream.substr(0, i), 9), Error) << i;
  }
  EXPECT_THROW(codec.decode(stream, 8), Error);
  EXPECT_THROW(codec.decode(stream, 10), Error);
}

TEST_P(LossyCodecOf, ReadsTheTablesThatAnOlderHourglassWrote) {
  const TestFolder folder;
  write_safetensors(folder / "codes.safetensors",
                    {{"quantiles", &tables.quantiles},
                     {"sensitivity", &tables.sensitivity},
                     {"counts", &tables.counts}},
                    {});
  EXPECT_EQ(fingerprint_of(read_code_tables(folder / "codes.safetensors", path)),
            fingerprint_of(tables));
  EXPECT_THROW(read_code_tables(folder / "none", path), DataError);
}

INSTANTIATE_TEST_SUITE_P(Models, LossyCodecOf, ::testing::Values(false, true),
                         [](const auto& info) { return info.param ? "VqVae" : "Vanilla"; });

/// Codes that are the pixels themselves.
CodePath identity() {
  return {[](Var x) { return x + Scalar(0); }, [](Var z) { return z + Scalar(0); }, features};
}

TEST(LossyCodec, LosesAsMuchAsItsStepSays) {
  const CodePath path = identity();
  const CodeTables tables = CodeTables::fit(path, dark_images(500));
  for (std::size_t j = 0; j < features; ++j) EXPECT_NEAR(tables.sensitivity(j), 1, 0.01);
  Rng rng(1);
  const Bytes images = random_images(rng, 200);
  std::size_t last = 0;
  for (const double step : {0.2, 0.1, 0.05}) {
    const LossyCodec codec(path, tables, step);
    const std::string stream = codec.encode(images, features).stream;
    const Bytes decoded = codec.decode(stream, 200);
    for (std::size_t i = 0; i < images.size(); ++i)
      ASSERT_LE(std::abs(int(images[i]) - int(decoded[i])), 255 * step / 2 + 1);
    EXPECT_GT(stream.size(), last);
    last = stream.size();
  }
}

TEST(LossyCodec, CostsNothingForNumbersThatNeverChange) {
  const CodePath path = identity();
  const CodeTables tables = CodeTables::fit(path, {"one", {1, 3, 4}, Bytes(100 * features, 9)});
  const LossyCodec codec(path, tables, 0.1);
  const Bytes images(1000 * features, 9);
  const LossyCodec::Coded coded = codec.encode(images, features);
  EXPECT_LT(coded.bits, 1000 * features * 0.001);
  EXPECT_EQ(codec.decode(coded.stream, 1000), images);
}

TEST(LossyCodec, KeepsMoreStagesOfACodeAtAHigherQuality) {
  Rng rng(5);
  ResidualVq model(
      {1, 3, 4}, {.base = {.network = {.latent = 8, .hidden = {8}}, .positions = 4, .codebook = 6}},
      rng);
  Bytes images(300 * features);
  for (std::uint8_t& byte : images) byte = static_cast<std::uint8_t>(rng.below(256));
  Tensor x = filled({300, features});
  for (std::size_t i = 0; i < x.size(); ++i) x.data()[i] = images[i] * (Scalar{1} / 255);
  Tape training;
  model.loss(training, x, rng);  // puts every codebook where its residuals are
  model.eval();
  const CodePath path = code_path(model);
  const CodeTables tables = CodeTables::fit(path, Dataset("random", {1, 3, 4}, images));
  std::size_t last = 0;
  for (const int quality : {1, 26, 75, 76}) {
    const LossyCodec codec(path_of_quality(path, quality), tables, step_of_quality(quality));
    const std::string stream = codec.encode(images, features).stream;
    EXPECT_GT(stream.size(), last) << quality;
    last = stream.size();
    Tape tape(Tape::Gradients::off);
    const std::size_t stages = (static_cast<std::size_t>(quality) + 24) / 25;
    Var indices = slice(model.code_indices(tape.constant(x)), 1, 0, 4 * stages);
    const Tensor& rebuilt = model.decode_indices(indices).value();
    const Bytes decoded = codec.decode(stream, 300);
    for (std::size_t i = 0; i < decoded.size(); ++i)
      ASSERT_NEAR(decoded[i], 255 * rebuilt.data()[i], 0.51) << quality;
  }
}

TEST(Quality, HalvesTheStepEverySixteen) {
  EXPECT_DOUBLE_EQ(step_of_quality(1), 4);
  EXPECT_DOUBLE_EQ(step_of_quality(17), 2);
}

}  // namespace
}  // namespace hourglass::testing
