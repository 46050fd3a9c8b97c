#include "datasets/file_kind.hpp"

#include <algorithm>
#include <cctype>

namespace hourglass {

namespace {

/// Bytes that files of a kind have at this place.
struct Kind {
  std::size_t at;
  std::string_view bytes;
  const char* name;
};

constexpr const char* convert = ": convert it to PNG";
using std::string_view_literals::operator""sv;

constexpr Kind pictures[] = {
    {0, "GIF8", "a GIF picture"},
    {8, "WEBP", "a WebP picture"},
    {0, "II*\0"sv, "a TIFF picture"},
    {0, "MM\0*"sv, "a TIFF picture"},
    {0, "II+\0"sv, "a BigTIFF picture"},
    {0, "MM\0+"sv, "a BigTIFF picture"},
    {4, "ftypheic", "a HEIC picture"},
    {4, "ftypheix", "a HEIC picture"},
    {4, "ftypmif1", "a HEIF picture"},
    {4, "ftypavif", "an AVIF picture"},
    {0, "\0\0\0\x0cjP  "sv, "a JPEG 2000 picture"},
    {0, "\0\0\0\x0cJXL "sv, "a JPEG XL picture"},
    {0, "\xff\x0a", "a JPEG XL picture"},
    {0, "8BPS", "a Photoshop picture"},
    {0, "\x76\x2f\x31\x01", "an OpenEXR picture"},
    {128, "DICM", "a DICOM picture"},
    {0, "SIMPLE  =", "a FITS picture"},
    {0, "BM", "a BMP picture"},
};

constexpr Kind others[] = {
    {0, "version https://git-lfs", "a Git LFS pointer: fetch the file itself with 'git lfs pull'"},
    {0, "\x93NUMPY", "an NPY file"},
    {0, "\x89HDF", "an HDF5 file"},
    {0, "PK\x03\x04", "a ZIP archive: unpack it"},
    {0, "\x1f\x8b", "a file packed with gzip: unpack it"},
    {0, "%PDF", "a PDF document"},
    {0, "\0\0\x08"sv, "an IDX file"},
};

bool fits(const Kind& kind, std::string_view bytes) {
  return bytes.size() > kind.at && bytes.substr(kind.at).starts_with(kind.bytes);
}

/// Whether text begins with this word, however it is written.
bool starts_with_word(std::string_view bytes, std::string_view word) {
  return bytes.size() >= word.size() &&
         std::equal(word.begin(), word.end(), bytes.begin(), [](char a, char b) {
           return a == static_cast<char>(std::tolower(static_cast<unsigned char>(b)));
         });
}

}  // namespace

std::string file_kind(std::string_view bytes) {
  if (bytes.empty()) return "empty";
  for (const Kind& kind : others)
    if (fits(kind, bytes)) return kind.name;
  for (const Kind& kind : pictures)
    if (fits(kind, bytes)) return std::string(kind.name) + convert;
  const std::string_view text =
      bytes.substr(std::min(bytes.find_first_not_of(" \t\r\n\xef\xbb\xbf"), bytes.size()));
  if (starts_with_word(text, "<!doctype html") || starts_with_word(text, "<html"))
    return "a web page, perhaps of a download that failed";
  if (starts_with_word(text, "<svg")) return std::string("an SVG drawing") + convert;
  return "";
}

}  // namespace hourglass
