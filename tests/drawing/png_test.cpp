#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/readers/picture_file.hpp"
#include "hourglass/drawing/enlarge.hpp"
#include "hourglass/drawing/equation.hpp"
#include "hourglass/drawing/png_chunks.hpp"
#include "tests/support/temporary_folder.hpp"

// Pictures that are more than their pixels: animations, sizes on paper, smooth enlargements.

namespace hourglass::testing { namespace {

Picture flat(std::uint8_t level, std::size_t channels = 1) {
  return {5, 3, channels, std::vector<std::uint8_t>(15 * channels, level)};
}

/// What libpng makes of the file.
PictureFile decoded(const std::string& png) {
  TestFolder folder;
  std::ofstream(folder / "picture.png", std::ios::binary) << png;
  return read_picture_file(folder / "picture.png");
}

std::string types(const std::string& png) {
  std::string all;
  for (const PngChunk& chunk : png_chunks(png)) all += chunk.type + " ";
  return all;
}

TEST(PngChunks, AFileTakenApartAndPutTogetherIsTheSame) {
  const std::string png = to_png(flat(77, 3));
  EXPECT_EQ(png_file(png_chunks(png)), png);
}

TEST(PngChunks, CutOffFilesAreRefused) {
  const std::string png = to_png(flat(77));
  EXPECT_THROW(png_chunks("GIF89a"), Error);
  EXPECT_THROW(png_chunks(png.substr(0, png.size() - 1)), Error);
  EXPECT_THROW(png_chunks(png.substr(0, 20)), Error);
}

TEST(PngChunks, ASizeOnPaperIsWrittenInPixelsAMetre) {
  const std::string png = with_resolution(to_png(flat(77)), 300);
  EXPECT_EQ(types(png), "IHDR pHYs IDAT IEND ");
  EXPECT_EQ(png_chunks(png)[1].data, std::string("\0\0\x2e\x23\0\0\x2e\x23\1", 9));  // 11811
  EXPECT_EQ(decoded(png).pixels, flat(77).pixels);
}

TEST(AnimatedPng, HoldsEveryPictureAndShowsTheFirstWhereNothingMoves) {
  const std::string png = to_animated_png({flat(10), flat(20), flat(30)}, 40);
  EXPECT_EQ(types(png), "IHDR acTL fcTL IDAT fcTL fdAT fcTL fdAT IEND ");
  EXPECT_EQ(decoded(png).pixels, flat(10).pixels);
  const std::vector<PngChunk> chunks = png_chunks(png);
  EXPECT_EQ(chunks[1].data, std::string("\0\0\0\3\0\0\0\0", 8));  // three, for ever
  for (std::size_t i = 2, sequence = 0; i < 8; ++i) {             // numbered through
    if (chunks[i].type == "IDAT") continue;
    EXPECT_EQ(std::size_t(chunks[i].data.at(3)), sequence++);
  }
  EXPECT_EQ(chunks[4].data.substr(20, 4), std::string("\0\x28\3\xe8", 4));  // 40 / 1000 s

  // Each picture's data, as a file of its own, is that picture.
  for (std::size_t i : {5, 7}) {
    const std::string still =
        png_file({chunks[0], {"IDAT", chunks[i].data.substr(4)}, {"IEND", ""}});
    EXPECT_EQ(decoded(still).pixels, flat(i == 5 ? 20 : 30).pixels);
  }
}

TEST(AnimatedPng, PicturesOfDifferentSizesAreRefused) {
  EXPECT_THROW(to_animated_png({}, 40), ShapeError);
  EXPECT_THROW(to_animated_png({flat(1), flat(1, 3)}, 40), ShapeError);
}

TEST(Enlarge, KeepsFlatImagesFlatAndTheirColour) {
  const Scalar image[] = {0, 0, 1, 1, Scalar(0.5), Scalar(0.5)};  // (3, 1, 2)
  const Picture picture = enlarge(image, {3, 1, 2}, 8, 4);
  ASSERT_EQ(picture.pixels.size(), 96u);
  for (std::size_t i = 0; i < 32; ++i) {
    EXPECT_EQ(picture.pixels[3 * i], 0);
    EXPECT_EQ(picture.pixels[3 * i + 1], 255);
    EXPECT_NEAR(picture.pixels[3 * i + 2], 128, 1);
  }
}

TEST(Enlarge, EdgesBecomeSmoothAndStayCrisp) {
  const Scalar image[] = {0, 0, 0, 1, 1, 1};
  const Picture picture = enlarge(image, {1, 1, 6}, 120, 1);
  std::size_t grey = 0;
  for (std::size_t x = 0; x + 1 < 120; ++x) {
    EXPECT_LE(picture.pixels[x], picture.pixels[x + 1]);
    grey += picture.pixels[x] > 25 && picture.pixels[x] < 230;
  }
  EXPECT_GT(grey, 2u);
  EXPECT_LT(grey, 10u);  // of the 20 from the middle of one pixel to that of the next
}

TEST(Enlarge, RefusesWhatIsNoImage) {
  const Scalar image[] = {0, 0};
  EXPECT_THROW(enlarge(image, {2}, 4, 4), ShapeError);
  EXPECT_THROW(enlarge(image, {1, 1, 2}, 0, 4), ShapeError);
}

TEST(Equation, StandsInALineWithItsSigns) {
  Tensor images = filled({4, 4});
  const Picture three = draw_equation(images, {1, -1, 1}, {1, 2, 2});
  const Picture minus = draw_equation(images, {-1, -1, 1}, {1, 2, 2});
  EXPECT_GT(minus.width, three.width);
  EXPECT_EQ(minus.height, three.height);
  EXPECT_EQ(minus.pixels.size(), minus.width * minus.height);
  EXPECT_THROW(draw_equation(images, {1, 1}, {1, 2, 2}), ShapeError);
}

}  // namespace
}  // namespace hourglass::testing
