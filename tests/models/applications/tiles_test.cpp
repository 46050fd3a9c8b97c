#include "hourglass/models/applications/tiles.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/random.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

Tensor same(const Tensor& tiles) {
  return tiles;
}

/// 256 levels at random, as a file has them.
Tensor levels(const Shape& shape) {
  Tensor picture = filled(shape);
  Rng rng(3);
  rng.fill_uniform(picture, 0, 1);
  for (std::size_t i = 0; i < picture.size(); ++i)
    picture.data()[i] = std::round(picture.data()[i] * 255) / 255;
  return picture;
}

TEST(Tiles, LieHalfATileApartAndEndWhereThePictureEnds) {
  using Places = std::vector<std::size_t>;
  EXPECT_EQ(tile_places(28, 28), (Places{0}));
  EXPECT_EQ(tile_places(5, 28), (Places{0}));
  EXPECT_EQ(tile_places(29, 28), (Places{0, 1}));
  EXPECT_EQ(tile_places(56, 28), (Places{0, 14, 28}));
  EXPECT_EQ(tile_places(9, 3), (Places{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(tile_places(3, 1), (Places{0, 1, 2}));
}

TEST(Tiles, GiveAPictureOfAnySizeBackToTheLastLevelWhereTheModelDoes) {
  for (const Shape& shape : {Shape{1, 28, 28}, Shape{1, 3, 5}, Shape{1, 1, 1}, Shape{1, 61, 33},
                             Shape{3, 20, 90}, Shape{3, 7, 8}})
    for (const Shape& tile : {Shape{1, 8, 8}, Shape{3, 8, 8}, Shape{1, 5, 9}, Shape{3, 1, 1}}) {
      const Tensor picture = levels(shape), mapped = map_tiles(picture, tile, same);
      ASSERT_EQ(mapped.shape(), picture.shape());
      for (std::size_t i = 0; i < picture.size(); ++i)
        ASSERT_EQ(std::lround(mapped.data()[i] * 255), std::lround(picture.data()[i] * 255));
    }
}

TEST(Tiles, AConstantPictureStaysConstant) {
  const Tensor picture = filled({1, 45, 37}, Scalar(0.4));
  const Tensor mapped = map_tiles(
      picture, {1, 16, 16}, [](const Tensor& tiles) { return filled(tiles.shape(), Scalar(0.7)); });
  for (std::size_t i = 0; i < mapped.size(); ++i) EXPECT_NEAR(mapped.data()[i], 0.7, 1e-6);
}

TEST(Tiles, WhereTheyDisagreeOneGoesOverIntoTheNextWithoutAStep) {
  double count = 0;  // each tile says something else: 0, 1, 0, 1, …
  const Tensor mapped = map_tiles(filled({1, 16, 200}), {1, 16, 16}, [&](const Tensor& tiles) {
    Tensor said = filled(tiles.shape());
    for (std::size_t t = 0; t < tiles.shape()[0]; ++t, count += 1)
      for (std::size_t k = 0; k < said.shape()[1]; ++k)
        said(t, k) = static_cast<Scalar>(std::fmod(count, 2));
    return said;
  });
  double least = 1, most = 0, steepest = 0;
  for (std::size_t x = 0; x + 1 < 200; ++x) {
    least = std::min<double>(least, mapped(0, 8, x));
    most = std::max<double>(most, mapped(0, 8, x));
    steepest = std::max<double>(steepest, std::abs(mapped(0, 8, x + 1) - mapped(0, 8, x)));
  }
  EXPECT_LT(least, 0.02);
  EXPECT_GT(most, 0.98);
  EXPECT_LT(steepest, 0.25);  // 8 pixels from one to the other: sin² is steepest by π / 16
}

TEST(Tiles, AModelOfOneChannelTakesEachColourByItself) {
  const Tensor picture = levels({3, 12, 12});
  const Tensor mapped = map_tiles(picture, {1, 8, 8}, [](const Tensor& tiles) {
    EXPECT_EQ(tiles.shape()[1], 64u);
    return Tensor(1 - tiles);
  });
  for (std::size_t i = 0; i < picture.size(); ++i)
    EXPECT_NEAR(mapped.data()[i], 1 - picture.data()[i], 1e-5);
}

TEST(Tiles, AModelOfThreeChannelsTakesGreyThriceAndItsMeanIsTaken) {
  const Tensor mapped = map_tiles(filled({1, 6, 6}, 0.5), {3, 4, 4}, [](const Tensor& tiles) {
    Tensor said = tiles;
    for (std::size_t t = 0; t < tiles.shape()[0]; ++t)
      for (std::size_t k = 0; k < 16; ++k) said(t, k) = Scalar(0.8);  // red alone
    return said;
  });
  ASSERT_EQ(mapped.shape(), filled({1, 6, 6}).shape());
  for (std::size_t i = 0; i < mapped.size(); ++i) EXPECT_NEAR(mapped.data()[i], 0.6, 1e-6);
}

TEST(Tiles, SayWhatTheyCannotCover) {
  const auto cover = [](const Shape& picture, const Shape& tile) {
    return message_of<ShapeError>([&] { map_tiles(filled(picture), tile, same); });
  };
  EXPECT_PRED2(contains, cover({2, 4, 4}, {1, 2, 2}), "(2, 4, 4)");
  EXPECT_PRED2(contains, cover({1, 4, 4}, {30}), "(30)");
}

}  // namespace
}  // namespace hourglass::testing
