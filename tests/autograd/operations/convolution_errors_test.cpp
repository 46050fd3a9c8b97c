// Messages are part of what users meet, so they are checked word for word.

#include <gtest/gtest.h>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

class ConvolutionErrors : public ::testing::Test {
 protected:
  std::string of_conv(const Shape& x, const Shape& w, ConvOptions options = {}) {
    return message_of<ShapeError>([&] { conv2d(value(x), value(w), options); });
  }
  std::string of_transpose(const Shape& x, const Shape& w, ConvTransposeOptions options = {}) {
    return message_of<ShapeError>([&] { conv_transpose2d(value(x), value(w), options); });
  }
  Var value(const Shape& shape) { return tape.constant(filled(shape)); }

  Tape tape;
};

TEST_F(ConvolutionErrors, NameShapesWithoutFourAxes) {
  EXPECT_EQ(of_conv({2, 3, 4}, {5, 3, 3, 3}),
            "conv2d: x is (2, 3, 4) and w is (5, 3, 3, 3): both must have four axes");
  EXPECT_EQ(of_transpose({2, 3, 4, 4}, {3, 5}),
            "conv_transpose2d: x is (2, 3, 4, 4) and w is (3, 5): both must have four axes");
}

TEST_F(ConvolutionErrors, CountChannelsAndGroups) {
  EXPECT_EQ(
      of_conv({1, 4, 5, 5}, {6, 3, 3, 3}),
      "conv2d: x is (1, 4, 5, 5) and w is (6, 3, 3, 3): 4 channels are not 1 groups of w's 3");
  EXPECT_EQ(of_conv({1, 4, 5, 5}, {5, 2, 3, 3}, {.groups = 2}),
            "conv2d: x is (1, 4, 5, 5) and w is (5, 2, 3, 3): 5 output channels do not make 2 "
            "groups");
  EXPECT_EQ(of_conv({1, 4, 5, 5}, {5, 4, 3, 3}, {.groups = 0}),
            "conv2d: x is (1, 4, 5, 5) and w is (5, 4, 3, 3): there must be a group at least");
  EXPECT_EQ(of_transpose({1, 4, 5, 5}, {3, 2, 3, 3}),
            "conv_transpose2d: x is (1, 4, 5, 5) and w is (3, 2, 3, 3): 4 channels but weights "
            "for 3");
  EXPECT_EQ(of_transpose({1, 3, 5, 5}, {3, 2, 3, 3}, {.groups = 2}),
            "conv_transpose2d: x is (1, 3, 5, 5) and w is (3, 2, 3, 3): 3 channels do not make 2 "
            "groups");
}

TEST_F(ConvolutionErrors, RefuseAKernelBeyondThePaddedImage) {
  EXPECT_EQ(of_conv({1, 1, 4, 9}, {1, 1, 3, 3}, {.padding = 1, .dilation = {3, 1}}),
            "conv2d: x is (1, 1, 4, 9) and w is (1, 1, 3, 3): the kernel reaches over 7 of the "
            "height's 6 pixels, padding counted");
  EXPECT_EQ(of_conv({1, 1, 4, 2}, {1, 1, 3, 3}),
            "conv2d: x is (1, 1, 4, 2) and w is (1, 1, 3, 3): the kernel reaches over 3 of the "
            "width's 2 pixels, padding counted");
  EXPECT_EQ(of_conv({1, 1, 4, 4}, {1, 1, 0, 3}),
            "conv2d: x is (1, 1, 4, 4) and w is (1, 1, 0, 3): the kernel must not be empty");
}

TEST_F(ConvolutionErrors, RefuseStridesAndDilationsOfZero) {
  EXPECT_EQ(of_conv({1, 1, 4, 4}, {1, 1, 3, 3}, {.stride = {2, 0}}),
            "conv2d: x is (1, 1, 4, 4) and w is (1, 1, 3, 3): the stride (2, 0) must not be zero");
  EXPECT_EQ(of_transpose({1, 1, 4, 4}, {1, 1, 3, 3}, {.dilation = 0}),
            "conv_transpose2d: x is (1, 1, 4, 4) and w is (1, 1, 3, 3): the dilation (0, 0) must "
            "not be zero");
}

TEST_F(ConvolutionErrors, RefusePaddingThatTheOutputHasNoPlaceFor) {
  EXPECT_EQ(of_transpose({1, 1, 4, 4}, {1, 1, 3, 3}, {.stride = 2, .output_padding = {1, 2}}),
            "conv_transpose2d: x is (1, 1, 4, 4) and w is (1, 1, 3, 3): the output padding (1, 2) "
            "must be less than the stride or the dilation");
  EXPECT_EQ(of_transpose({1, 1, 1, 2}, {1, 1, 2, 2}, {.padding = 1}),
            "conv_transpose2d: x is (1, 1, 1, 2) and w is (1, 1, 2, 2): the padding (1, 1) cuts "
            "all 2 pixels of the height");
  EXPECT_EQ(of_transpose({1, 1, 0, 2}, {1, 1, 2, 2}),
            "conv_transpose2d: x is (1, 1, 0, 2) and w is (1, 1, 2, 2): x must have pixels");
}

TEST_F(ConvolutionErrors, NameTheBiasAndTheModule) {
  const std::string module = "encoder.0";
  const ModuleScope scope(tape.context(), module);
  EXPECT_EQ(
      message_of<ShapeError>([&] { conv2d(value({1, 2, 4, 4}), value({3, 2, 3, 3}), value({2})); }),
      "conv2d: b is (2) but w is (3, 2, 3, 3): b must be (3) (in encoder.0)");
  EXPECT_EQ(message_of<ShapeError>([&] {
              conv_transpose2d(value({1, 2, 4, 4}), value({2, 3, 3, 3}), value({3}), {.groups = 2});
            }),
            "conv_transpose2d: b is (3) but w is (2, 3, 3, 3): b must be (6) (in encoder.0)");
}

}  // namespace
}  // namespace hourglass::testing
