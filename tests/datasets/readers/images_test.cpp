#include "hourglass/datasets/readers/images.hpp"

#include <gtest/gtest.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/datasets/readers/picture_file.hpp"
#include "tests/datasets/files.hpp"

namespace hourglass::testing { namespace {

Bytes png(std::size_t width, std::size_t height, std::size_t channels, Bytes pixels) {
  const std::string file = encode_png({width, height, channels, std::move(pixels)});
  return {file.begin(), file.end()};
}

class Images : public ::testing::Test {
 protected:
  Dataset load(const std::string& options = "") {
    return load_dataset("images:" + folder.path().string() + options, Split::all);
  }
  std::string fault(const std::string& options = "") {
    return message_of<DataError>([&] { load(options); });
  }
  TemporaryFolder folder;
};

TEST_F(Images, AreReadInTheOrderOfTheirNumbers) {
  for (int i : {10, 9, 1, 2})
    folder.write("digit" + std::to_string(i) + ".png",
                 png(2, 1, 1, {static_cast<std::uint8_t>(i), 0}));
  const Dataset data = load();
  EXPECT_EQ(data.example_shape(), (Shape{1, 1, 2}));
  ASSERT_EQ(data.size(), 4u);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(data.example(i)[0], (std::array{1, 2, 9, 10})[i]);
}

TEST_F(Images, AreColouredWhereOneIs) {
  folder.write("a.png", png(1, 2, 3, {1, 2, 3, 4, 5, 6}));
  folder.write("b.png", png(1, 2, 1, {7, 8}));
  const Dataset data = load();
  EXPECT_EQ(data.example_shape(), (Shape{3, 2, 1}));
  EXPECT_EQ(Bytes(data.example(0), data.example(0) + 6), (Bytes{1, 4, 2, 5, 3, 6}));
  EXPECT_EQ(Bytes(data.example(1), data.example(1) + 6), (Bytes{7, 8, 7, 8, 7, 8}));
}

TEST_F(Images, AreBroughtToOneSizeByTheMeanOfWhatAPixelCovers) {
  folder.write("a.png", png(4, 2, 1, {0, 4, 10, 10, 8, 8, 10, 50}));
  folder.write("b.png", png(1, 1, 1, {9}));
  const Dataset data = load("?size=2x1");
  EXPECT_EQ(Bytes(data.example(0), data.example(0) + 2), (Bytes{5, 20}));
  EXPECT_EQ(Bytes(data.example(1), data.example(1) + 2), (Bytes{9, 9}));
  EXPECT_TRUE(contains(fault(), "a.png is 4×2")) << fault();
  EXPECT_TRUE(contains(fault(), "add ?size=WIDTHxHEIGHT")) << fault();
}

TEST_F(Images, AreCutIntoTilesThatLieSideBySide) {
  folder.write("a.png", png(5, 2, 1, {1, 2, 3, 4, 0, 5, 6, 7, 8, 0}));
  folder.write("b.png", png(2, 3, 1, {11, 12, 13, 14, 0, 0}));
  folder.write("c.png", png(1, 1, 1, {99}));
  const Dataset data = load("?tiles=2x2");
  EXPECT_EQ(data.example_shape(), (Shape{1, 2, 2}));
  ASSERT_EQ(data.size(), 3u);
  EXPECT_EQ(Bytes(data.example(0), data.example(0) + 4), (Bytes{1, 2, 5, 6}));
  EXPECT_EQ(Bytes(data.example(1), data.example(1) + 4), (Bytes{3, 4, 7, 8}));
  EXPECT_EQ(Bytes(data.example(2), data.example(2) + 4), (Bytes{11, 12, 13, 14}));
  EXPECT_EQ(load("?size=4x4&tiles=2x2").size(), 12u);
  EXPECT_TRUE(contains(fault("?tiles=6x1"), "as large as a tile, 6×1"));
}

TEST_F(Images, SayWhatIsWrongWithThem) {
  EXPECT_TRUE(contains(fault(), "holds no PNG or JPEG"));
  folder.write("a.png", {1, 2, 3});
  EXPECT_TRUE(contains(fault(), "a.png: it is neither a PNG nor a JPEG file"));
  EXPECT_TRUE(contains(message_of<ConfigError>([&] { load("?size=28"); }), "WIDTHxHEIGHT"));
  EXPECT_TRUE(contains(message_of<ConfigError>([] { load_dataset("mnist?size=2x2", Split::test); }),
                       "'size' goes with images:DIR"));
}

TEST_F(Images, ThatAreDamagedGiveOneErrorEach) {
  const Bytes whole = png(5, 4, 3, Bytes(60, 77));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    Bytes damaged = whole;
    damaged[i] ^= 0x55;
    const auto file = folder.write("x.png", damaged);
    try {
      EXPECT_LE(read_picture_file(file).pixels.size(), std::size_t{1} << 27);
    } catch (const DataError&) {
    }
    EXPECT_THROW(read_picture_file(
                     folder.write("y.png", {whole.begin(), whole.begin() + std::ptrdiff_t(i)})),
                 DataError);
  }
}

}  // namespace
}  // namespace hourglass::testing
