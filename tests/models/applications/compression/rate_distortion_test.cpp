#include "hourglass/models/applications/compression/rate_distortion.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hourglass::testing { namespace {

using Bytes = std::vector<std::uint8_t>;

constexpr std::size_t features = 64;
const Shape example_shape = {1, 8, 8};

/// Slopes of light in two directions: images with two numbers, from which PCA makes all.
Bytes slopes(std::size_t count, std::uint64_t seed) {
  Rng rng(seed);
  Bytes bytes;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t across = rng.below(17), down = rng.below(17);
    for (std::uint32_t p = 0; p < features; ++p)
      bytes.push_back(static_cast<std::uint8_t>(across * (p % 8) + down * (p / 8)));
  }
  return bytes;
}

std::vector<RatePoint> curve_of_pca(std::size_t components) {
  const Dataset train("slopes", example_shape, slopes(500, 1));
  const CodePath path = code_path(fit_pca(train, components));
  return rate_distortion("PCA", path, CodeTables::fit(path, train), slopes(300, 2), features,
                         {10, 40, 90});
}

TEST(RateDistortion, MoreBitsLoseLess) {
  const std::vector<RatePoint> curve = curve_of_pca(2);
  ASSERT_EQ(curve.size(), 3u);
  for (std::size_t i = 1; i < 3; ++i) {
    EXPECT_GT(curve[i].bits_per_pixel, curve[i - 1].bits_per_pixel);
    EXPECT_LT(curve[i].mse, curve[i - 1].mse);
  }
  EXPECT_EQ(curve[2].coder, "PCA");
  EXPECT_EQ(curve[2].quality, 90);
  // Its two numbers tell all but what rounding to bytes takes, at a quality that keeps them.
  EXPECT_GT(curve[2].psnr(), 40);
  EXPECT_LT(curve[2].bits_per_pixel, 1);
}

TEST(RateDistortion, OfPcaWithTooFewNumbersStopsWhereTheyDo) {
  EXPECT_GT(curve_of_pca(1)[2].mse, 20 * curve_of_pca(2)[2].mse);
}

TEST(RateDistortion, OfJpegCountsTheHeaderOfEachFileOrOneForAll) {
  const Bytes bytes = slopes(30, 1);
  const auto one = jpeg_rate_distortion(JpegLayout::mosaic, bytes, example_shape, {20, 90});
  const auto each = jpeg_rate_distortion(JpegLayout::each, bytes, example_shape, {20, 90});
  ASSERT_EQ(one.size(), 2u);
  ASSERT_EQ(each.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_GT(each[i].bits_per_pixel, 10 * one[i].bits_per_pixel);
    // Images of 8×8 are JPEG's own blocks, which are coded alike wherever they stand.
    EXPECT_NEAR(each[i].mse, one[i].mse, 1e-9);
  }
  EXPECT_GT(one[1].psnr(), one[0].psnr());
  EXPECT_GT(one[1].psnr(), 35);
}

TEST(RateDistortion, OfColouredImagesKeepsTheirChannelsApart) {
  Bytes bytes;  // channel by channel: red, then dark green, then black
  for (int light : {200, 60, 0}) bytes.insert(bytes.end(), 64, static_cast<std::uint8_t>(light));
  const auto curve = jpeg_rate_distortion(JpegLayout::mosaic, bytes, {3, 8, 8}, {95});
  ASSERT_EQ(curve.size(), 1u);
  EXPECT_GT(curve[0].psnr(), 35);
}

TEST(RateDistortion, HasNoPointsWhereThereIsNothingToDraw) {
  EXPECT_TRUE(jpeg_rate_distortion(JpegLayout::mosaic, Bytes(30), {30}, {50}).empty());
  EXPECT_TRUE(jpeg_rate_distortion(JpegLayout::mosaic, {}, example_shape, {50}).empty());
}

TEST(RateDistortion, IsReadBetweenItsPoints) {
  const std::vector<RatePoint> curve = {{"a", 1, 0.1, 0.1}, {"a", 2, 0.4, 0.001}};
  EXPECT_NEAR(psnr_at(curve, 0.1), 10, 1e-9);
  EXPECT_NEAR(psnr_at(curve, 0.2), 20, 1e-9);
  EXPECT_NEAR(psnr_at(curve, 0.4), 30, 1e-9);
  EXPECT_TRUE(std::isnan(psnr_at(curve, 0.5)));
  EXPECT_TRUE(std::isnan(psnr_at({}, 0.5)));
}

}  // namespace
}  // namespace hourglass::testing
