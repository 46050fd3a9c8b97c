#include "hourglass/drawing/pictures.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <memory>

#include "hourglass/autograd/base/error.hpp"

#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_NO_STDIO
#pragma GCC diagnostic ignored "-Wunused-function"
#include <stb/stb_image.h>

namespace hourglass { namespace {

constexpr int gap_colour = 52;

Tensor examples(std::size_t count, std::initializer_list<Scalar> values) {
  Tensor tensor = filled({count, values.size() / count});
  std::copy(values.begin(), values.end(), tensor.begin());
  return tensor;
}

int pixel(const Picture& picture, std::size_t x, std::size_t y, std::size_t channel = 0) {
  return picture.pixels.at((y * picture.width + x) * picture.channels + channel);
}

std::uint32_t big_endian(const std::string& bytes, std::size_t place) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number = number << 8 | static_cast<std::uint8_t>(bytes.at(place + i));
  }
  return number;
}

void expect_same_after_decoding(const Picture& picture) {
  const std::string png = to_png(picture);
  int width = 0, height = 0, channels = 0;
  const std::unique_ptr<stbi_uc, void (*)(void*)> decoded(
      stbi_load_from_memory(reinterpret_cast<const stbi_uc*>(png.data()),
                            static_cast<int>(png.size()), &width, &height, &channels, 0),
      stbi_image_free);
  ASSERT_NE(decoded, nullptr) << stbi_failure_reason();
  EXPECT_EQ(static_cast<std::size_t>(width), picture.width);
  EXPECT_EQ(static_cast<std::size_t>(height), picture.height);
  ASSERT_EQ(static_cast<std::size_t>(channels), picture.channels);
  const std::vector<std::uint8_t> pixels(decoded.get(), decoded.get() + picture.pixels.size());
  EXPECT_EQ(pixels, picture.pixels);
}

TEST(Pictures, OneImageAtScaleOneIsItsOwnPixels) {
  const Tensor image = examples(1, {0, 1, 0.5, 0.2, 0.4, 0.6});
  const Picture picture = draw_rows({&image}, {1, 2, 3}, 1);
  EXPECT_EQ(picture.width, 3u);
  EXPECT_EQ(picture.height, 2u);
  EXPECT_EQ(picture.channels, 1u);
  EXPECT_EQ(picture.pixels, (std::vector<std::uint8_t>{0, 255, 128, 51, 102, 153}));
}

TEST(Pictures, NumbersOutsideZeroToOneAreCutOff) {
  const Tensor image = examples(1, {-3, 7, std::nanf(""), INFINITY, -INFINITY, 1.001});
  const Picture picture = draw_rows({&image}, {1, 1, 6}, 1);
  EXPECT_EQ(picture.pixels, (std::vector<std::uint8_t>{0, 255, 0, 255, 0, 255}));
}

TEST(Pictures, EnlargingRepeatsEachPixelInBothDirections) {
  const Tensor image = examples(1, {0, 1});
  const Picture picture = draw_rows({&image}, {1, 1, 2}, 2);
  EXPECT_EQ(picture.pixels, (std::vector<std::uint8_t>{0, 0, 255, 255, 0, 0, 255, 255}));
}

TEST(Pictures, ColoursAreTakenFromTheThreePlanes) {
  const Tensor image = examples(1, {1, 0, 0, 1, 0, 1});  // red, green and blue of two pixels
  const Picture picture = draw_rows({&image}, {3, 1, 2}, 1);
  EXPECT_EQ(picture.channels, 3u);
  EXPECT_EQ(picture.pixels, (std::vector<std::uint8_t>{255, 0, 0, 0, 255, 255}));
}

TEST(Pictures, ReconstructionsStandUnderTheirOriginalsWithAThinGap) {
  const Tensor originals = examples(2, {0, 0.2, 0.4, 0.6});
  const Tensor reconstructions = examples(2, {1, 1, 0.8, 0.8});
  const Picture picture = draw_rows({&originals, &reconstructions}, {1, 2, 1}, 1);
  ASSERT_EQ(picture.width, 3u);   // image, gap, image
  ASSERT_EQ(picture.height, 5u);  // two pixels, gap, two pixels
  EXPECT_EQ(picture.pixels, (std::vector<std::uint8_t>{0, gap_colour, 102,                  //
                                                       51, gap_colour, 153,                 //
                                                       gap_colour, gap_colour, gap_colour,  //
                                                       255, gap_colour, 204,                //
                                                       255, gap_colour, 204}));
}

