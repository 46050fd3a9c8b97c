#include "hourglass/models/applications/compression/compression.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/readers/npy.hpp"
#include "hourglass/datasets/readers/picture_file.hpp"
#include "hourglass/models/core/fingerprint.hpp"
#include "hourglass/models/vae.hpp"
#include "tests/datasets/readers/picture_bytes.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/small_models.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hourglass::testing { namespace {

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

TEST(Compression, OfWhatTheModelNeverSawGivesTheFileBack) {
  Rng rng(2);
  const std::function<std::uint32_t()> kinds[] = {
      [] { return 0u; }, [] { return 255u; }, [&] { return rng.below(256); },
      [&] { return rng.below(2); }, [&, at = 0u]() mutable { return at++ * 37 % 256; }};
  for (const char* likelihood : {"bernoulli", "ordinal", "discretized_logistic"}) {
    const TrainedModel trained = small_model("vae", {std::string("likelihood=") + likelihood});
    for (const auto& kind : kinds) {
      SourceFile source = some_images(50);
      for (std::uint8_t& byte : source.bytes) byte = static_cast<std::uint8_t>(kind());
      EXPECT_EQ(to_bytes(decompress(trained, compress(trained, source, "in").bytes, "in")),
                to_bytes(source));
    }
  }
}

TEST(Compression, PutsTheRarestPixelsBelowTheBound) {
  const TrainedModel trained = small_model("vae", {"likelihood=discretized_logistic"});
  auto& vae = dynamic_cast<Vae&>(*trained.model);
  for (Parameter* parameter : vae.decoder.parameters())
    if (parameter->value.dimension() == 1 && parameter->value.size() == 24)
      for (std::size_t i = 12; i < 24; ++i) parameter->value(i) = -7;  // certain, and so wrong
  const BitsBackCosts costs = *compress(trained, some_images(200), "in").lossless;
  EXPECT_GT(costs.bound, 200 * 12 * 24);  // no coder of ours asks for so much
  EXPECT_LT(costs.floor, 0);
  EXPECT_LT(costs.total(), 200 * 12 * 25);
  EXPECT_LT(std::abs(costs.precision), 0.002 * costs.total());  // nothing is hidden there
}

class FolderOfPictures : public ::testing::Test {
 protected:
  void write(const std::string& name, std::size_t width, std::uint8_t light,
             std::size_t channels = 1) {
    std::filesystem::create_directories((folder / "in" / name).parent_path());
    PictureFile picture{width, 6, channels, std::vector<std::uint8_t>(width * 6 * channels, light)};
    picture.pixels.back() = 7;
    std::ofstream(folder / "in" / name, std::ios::binary) << encode_png(picture);
  }
  TestFolder folder;
  TrainedModel trained = small_model("vae", {"likelihood=ordinal"});
};

TEST_F(FolderOfPictures, ComesBackAsItsPngFiles) {
  write("a2.png", 8, 3);
  write("a10.png", 8, 200);
  write("more/b.png", 8, 90);
  const SourceFile source = read_source(folder / "in");
  EXPECT_EQ(source.header, "a2.png\na10.png\nmore/b.png\n");
  const Compressed compressed_folder = compress(trained, source, "in");
  EXPECT_EQ(compressed_folder.examples, 3u * 4);  // tiles of 4×3 in pictures of 8×6
  write_source(folder / "out", decompress(trained, compressed_folder.bytes, "x.hgz"));
  for (const char* name : {"a2.png", "a10.png", "more/b.png"})
    EXPECT_EQ(read_picture_file(folder / "out" / name).pixels,
              read_picture_file(folder / "in" / name).pixels);
  EXPECT_TRUE(contains(message_of<ConfigError>([&] { write_source(folder / "out", source); }),
                       "out is there already"));
}

TEST_F(FolderOfPictures, SaysWhatIsWrongWithIt) {
  std::filesystem::create_directories(folder / "in");
  const auto fault = [&] {
    return message_of<DataError>([&] { compress(trained, read_source(folder / "in"), "in"); });
  };
  EXPECT_TRUE(contains(fault(), "in: holds no PNG or JPEG"));
  write("a.png", 9, 1);
  EXPECT_TRUE(contains(fault(), "is not made of tiles of (1, 3, 4)"));
  write("a.png", 8, 1);
  write("b.png", 4, 1);
  EXPECT_TRUE(contains(fault(), "pictures must be equal in that"));
  write("b.png", 8, 1, 3);
  EXPECT_TRUE(contains(fault(), "pictures must be equal in that"));
  write("b.png", 8, 1);
  std::filesystem::copy(folder / "in/b.png", folder / "in/b.jpg");
  EXPECT_TRUE(contains(fault(), "two pictures named b.png"));
}

