#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
// jpeglib.h wants FILE
#include <jpeglib.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/readers/picture_file.hpp"
#include "tests/datasets/readers/picture_bytes.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

using std::string_literals::operator""s;

/// A JPEG file of 16 × 16 pixels, all with these channels, which no other part of it knows.
std::string flat_jpeg(std::vector<std::uint8_t> pixel, J_COLOR_SPACE given, J_COLOR_SPACE stored,
                      bool progressive = false, bool arithmetic = false) {
  jpeg_compress_struct info{};
  jpeg_error_mgr faults{};
  info.err = jpeg_std_error(&faults);
  jpeg_create_compress(&info);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &bytes, &size);
  info.image_width = info.image_height = 16;
  info.input_components = static_cast<int>(pixel.size());
  info.in_color_space = given;
  jpeg_set_defaults(&info);
  jpeg_set_colorspace(&info, stored);
  jpeg_set_quality(&info, 100, TRUE);
  info.arith_code = arithmetic;
  if (progressive) jpeg_simple_progression(&info);
  jpeg_start_compress(&info, TRUE);
  std::vector<std::uint8_t> row;
  for (int x = 0; x < 16; ++x) row.insert(row.end(), pixel.begin(), pixel.end());
  for (int y = 0; y < 16; ++y) {
    JSAMPROW line = row.data();
    jpeg_write_scanlines(&info, &line, 1);
  }
  jpeg_finish_compress(&info);
  std::string file(reinterpret_cast<const char*>(bytes), size);
  jpeg_destroy_compress(&info);
  std::free(bytes);
  return file;
}

TEST(JpegOfEveryKind, IsReadAsItsColours) {
  const struct {
    std::vector<std::uint8_t> pixel;
    J_COLOR_SPACE given, stored;
    bool progressive, arithmetic;
    std::vector<int> colours;
  } cases[] = {
      {{77}, JCS_GRAYSCALE, JCS_GRAYSCALE, false, false, {77}},
      {{200, 100, 50}, JCS_RGB, JCS_RGB, false, false, {200, 100, 50}},
      {{200, 100, 50}, JCS_RGB, JCS_YCbCr, true, false, {200, 100, 50}},
      {{200, 100, 50}, JCS_RGB, JCS_YCbCr, false, true, {200, 100, 50}},
      // Inks, 255 for none: r = k − round((255 − c) k / 255)
      {{200, 100, 50, 255}, JCS_CMYK, JCS_CMYK, false, false, {200, 100, 50}},
      {{200, 100, 50, 128}, JCS_CMYK, JCS_CMYK, false, false, {100, 50, 25}},
      {{200, 100, 50, 128}, JCS_CMYK, JCS_YCCK, true, false, {100, 50, 25}},
  };
  for (const auto& one : cases) {
    const PictureFile picture = decode_picture(
        flat_jpeg(one.pixel, one.given, one.stored, one.progressive, one.arithmetic), "a.jpg");
    EXPECT_EQ(picture.lost.cmyk, one.pixel.size() == 4);
    ASSERT_EQ(picture.channels, one.colours.size());
    for (std::size_t c = 0; c < picture.channels; ++c)
      EXPECT_NEAR(picture.pixels[c], one.colours[c], 1);
  }
}

/// Where the file's frame begins: its marker, length, precision, height, width, components.
std::size_t frame_of(const std::string& jpeg) {
  return jpeg.find("\xff\xc0\0\x0b"s);
}

