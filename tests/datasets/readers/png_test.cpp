#include <gtest/gtest.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/readers/picture_file.hpp"
#include "tests/datasets/readers/picture_bytes.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

using std::string;
using std::string_literals::operator""s;

struct PngCase {
  string name;
  int width, depth, type;  // PNG's colour types: 0 grey, 2 RGB, 3 palette, 4 grey α, 6 RGBA
  string row;              // the bytes of its only row
  std::vector<PngPart> parts;
  std::vector<int> pixels;  // what reading gives
  string lost;
};

/// The losses by their first letters: depth, alpha, transparent, cmyk, animation.
string letters(const PictureLosses& lost) {
  string text;
  if (lost.depth) text += 'd';
  if (lost.alpha) text += 'a';
  if (lost.transparent) text += 't';
  if (lost.cmyk) text += 'c';
  if (lost.animation) text += 'n';
  return text;
}

const PngPart palette{"PLTE", "\x0a\x14\x1e\xc8\x64\x32"s};

const std::vector<PngCase> cases = {
    {"grey of 16 bits", 2, 16, 0, "\x80\x80\x20\x20", {}, {0x80, 0x20}, "d"},
    {"the upper 8 of 16 bits, not the nearest", 1, 16, 0, "\x10\xff", {}, {0x10}, "d"},
    {"RGB of 16 bits", 1, 16, 2, "\1\2\3\4\5\6", {}, {1, 3, 5}, "d"},
    {"1 bit", 4, 1, 0, "\xa0", {}, {255, 0, 255, 0}, ""},
    {"2 bits", 4, 2, 0, "\x1b", {}, {0, 85, 170, 255}, ""},
    {"4 bits", 2, 4, 0, "\x1f", {}, {17, 255}, ""},
    {"a palette", 3, 1, 3, "\x40", {palette}, {10, 20, 30, 200, 100, 50, 10, 20, 30}, ""},
    {"a palette with alpha",
     2,
     8,
     3,
     "\0\1"s,
     {palette, {"tRNS", "\x80"}},
     {5, 10, 15, 200, 100, 50},
     "at"},
    {"grey on black", 3, 8, 4, "\xc8\xff\xc8\x80\xc8\0"s, {}, {200, 100, 0}, "at"},
    {"RGBA on black", 1, 8, 6, "\xff\x64\1\x80", {}, {128, 50, 1}, "at"},
    {"RGBA of 16 bits", 1, 16, 6, "\xff\0\x64\0\1\0\x80\0"s, {}, {128, 50, 1}, "dat"},
    {"an opaque alpha channel", 1, 8, 6, "\1\2\3\xff", {}, {1, 2, 3}, "a"},
    {"a transparent grey", 2, 8, 0, "\x07\x08", {{"tRNS", "\0\7"s}}, {0, 8}, "at"},
    {"a transparent colour of 16 bits",
     2,
     16,
     2,
     "\1\2\1\2\1\2\1\3\1\2\1\2",
     {{"tRNS", "\1\2\1\2\1\2"}},
     {0, 0, 0, 1, 1, 1},
     "dat"},
    {"gamma, which is ignored", 1, 8, 0, "\x64", {{"gAMA", "\0\1\x86\xa0"s}}, {100}, ""},
    {"primaries, which are ignored",
     1,
     8,
     2,
     "\x64\x32\x19",
     {{"gAMA", "\0\1\x86\xa0"s},
      {"cHRM",
       "\0\0\x7a\x25\0\0\x80\x84\0\0\xfa\0\0\0\x80\xe8\0\0\x75\x30\0\0\xea\x60\0\0\x3a\x98"
       "\0\0\x17\x70"s}},
     {100, 50, 25},
     ""},
    {"an animation", 1, 8, 0, "\x64", {{"acTL", "\0\0\0\2\0\0\0\0"s}}, {100}, "n"},
    {"one picture that says it is animated",
     1,
     8,
     0,
     "\x64",
     {{"acTL", "\0\0\0\1\0\0\0\0"s}},
     {100},
     ""},
};

TEST(Png, IsReadAsTheNumbersThatItHolds) {
  for (const PngCase& one : cases)
    for (bool interlaced : {false, true}) {
      if (interlaced && one.width > 1) continue;  // of one pixel Adam7 has one pass
      const PictureFile picture = decode_picture(
          png_of_row(one.width, one.depth, one.type, one.row, one.parts, interlaced), "a.png");
      EXPECT_EQ(std::vector<int>(picture.pixels.begin(), picture.pixels.end()), one.pixels)
          << one.name;
      EXPECT_EQ(letters(picture.lost), one.lost) << one.name;
    }
}

TEST(Png, OfOursIsReadAsItWasWritten) {
  for (std::size_t channels : {1, 3}) {
    PictureFile picture{16, 16, channels, {}};
    for (std::size_t i = 0; i < 256 * channels; ++i)
      picture.pixels.push_back(static_cast<std::uint8_t>(i));
    EXPECT_EQ(decode_picture(encode_png(picture), "a.png").pixels, picture.pixels);
  }
}

TEST(Png, ThatIsCutOffOrTooLargeSaysSo) {
  const string whole = png_of_row(3, 8, 0, "\1\2\3", {});
  for (std::size_t size : {std::size_t{20}, whole.size() / 2, whole.size() - 1})
    EXPECT_EQ(message_of<DataError>([&] { decode_picture(whole.substr(0, size), "a.png"); }),
              "a.png: damaged PNG file: it is cut off");
  EXPECT_EQ(
      message_of<DataError>([&] { decode_picture(png_of_row(2000000, 8, 0, "\1", {}), "a.png"); }),
      "a.png: it is 2000000 × 1 pixels large, more than is read");
}

}  // namespace
}  // namespace hourglass::testing
