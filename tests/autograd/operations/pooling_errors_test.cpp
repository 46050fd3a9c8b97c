// What operations on images say where they cannot be done, word for word.

#include <gtest/gtest.h>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/shape_errors.hpp"

namespace hourglass::testing { namespace {

class ErrorsOfImages : public ErrorsInModule {
 protected:
  ErrorsOfImages() : ErrorsInModule("encoder.1") {}
};

TEST_F(ErrorsOfImages, SayWhatImagesAre) {
  const std::string end = ": x is (2, 3, 4): images are (N, C, H, W) (in encoder.1)";
  Var x = value({2, 3, 4});
  EXPECT_EQ(message([&] { max_pool2d(x); }), "max_pool2d" + end);
  EXPECT_EQ(message([&] { avg_pool2d(x); }), "avg_pool2d" + end);
  EXPECT_EQ(message([&] { upsample_nearest(x, 2); }), "upsample_nearest" + end);
  EXPECT_EQ(message([&] { upsample_bilinear(x, 2); }), "upsample_bilinear" + end);
  EXPECT_EQ(message([&] { pixel_shuffle(x, 2); }), "pixel_shuffle" + end);
}

TEST_F(ErrorsOfImages, OfPoolingNameTheKernel) {
  Var x = value({2, 3, 4, 5});
  EXPECT_EQ(message([&] { max_pool2d(x, {.kernel = {2, 0}}); }),
            "max_pool2d: the kernel is 2 by 0: it must be at least 1 by 1 (in encoder.1)");
  EXPECT_EQ(message([&] { avg_pool2d(x, {.kernel = {4, 3}, .padding = {2, 2}}); }),
            "avg_pool2d: the padding is 2 by 2 but the kernel 4 by 3: at most half of the kernel "
            "may be padding (in encoder.1)");
  EXPECT_EQ(message([&] { avg_pool2d(x, {.kernel = 5}); }),
            "avg_pool2d: x is (2, 3, 4, 5), padded by 0 by 0: a kernel of 5 by 5 does not fit (in "
            "encoder.1)");
  EXPECT_EQ(message([&] { max_pool2d(x, {.kernel = {2, 8}, .padding = 1}); }),
            "max_pool2d: x is (2, 3, 4, 5), padded by 1 by 1: a kernel of 2 by 8 does not fit (in "
            "encoder.1)");
}

TEST_F(ErrorsOfImages, OfMaxPoolRefuseImagesOfNoOrTooManyPixels) {
  const std::string rule = ": images need 1 to 16777216 pixels (in encoder.1)";
  EXPECT_EQ(message([&] { max_pool2d(value({2, 3, 0, 5}), {.kernel = 2, .padding = 1}); }),
            "max_pool2d: x is (2, 3, 0, 5)" + rule);
  EXPECT_EQ(message([&] { max_pool2d(value({0, 1, 4097, 4096})); }),
            "max_pool2d: x is (0, 1, 4097, 4096)" + rule);
}

TEST_F(ErrorsOfImages, OfEnlargingNameTheFactor) {
  Var x = value({2, 3, 4, 5});
  EXPECT_EQ(message([&] { upsample_nearest(x, {2, 0}); }),
            "upsample_nearest: the factor is 2 by 0: it must be at least 1 by 1 (in encoder.1)");
  EXPECT_EQ(message([&] { upsample_bilinear(x, 0); }),
            "upsample_bilinear: the factor is 0 by 0: it must be at least 1 by 1 (in encoder.1)");
}

TEST_F(ErrorsOfImages, OfPixelShuffleCountTheChannels) {
  Var x = value({2, 6, 4, 5});
  for (std::size_t r : {std::size_t{0}, std::size_t{2}, std::size_t{1} << 32})
    EXPECT_EQ(
        message([&] { pixel_shuffle(x, r); }),
        "pixel_shuffle: x is (2, 6, 4, 5): its 6 channels are not a multiple of r² with r = " +
            std::to_string(r) + " (in encoder.1)");
}

TEST_F(ErrorsOfImages, RecordNothing) {
  Var x = value({2, 3, 4, 5});
  const std::size_t before = tape.size();
  EXPECT_THROW(max_pool2d(x, {.kernel = 9}), ShapeError);
  EXPECT_THROW(avg_pool2d(x, {.kernel = 9}), ShapeError);
  EXPECT_THROW(upsample_nearest(x, 0), ShapeError);
  EXPECT_THROW(upsample_bilinear(x, 0), ShapeError);
  EXPECT_THROW(pixel_shuffle(x, 2), ShapeError);
  EXPECT_EQ(tape.size(), before);
}

}  // namespace
}  // namespace hourglass::testing