TEST(JpegOfEveryKind, IsCalledDamagedOnlyWhereItIs) {
  const std::string whole = flat_jpeg({77}, JCS_GRAYSCALE, JCS_GRAYSCALE);
  const auto fault = [](const std::string& file) {
    return message_of<DataError>([&] { decode_picture(file, "a.jpg"); });
  };
  std::string deep = whole, lossless = whole;
  deep[frame_of(deep) + 4] = 12;
  lossless[frame_of(lossless) + 1] = '\xc3';
  EXPECT_EQ(
      fault(deep),
      "a.jpg: it is a JPEG file of more than 8 bits per channel, which is not supported: save it "
      "with 8 bits, or as PNG");
  EXPECT_EQ(fault(lossless),
            "a.jpg: it is a lossless or hierarchical JPEG file, which is not read: save it as PNG");
  EXPECT_EQ(fault(whole.substr(0, whole.size() / 2)), "a.jpg: damaged JPEG file: it is cut off");
  EXPECT_EQ(fault(whole.substr(0, 100)), "a.jpg: damaged JPEG file: it is cut off");
  std::string more = whole;
  more.insert(more.size() - 2, "\1\2\3");  // between its data and its end, as some cameras do
  EXPECT_EQ(decode_picture(more, "a.jpg").pixels, decode_picture(whole, "a.jpg").pixels);
}

// ---- Orientation

/// The corners of a picture of 32 × 16 pixels, dark to bright from the upper left one on, row by
/// row, as a digit each.
std::string corners(const PictureFile& picture) {
  std::string digits;
  for (std::size_t y : {std::size_t{0}, picture.height - 1})
    for (std::size_t x : {std::size_t{0}, picture.width - 1})
      digits +=
          static_cast<char>('1' + picture.pixels[(y * picture.width + x) * picture.channels] / 64);
  return digits;
}

PictureFile four_corners() {
  PictureFile picture{32, 16, 1, {}};
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 32; ++x)
      picture.pixels.push_back(static_cast<std::uint8_t>(30 + 64 * (2 * (y / 8) + x / 16)));
  return picture;
}

TEST(Orientation, OfAPhotographIsApplied) {
  // Where the tag says that the first row and column lie, CIPA DC-008, figure of tag 274
  const std::vector<std::string> upright = {"1234", "2143", "4321", "3412",
                                            "1324", "3142", "4231", "2413"};
  const std::string jpeg = encode_jpeg(four_corners(), 95), png = encode_png(four_corners());
  for (int orientation = 1; orientation <= 8; ++orientation)
    for (bool big : {false, true}) {
      const std::string exif = exif_of(orientation, big);
      std::string in_png = png;
      in_png.insert(33, png_part({"eXIf", exif}));  // after the header
      std::string at_its_end = png;
      at_its_end.insert(png.size() - 12, png_part({"eXIf", exif}));
      const std::string xmp = with_segment(with_segment(jpeg, '\xe1', "Exif\0\0"s + exif), '\xe1',
                                           "http://ns.adobe.com/xap/1.0/\0<x/>"s);
      for (const std::string& file :
           {with_segment(jpeg, '\xe1', "Exif\0\0"s + exif), xmp, in_png, at_its_end}) {
        const PictureFile picture = decode_picture(file, "a");
        EXPECT_EQ(corners(picture), upright[static_cast<std::size_t>(orientation - 1)])
            << orientation << big;
        EXPECT_EQ(picture.width, orientation >= 5 ? 16u : 32u);
      }
    }
}

TEST(Orientation, ThatIsDamagedIsNoReasonToRefuseAPicture) {
  const std::string jpeg = encode_jpeg(four_corners(), 95);
  const std::string exif = "Exif\0\0"s + exif_of(6);
  const auto read = [&](const std::string& data) {
    return decode_picture(with_segment(jpeg, '\xe1', data), "a.jpg");
  };
  for (int none : {0, 9, 255, 65535})
    EXPECT_EQ(corners(read("Exif\0\0"s + exif_of(none))), "1234") << none;
  for (std::size_t size = 0; size < exif.size(); ++size)
    EXPECT_EQ(read(exif.substr(0, size)).pixels.size(), 512u);
  for (std::size_t i = 0; i < exif.size(); ++i)
    for (char byte : {'\0', '\x7f', '\xff'}) {
      std::string damaged = exif;
      damaged[i] = byte;
      EXPECT_EQ(read(damaged).pixels.size(), 512u);
    }
}

}  // namespace
}  // namespace hourglass::testing
