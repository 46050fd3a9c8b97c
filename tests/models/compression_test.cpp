#include "models/applications/compression/compression.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "autograd/error.hpp"
#include "datasets/npy.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/small_models.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hourglass::testing {
namespace {

TrainedModel small_model(const std::string& name, const std::vector<std::string>& settings = {}) {
  TrainedModel trained;
  trained.config = small_config(name, {1, 3, 4}, {"2", "[6]", "[]"}, settings);
  trained.run = read_options<RunOptions>(trained.config, "run");
  Rng rng(1);
  trained.model = make_model(trained.config, rng);
  trained.model->eval();
  return trained;
}

SourceFile some_images(std::size_t count) {
  SourceFile source{SourceKind::idx, {count, 3, 4}, "", std::vector<std::uint8_t>(12 * count)};
  Rng rng(1);
  for (std::uint8_t& byte : source.bytes) byte = static_cast<std::uint8_t>(rng.below(2) * 255);
  return source;
}

TEST(Compression, OfNoImagesAndOfOneGivesTheFileBack) {
  const TrainedModel trained = small_model("vae");
  for (std::size_t count : {0, 1, 2, 300}) {
    const SourceFile source = some_images(count);
    const Compressed compressed = compress(trained, source, "in");
    const SourceFile back = decompress(trained, compressed.bytes, "in");
    EXPECT_EQ(to_bytes(back), to_bytes(source)) << count;
  }
}

TEST(Compression, SaysOfEveryDamagedByteAndEveryTruncationThatTheFileIsDamaged) {
  const TrainedModel trained = small_model("vae");
  const std::string file = compress(trained, some_images(9), "in").bytes;
  for (std::size_t i = 0; i < file.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string damaged = file;
      damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
      EXPECT_TRUE(starts_with(message_of<DataError>([&] { decompress(trained, damaged, "x.hgz"); }),
                              "x.hgz: it is "))
          << i;
    }
    EXPECT_TRUE(
        starts_with(message_of<DataError>([&] { decompress(trained, file.substr(0, i), "x.hgz"); }),
                    "x.hgz: it is "))
        << i;
  }
  EXPECT_THROW(decompress(trained, file + "x", "x.hgz"), DataError);
}

/// The file with one byte changed and a checksum that fits again: a hostile one.
std::string forged(std::string file, std::size_t at, char byte) {
  file[at] = byte;
  file.resize(file.size() - 4);
  const std::uint32_t crc = crc32_of(file);
  for (int i = 0; i < 4; ++i) file += static_cast<char>(crc >> (8 * i));
  return file;
}

TEST(Compression, BelievesNothingInAFileWhoseChecksumFits) {
  const TrainedModel trained = small_model("vae");
  const SourceFile source = some_images(9);
  const std::string file = compress(trained, source, "in").bytes;
  for (std::size_t i = 0; i + 4 < file.size(); ++i)
    for (int byte : {0, 1, 0x7f, 0x80, 0xff}) {
      if (file[i] == static_cast<char>(byte)) continue;
      std::string got;
      const std::string fault = message_of<DataError>([&] {
        got = to_bytes(decompress(trained, forged(file, i, static_cast<char>(byte)), "x.hgz"));
      });
      // The name of the arithmetic and the shape's ones are only told, never computed with.
      EXPECT_TRUE(!fault.empty() || got == to_bytes(source) ||
                  got.size() == to_bytes(source).size())
          << i;
    }
}

TEST(Compression, RefusesAFileOfAnotherModel) {
  const std::string file = compress(small_model("vae"), some_images(9), "in").bytes;
  TrainedModel other = small_model("vae");
  other.model->parameters().front()->value(0, 0) += Scalar(0.001);
  EXPECT_EQ(message_of<DataError>([&] { decompress(other, file, "x.hgz"); }),
            "x.hgz: it was compressed with another model, or with this one before it was trained "
            "again");
}

TEST(Compression, KeepsTheHeaderOfAnNpyFileAndRefusesNumbersThatAreNoBytes) {
  const TestFolder folder;
  const TrainedModel trained = small_model("vae", {"likelihood=ordinal"});
  std::vector<std::uint8_t> bytes(24, 7);
  std::string npy = npy_header({2, 12});
  npy.append(bytes.begin(), bytes.end());
  std::ofstream(folder / "a.npy", std::ios::binary) << npy;
  const SourceFile source = read_source(folder / "a.npy");
  EXPECT_EQ(to_bytes(decompress(trained, compress(trained, source, "a").bytes, "b")), npy);

  std::ofstream(folder / "b.npy", std::ios::binary) << to_npy(filled({2, 12}, Scalar(0.5)));
  EXPECT_TRUE(contains(
      message_of<DataError>([&] { compress(trained, read_source(folder / "b.npy"), "b.npy"); }),
      "b.npy: its numbers are no bytes"));
}

TEST(Compression, SaysWhatShapesAndModelsItWants) {
  const TrainedModel trained = small_model("vae");
  SourceFile source = some_images(4);
  source.shape = {4, 4, 3};
  EXPECT_NO_THROW(compress(trained, source, "in"));  // twelve numbers each, however they are laid
  source.shape = {6, 8};
  EXPECT_EQ(message_of<DataError>([&] { compress(trained, source, "in.idx"); }),
            "in.idx: its array of (6, 8) holds no examples of (1, 3, 4), which the model knows");
  EXPECT_TRUE(contains(message_of<ConfigError>(
                           [&] { compress(small_model("conditional-vae"), some_images(1), "in"); }),
                       "bits back wants a model whose code z is N(0, 1)"));
}

}  // namespace
}  // namespace hourglass::testing
