// Sizes that are too large for any tensor: refused in one line by every operation that makes sizes
// of others, and never wrapped around to small ones.

#include <gtest/gtest.h>

#include <limits>

#include "hourglass/autograd/base/sizes.hpp"
#include "hourglass/autograd/operations.hpp"
#include "tests/support/shape_errors.hpp"

namespace hourglass::testing { namespace {

constexpr std::size_t largest = std::numeric_limits<std::size_t>::max();
constexpr std::size_t half = std::size_t{1} << 63, root = std::size_t{1} << 32;

TEST(ArithmeticOfSizes, StopsAtTheLargest) {
  EXPECT_EQ(add_sat(2, 3), 5u);
  EXPECT_EQ(add_sat(largest, 0), largest);
  EXPECT_EQ(add_sat(largest, 2), largest);
  EXPECT_EQ(mul_sat(root, root - 1), largest - root + 1);
  EXPECT_EQ(mul_sat(root, root), largest);
  EXPECT_EQ(mul_sat(half, 3), largest);
  EXPECT_EQ(mul_sat(0, largest), 0u);
}

TEST(ElementCount, IsTheProductOrRefused) {
  EXPECT_EQ(element_count({}), 1u);
  EXPECT_EQ(element_count({2, 3, 4}), 24u);
  EXPECT_EQ(element_count({2, 0, 4}), 0u);
  for (const Shape& shape :
       {Shape{root, root}, Shape{half, 2}, Shape{largest}, Shape{0, root, root},
        Shape{root, 0, root}, Shape{std::size_t{1} << 61}, Shape{3, largest, 3}})
    EXPECT_THROW(element_count(shape), ShapeError) << to_text(shape);
}

class SizesThatAreTooLarge : public ErrorsInModule {
 protected:
  SizesThatAreTooLarge() : ErrorsInModule("decoder.1") {}
  Var nothing(std::size_t size) { return value({0, size}); }
  Var no_images(std::size_t height, std::size_t width) { return value({0, 1, height, width}); }
};

TEST_F(SizesThatAreTooLarge, AreRefusedByEachOperation) {
  constexpr std::size_t wide = std::size_t{1} << 59, long_side = std::size_t{1} << 30;
  constexpr std::uint32_t far = 0xffffffff;
  const struct {
    const char* operation;
    std::function<Var()> compute;
  } table[] = {
      {"repeat", [&] { return repeat(value({2, 3}), 0, half); }},
      {"repeat", [&] { return repeat(value({2, 3}), 1, largest); }},
      {"repeat", [&] { return repeat(nothing(3), 1, half); }},
      {"pad", [&] { return pad(value({2}), 0, largest, 0); }},
      {"pad", [&] { return pad(value({2}), 0, 0, largest); }},
      {"pad", [&] { return pad(value({2}), 0, half, half); }},
      {"pad", [&] { return pad(nothing(2), 1, half, 0); }},
      {"concatenate",
       [&] {
         Var part = nothing(wide);
         return concatenate({part, part, part, part}, 1);
       }},
      {"stack",
       [&] {
         Var part = nothing(wide);
         return stack({part, part, part, part}, 1);
       }},
      {"add", [&] { return add(value({long_side, 1, 0}), value({long_side, 0})); }},
      {"mul", [&] { return mul(value({0, wide, 1}), value({0, 1, wide})); }},
      {"matmul", [&] { return matmul(value({root, 0}), value({0, root})); }},
      {"linear", [&] { return linear(value({root, 0}), value({root, 0})); }},
      {"conv_transpose2d",
       [&] {
         return conv_transpose2d(no_images(long_side, long_side), value({1, 1, 1, 1}),
                                 {.stride = far});
       }},
      {"conv2d",
       [&] { return conv2d(value({0, 1, 1, 1}), value({1, 1, 1, 1}), {.padding = far}); }},
      {"avg_pool2d",
       [&] {
         return avg_pool2d(no_images(long_side, long_side),
                           {.kernel = far, .stride = 1, .padding = far / 2});
       }},
      {"upsample_nearest", [&] { return upsample_nearest(no_images(long_side, 1), far); }},
      {"upsample_bilinear", [&] { return upsample_bilinear(no_images(1, long_side), far); }},
  };
  for (const auto& [operation, compute] : table) {
    const std::string text = message([&] { compute(); });
    EXPECT_TRUE(text.starts_with(std::string(operation) + ": ")) << operation << " said: " << text;
    EXPECT_TRUE(text.ends_with(" (in decoder.1)")) << text;
    EXPECT_EQ(tape.size() > 0 && text.find('\n') == std::string::npos, true);
  }
}

TEST_F(SizesThatAreTooLarge, AreNamed) {
  EXPECT_EQ(
      message([&] { repeat(value({2, 3}), 0, half); }),
      "repeat: the shape (18446744073709551615 or more, 3) is too large: its sizes other than 0 "
      "multiply to more than the 1152921504606846975 elements that memory can address (in "
      "decoder.1)");
  EXPECT_EQ(message([&] { reshape(value({0}), {root, root}); }),
            "reshape: x is (0) with 0 elements, which do not fill (4294967296, 4294967296) (in "
            "decoder.1)");
  EXPECT_EQ(message([&] { reshape(value({0}), {root, 0, root}); }),
            "reshape: the shape (4294967296, 0, 4294967296) is too large: its sizes other than 0 "
            "multiply to more than the 1152921504606846975 elements that memory can address (in "
            "decoder.1)");
  EXPECT_EQ(
      message([&] { pixel_shuffle(value({0, root / 4, 1, 1}), root); }),
      "pixel_shuffle: x is (0, 1073741824, 1, 1): its 1073741824 channels are not a multiple of "
      "r² with r = 4294967296 (in decoder.1)");
}

}  // namespace
}  // namespace hourglass::testing
