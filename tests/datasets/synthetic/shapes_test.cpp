#include "hourglass/datasets/synthetic/shapes.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <set>
#include <string>

#include "hourglass/datasets/catalog/catalog.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

std::string pixels(const Dataset& data, std::size_t i) {
  return {reinterpret_cast<const char*>(data.example(i)), data.features()};
}

/// The number of white pixels, and their mean column and row.
struct Blob {
  double size = 0, x = 0, y = 0;
};
Blob blob(const Dataset& data, std::size_t image) {
  Blob found;
  for (std::size_t i = 0; i < 784; ++i)
    if (data.example(image)[i]) {
      ++found.size;
      found.x += static_cast<double>(i % 28) + 0.5;
      found.y += static_cast<double>(i / 28) + 0.5;
    }
  return {found.size, found.x / found.size, found.y / found.size};
}

TEST(Shapes, HoldEachCombinationOfTheirFactorsOnce) {
  const Dataset data = make_shapes();
  ASSERT_EQ(data.size(), 6144u);
  EXPECT_EQ(data.example_shape(), (Shape{1, 28, 28}));
  const std::vector<KnownFactor> factors = shape_factors(data);
  ASSERT_EQ(factors.size(), 5u);
  std::set<std::string> images;
  for (std::size_t i = 0; i < data.size(); ++i) {
    images.insert(pixels(data, i));
    std::size_t number = 0;
    for (const KnownFactor& factor : factors) number = number * factor.choices + factor.values[i];
    ASSERT_EQ(number, i);
    ASSERT_EQ(data.label(i), factors[0].values[i]);
  }
  EXPECT_EQ(images.size(), 6144u) << "two combinations look the same";
  EXPECT_EQ(data.label_name(0) + data.label_name(1) + data.label_name(2), "half-disctriangleheart");
}

TEST(Shapes, LookLikeTheirFactors) {
  const Dataset data = make_shapes();
  const std::vector<KnownFactor> factors = shape_factors(data);
  std::size_t white = 0;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const Blob found = blob(data, i);
    white += static_cast<std::size_t>(found.size);
    const double radius = 4.5 + factors[1].values[i];
    ASSERT_NEAR(found.x, 8.4 + 1.6 * factors[3].values[i], 0.13 * radius) << i;
    ASSERT_NEAR(found.y, 8.4 + 1.6 * factors[4].values[i], 0.13 * radius) << i;
    if (factors[1].values[i] > 0) {  // the same at the size before
      ASSERT_GT(found.size, blob(data, i - 512).size) << i;
    }
  }
  EXPECT_EQ(white, 358720u) << "every processor draws the same pixels";
}

TEST(Shapes, AreTurnedByAnEighthAtATime) {
  // A quarter turn about the image's middle maps its pixels onto each other: image (angle, x, y)
  // becomes (angle + 2, y, 7 − x).
  const Dataset data = make_shapes();
  for (std::size_t image = 0; image < data.size(); image += 37) {
    const std::size_t y = image % 8, x = image / 8 % 8, angle = image / 64 % 8;
    const std::size_t turned = image / 512 * 512 + (angle + 2) % 8 * 64 + y * 8 + 7 - x;
    for (std::size_t row = 0; row < 28; ++row)
      for (std::size_t column = 0; column < 28; ++column)
        ASSERT_EQ(data.example(turned)[(27 - column) * 28 + row],
                  data.example(image)[row * 28 + column])
            << image << ": " << row << ", " << column;
  }
}

TEST(Shapes, AreRecognisedByTheirPixelsWhereverTheyAre) {
  const Dataset all = make_shapes(), few = all.subset({100, 6143, 5});
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < 3; ++i)
    bytes.insert(bytes.end(), few.example(i), few.example(i) + few.features());
  for (const Dataset& data : {few, Dataset("a copy", {1, 28, 28}, bytes)}) {
    const std::vector<KnownFactor> factors = shape_factors(data);
    ASSERT_EQ(factors.size(), 5u);
    EXPECT_EQ(factors[0].values, (std::vector<std::uint8_t>{0, 2, 0}));
    EXPECT_EQ(factors[4].values, (std::vector<std::uint8_t>{4, 7, 5}));
  }
  bytes[0] ^= 255;
  EXPECT_TRUE(shape_factors(Dataset("another", {1, 28, 28}, bytes)).empty());
  EXPECT_TRUE(shape_factors(load_dataset("mnist?limit=5", Split::test)).empty());
  EXPECT_TRUE(shape_factors(load_dataset("diabetes", Split::test)).empty());
  EXPECT_TRUE(shape_factors(all.slice(0, 0)).empty());
}

TEST(Shapes, AreSplitLikeOtherDataWithoutATestSet) {
  EXPECT_EQ(load_dataset("shapes", Split::train).size(), 4302u);
  EXPECT_EQ(load_dataset("shapes", Split::test).size(), 1842u);
  EXPECT_EQ(load_dataset("shapes?labels=heart", Split::all).size(), 2048u);
  EXPECT_EQ(shape_factors(load_dataset("shapes", Split::test))[2].values.size(), 1842u);
}

}  // namespace
}  // namespace hourglass::testing
