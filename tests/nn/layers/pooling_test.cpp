// The layers that shrink and enlarge images without weights.

#include <gtest/gtest.h>

#include "hourglass/nn/layers/convolution.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

TEST(Pooling, TakesTheLargestOrTheMeanOfEachWindow) {
  MaxPool2d max;
  AvgPool2d average;
  MaxPool2d overlapping({.kernel = 3, .stride = 1, .padding = 1});
  Tape tape;
  Var x = tape.constant(tensor({1, 1, 2, 4}, {1, 2, 5, 6, 3, 4, 7, 8}));
  EXPECT_TRUE(is_same(max(x).value(), tensor({1, 1, 1, 2}, {4, 8})));
  EXPECT_TRUE(is_near(average(x).value(), tensor({1, 1, 1, 2}, {2.5, 6.5}), epsilon));
  EXPECT_TRUE(is_same(overlapping(x).value(), tensor({1, 1, 2, 4}, {4, 7, 8, 8, 4, 7, 8, 8})));
}

TEST(UpsampleTest, RepeatsPixelsUnlessToldToInterpolate) {
  Upsample nearest;
  Upsample bilinear({.factor = {1, 2}, .mode = Interpolation::bilinear});
  Tape tape;
  Var x = tape.constant(tensor({1, 1, 1, 2}, {0, 4}));
  EXPECT_TRUE(is_same(nearest(x).value(), tensor({1, 1, 2, 4}, {0, 0, 4, 4, 0, 0, 4, 4})));
  EXPECT_TRUE(is_near(bilinear(x).value(), tensor({1, 1, 1, 4}, {0, 1, 3, 4}), 4 * epsilon));
}

TEST(PixelShuffleTest, SpreadsChannelsOverPixels) {
  PixelShuffle shuffle(2);
  Tape tape;
  Var x = tape.constant(tensor({1, 4, 1, 1}, {1, 2, 3, 4}));
  EXPECT_TRUE(is_same(shuffle(x).value(), tensor({1, 1, 2, 2}, {1, 2, 3, 4})));
}

}  // namespace
}  // namespace hourglass::testing
