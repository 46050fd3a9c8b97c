#include "hourglass/autograd/base/file_kind.hpp"

#include <algorithm>
#include <cctype>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

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
};

constexpr Kind others[] = {
    {0, "version https://git-lfs", "a Git LFS pointer: fetch the file itself with 'git lfs pull'"},
    {0, "\x93NUMPY", "an NPY file"},
    {0, "\x89PNG", "a PNG picture"},
    {0, "\xff\xd8\xff", "a JPEG picture"},
    {0, "\x89HDF", "an HDF5 file, as Keras and MATLAB write: save its arrays with numpy.save"},
    {0, "MATLAB 5.0 MAT-file",
     "a MATLAB file: save its arrays with scipy.io.loadmat and numpy.save"},
    {0, "\x1f\x8b", "a file packed with gzip: unpack it with gunzip"},
    {0, "BZh", "a file packed with bzip2: unpack it with bunzip2"},
    {0,
     "\xfd"
     "7zXZ",
     "a file packed with xz: unpack it with unxz"},
    {0, "\x28\xb5\x2f\xfd", "a file packed with zstd: unpack it with unzstd"},
    {0, "7z\xbc\xaf", "a 7z archive: unpack it"},
    {0, "Rar!", "a RAR archive: unpack it"},
    {257, "ustar", "a TAR archive: unpack it"},
    {0, "PAR1", "a Parquet file: save it as CSV, with pandas.read_parquet and to_csv"},
    {0, "ARROW1", "an Arrow file: save it as CSV, with pandas.read_feather and to_csv"},
    {0, "\xd0\xcf\x11\xe0", "an old Office file: save its sheet as CSV"},
    {0, "SQLite format 3", "an SQLite database: export a table as CSV"},
    {0, "%PDF", "a PDF document"},
    {0,
     "\x7f"
     "ELF",
     "a program"},
    {0, "GGUF", "a GGUF model"},
    {0, "\0\0\x08"sv, "an IDX file"},
    {8, "{\"", "a safetensors file"},
};

/// Python's pickles begin with the number of their format, and end with a dot.
bool is_pickle(std::string_view bytes) {
  return bytes.size() > 2 && bytes[0] == '\x80' && bytes[1] >= 2 && bytes[1] <= 5;
}

/// A ZIP archive by the names of its first files, which stand in it in plain letters.
std::string archive_kind(std::string_view bytes) {
  const auto holds = [&](std::string_view name) { return bytes.find(name) != bytes.npos; };
  if (holds("/data.pkl")) return "a PyTorch file: only safetensors files are read";
  if (holds("[Content_Types].xml") || holds("docProps/") || holds("xl/w") ||
      holds("mimetypeapplication/vnd.oasis"))
    return "an Excel or Office file: save its sheet as CSV";
  if (holds(".npy")) return "an NPZ archive of arrays: save one with numpy.save";
  if (holds("config.json") && holds("metadata.json"))
    return "a Keras model: only safetensors files are read";
  return "a ZIP archive: unpack it";
}

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
  if (bytes.starts_with("PK\x03\x04")) return archive_kind(bytes);
  if (is_pickle(bytes)) return "a Python pickle, which is not read: save it in another format";
  for (const Kind& kind : others)
    if (fits(kind, bytes)) return kind.name;
  if (bytes.starts_with("BM") && bytes.substr(0, 10).ends_with("\0\0\0\0"sv))  // "BMI" may be text
    return std::string("a BMP picture") + convert;
  for (const Kind& kind : pictures)
    if (fits(kind, bytes)) return std::string(kind.name) + convert;
  const std::string_view text =
      bytes.substr(std::min(bytes.find_first_not_of(" \t\r\n\xef\xbb\xbf"), bytes.size()));
  if (starts_with_word(text, "<!doctype html") || starts_with_word(text, "<html"))
    return "a web page, perhaps of a download that failed";
  if (starts_with_word(text, "<svg")) return std::string("an SVG drawing") + convert;
  return "";
}

}}  // namespace hourglass