TEST_F(FolderOfPictures, OfAHostileFileIsNeverWrittenOutsideItsPlace) {
  write("a.png", 8, 1);
  write("b.png", 8, 1);
  SourceFile source = read_source(folder / "in");
  for (const char* names : {"../a.png\nb.png\n", "/a.png\nb.png\n", "a.png\na.png\n",
                            "a.png\nc/../../b.png\n", "a.png\n", "a.png\nb.sh\n", ""}) {
    source.header = names;
    EXPECT_TRUE(contains(message_of<DataError>([&] { compress(trained, source, "in"); }),
                         "the names of its pictures are none that a folder can have"))
        << names;
  }
}

TEST_F(FolderOfPictures, MadeOfJpegFilesComesBackAsTheirPixels) {
  std::filesystem::create_directories(folder / "in");
  std::ofstream(folder / "in/a.jpg", std::ios::binary)
      << encode_jpeg({8, 6, 1, std::vector<std::uint8_t>(48, 77)}, 90);
  const SourceFile of_folder = read_source(folder / "in"),
                   of_file = read_source(folder / "in/a.jpg");
  EXPECT_EQ(of_folder.header, "a.png\n");
  EXPECT_EQ(of_folder.bytes, of_file.bytes);
  const SourceFile back = decompress(trained, compress(trained, of_file, "a").bytes, "x.hgz");
  EXPECT_EQ(back.bytes, of_file.bytes);
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

class AnyFile : public ::testing::Test {
 protected:
  SourceFile read(const std::string& name, const std::string& bytes) {
    std::ofstream(folder / name, std::ios::binary) << bytes;
    return read_source(folder / name);
  }
  const TestFolder folder;
  const TrainedModel trained = small_model("vae", {"likelihood=ordinal"});
};

/// An NPY file of two examples, whose numbers have this type and these bytes.
std::string npy_of(const std::string& type, const std::string& order, const std::string& numbers) {
  std::string file = npy_header({2, 12});
  file.replace(file.find("|u1"), 3, type);
  file.replace(file.find("False"), 5, order);
  file.replace(8, 2, {static_cast<char>(file.size() - 10), '\0'});
  return file + numbers;
}

TEST_F(AnyFile, OfNumbersComesBackToTheByteOrIsRefused) {
  const std::string bytes(24, '\7'), one(24, '\1'), none(24, '\0');
  const struct {
    const char* type;
    std::string numbers;
    bool same;
  } cases[] = {{"|u1", bytes, true},        {"<u1", bytes, true},
               {"|i1", bytes, true},        {"|b1", none, true},
               {"|b1", one, false},         {"<u2", none + none, false},
               {"<i2", none + none, false}, {"<f4", none + none + none + none, false}};
  for (const auto& [type, numbers, same] : cases) {
    const std::string npy = npy_of(type, "False", numbers);
    const SourceFile source = read("a.npy", npy);
    if (same) {
      EXPECT_EQ(to_bytes(decompress(trained, compress(trained, source, "a").bytes, "b")), npy);
    } else {
      EXPECT_EQ(
          message_of<DataError>([&] { compress(trained, source, "a.npy"); }),
          "a.npy: its numbers are not bytes, and only bytes are compressed without loss: save "
          "them as uint8, or give --quality, which compresses with loss")
          << type;
    }
  }
}

TEST_F(AnyFile, ThatHoldsMoreThanItsPixelsIsRefusedWithoutLoss) {
  const std::string row(24, '\1');  // of 4 pixels, or more of what has fewer bytes
  const struct {
    const char* words;
    std::string file;
  } cases[] = {{"16 bits a channel", png_of_row(4, 16, 0, row.substr(0, 8), {})},
               {"16 bits a channel", png_of_row(4, 16, 2, row, {})},
               {"an alpha channel", png_of_row(4, 8, 4, row.substr(0, 8), {})},
               {"an alpha channel", png_of_row(4, 8, 6, std::string(16, '\xff'), {})},
               {"an alpha channel", png_of_row(4, 8, 0, "abcd", {{"tRNS", {0, 1}}})},
               {"an animation", png_of_row(4, 8, 0, "abcd", {{"acTL", {0, 0, 0, 2, 0, 0, 0, 0}}})}};
  for (const auto& [words, file] : cases) {
    const SourceFile source = read("a.png", file);
    EXPECT_TRUE(contains(source.loss, words)) << source.loss;
  }
  const SourceFile whole = read("b.png", png_of_row(4, 8, 0, "abcd", {}));
  EXPECT_EQ(whole.loss, "");
  EXPECT_EQ(whole.bytes_on_disk, std::filesystem::file_size(folder / "b.png"));
  const SourceFile of_folder = read_source(folder.path());
  EXPECT_TRUE(contains(of_folder.loss, "a.png: it is an animation")) << of_folder.loss;
  EXPECT_EQ(of_folder.bytes_on_disk,
            whole.bytes_on_disk + std::filesystem::file_size(folder / "a.png"));
}

TEST_F(AnyFile, OfAnotherKindIsCalledByItsName) {
  EXPECT_TRUE(contains(message_of<DataError>([&] { read("a.gif", "GIF89a"); }),
                       "a GIF picture: convert it to PNG"));
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
                       "bits back needs a model whose code z is N(0, 1)"));
}

}  // namespace
}  // namespace hourglass::testing
