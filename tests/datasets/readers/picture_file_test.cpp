#include "hourglass/datasets/readers/picture_file.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "hourglass/autograd/base/error.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hourglass::testing { namespace {

/// A slope of light, in each channel another, which a JPEG keeps nearly.
PictureFile slope(std::size_t channels) {
  PictureFile picture{24, 16, channels, {}};
  for (std::size_t y = 0; y < picture.height; ++y)
    for (std::size_t x = 0; x < picture.width; ++x)
      for (std::size_t c = 0; c < channels; ++c)
        picture.pixels.push_back(static_cast<std::uint8_t>(20 + 6 * x + 4 * y + 10 * c));
  return picture;
}

class Jpeg : public ::testing::TestWithParam<std::size_t> {};

TEST_P(Jpeg, IsReadAsItWasWrittenButForALittle) {
  const TestFolder folder;
  const PictureFile picture = slope(GetParam());
  std::ofstream(folder / "a.jpg", std::ios::binary) << encode_jpeg(picture, 95);
  const PictureFile read = read_picture_file(folder / "a.jpg");
  EXPECT_EQ(read.width, 24u);
  EXPECT_EQ(read.height, 16u);
  ASSERT_EQ(read.channels, GetParam());
  ASSERT_EQ(read.pixels.size(), picture.pixels.size());
  for (std::size_t i = 0; i < read.pixels.size(); ++i)
    EXPECT_NEAR(read.pixels[i], picture.pixels[i], 6) << i;
}

TEST_P(Jpeg, IsSmallerAtALowerQuality) {
  EXPECT_LT(encode_jpeg(slope(GetParam()), 10).size(), encode_jpeg(slope(GetParam()), 95).size());
}

TEST_P(Jpeg, SaysThatItIsCutOffWithoutCrashing) {
  const std::string bytes = encode_jpeg(slope(GetParam()), 80);
  for (std::size_t size = 0; size + 2 < bytes.size(); ++size)
    EXPECT_TRUE(contains(
        message_of<DataError>([&] { decode_picture(bytes.substr(0, size), "a.jpg"); }), "a.jpg: "))
        << size;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0xff);
    try {  // a JPEG has no checksum: other pixels, or an error
      const PictureFile picture = decode_picture(damaged, "a.jpg");
      EXPECT_EQ(picture.pixels.size(), picture.width * picture.height * picture.channels);
    } catch (const DataError&) {
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Channels, Jpeg, ::testing::Values(1, 3));

}  // namespace
}  // namespace hourglass::testing