TEST(Pictures, ExamplesThatDoNotFitTheWidthGoOnBelowAfterAWiderGap) {
  const std::size_t count = 24;
  const Tensor originals = filled({count, 784}, 1), reconstructions = filled({count, 784}, 0);
  const Picture picture = draw_rows({&originals, &reconstructions}, {1, 28, 28}, 2);
  const std::size_t image = 56, gap = 2, group_gap = 10, pair = 2 * image + gap;
  EXPECT_EQ(picture.width, 12 * image + 11 * gap);
  ASSERT_EQ(picture.height, 2 * pair + group_gap);
  EXPECT_EQ(pixel(picture, 0, image - 1), 255);
  EXPECT_EQ(pixel(picture, 0, image), gap_colour);
  EXPECT_EQ(pixel(picture, 0, image + gap), 0);
  EXPECT_EQ(pixel(picture, 0, pair), gap_colour);
  EXPECT_EQ(pixel(picture, 0, pair + group_gap - 1), gap_colour);
  EXPECT_EQ(pixel(picture, 0, pair + group_gap), 255);
}

TEST(Pictures, ASquareNumberOfSamplesMakesASquareOfEvenGaps) {
  const Tensor samples = filled({64, 784}, 1);
  const Picture picture = draw_rows({&samples}, {1, 28, 28}, 2);
  EXPECT_EQ(picture.width, 8u * 56 + 7 * 2);
  EXPECT_EQ(picture.height, picture.width);
}

TEST(Pictures, PlacesWithoutAnExampleAreLeftInTheColourOfTheGap) {
  const Tensor samples = filled({13, 784}, 1);
  const Picture picture = draw_rows({&samples}, {1, 28, 28}, 2);
  EXPECT_EQ(picture.width, 7u * 56 + 6 * 2);
  EXPECT_EQ(picture.height, 2u * 56 + 2);
  EXPECT_EQ(pixel(picture, picture.width - 1, 0), 255);
  EXPECT_EQ(pixel(picture, picture.width - 1, picture.height - 1), gap_colour);
}

TEST(Pictures, ShapesThatDoNotFitAreRefused) {
  const Tensor two = filled({2, 4}), three = filled({3, 4}), none = filled({0, 4});
  EXPECT_THROW(draw_rows({&two, &three}, {1, 2, 2}), ShapeError);
  EXPECT_THROW(draw_rows({&two}, {1, 2, 3}), ShapeError);
  EXPECT_THROW(draw_rows({&two}, {2, 2, 1}), ShapeError);
  EXPECT_THROW(draw_rows({&two}, {4}), ShapeError);
  EXPECT_THROW(draw_rows({&none}, {1, 2, 2}), ShapeError);
  EXPECT_THROW(draw_rows({}, {1, 2, 2}), ShapeError);
  EXPECT_THROW(draw_rows({&two}, {1, 2, 2}, 0), ShapeError);
}

TEST(Pictures, APngStartsWithItsSignatureAndSize) {
  const std::string png = to_png({5, 2, 3, std::vector<std::uint8_t>(30, 9)});
  ASSERT_GT(png.size(), 33u);
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(png.substr(12, 4), "IHDR");
  EXPECT_EQ(big_endian(png, 16), 5u);
  EXPECT_EQ(big_endian(png, 20), 2u);
}

TEST(Pictures, ADecodedPngHasTheSamePixels) {
  for (std::size_t channels : {1, 3}) {
    Picture picture{37, 19, channels, {}};
    for (std::size_t i = 0; i < 37 * 19 * channels; ++i) {
      picture.pixels.push_back(static_cast<std::uint8_t>(i * i * 31 % 251));
    }
    expect_same_after_decoding(picture);
  }
}

TEST(Pictures, APictureWithoutTheBytesOfItsSizeIsNoPng) {
  EXPECT_THROW(to_png({5, 2, 1, std::vector<std::uint8_t>(9)}), ShapeError);
  EXPECT_THROW(to_png({0, 0, 1, {}}), ShapeError);
  EXPECT_THROW(to_png({1, 1, 2, {0, 0}}), ShapeError);
}

}  // namespace
}  // namespace hourglass
