#include "hourglass/datasets/readers/text_file.hpp"

#include <fmt/format.h>
#include <iconv.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string_view>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_hooks.hpp"
#include "hourglass/autograd/base/file_kind.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const std::string& fault) {
  throw DataError(fmt::format("{}: {}", file.string(), fault));
}

std::size_t line_at(std::string_view text, std::size_t offset) {
  return 1 + static_cast<std::size_t>(std::count(text.begin(), text.begin() + offset, '\n'));
}

std::string read_bytes(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in || fs::is_directory(file)) fail(file, "cannot be read");
  std::string bytes(std::istreambuf_iterator<char>(in), {});
  if (in.bad()) fail(file, "cannot be read");
  return bytes;
}

/// The bytes as UTF-8, and how many were read before the first invalid one.
struct Converted {
  std::string text;
  std::size_t read = 0;
};

Converted converted(std::string_view bytes, const char* encoding) {
  Converted result;
  const iconv_t state = iconv_open("UTF-8", encoding);
  if (state == iconv_t(-1)) return result;  // NOLINT(performance-no-int-to-ptr): POSIX says so
  // iconv does not write there
  char* in = const_cast<char*>(bytes.data());
  std::size_t left = bytes.size();
  std::array<char, 1 << 16> buffer;
  while (left > 0) {
    char* out = buffer.data();
    std::size_t room = buffer.size();
    const bool whole = iconv(state, &in, &left, &out, &room) != std::size_t(-1);
    result.text.append(buffer.data(), buffer.size() - room);
    if (!whole && room == buffer.size()) break;  // nothing more can be read
  }
  iconv_close(state);
  result.read = bytes.size() - left;
  return result;
}

/// The length of the UTF-8 sequence that starts here (Unicode 15, table 3-7), 0 if there is
/// none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const auto follows = [&](std::size_t i, int least = 0x80, int most = 0xbf) {
    return i < text.size() && byte(i) >= least && byte(i) <= most;
  };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return follows(1) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const bool second = follows(1, first == 0xe0 ? 0xa0 : 0x80, first == 0xed ? 0x9f : 0xbf);
    return second && follows(2) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const bool second = follows(1, first == 0xf0 ? 0x90 : 0x80, first == 0xf4 ? 0x8f : 0xbf);
    return second && follows(2) && follows(3) ? 4 : 0;
  }
  return 0;
}

/// How well a text reads as UTF-8.
struct Utf8Check {
  std::size_t bad = std::string::npos;  ///< the first invalid byte
  std::size_t longer = 0;               ///< sequences of more than one byte
};

Utf8Check check_utf8(std::string_view text) {
  Utf8Check check;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text.substr(i, 4));
    if (length == 0) check.bad = std::min(check.bad, i);
    check.longer += length > 1;
    i += std::max<std::size_t>(length, 1);
  }
  return check;
}

/// An encoding whose units have several bytes, and the byte order mark of its files.
struct WideEncoding {
  const char *name, *shown;
  std::string_view mark;
  std::size_t bytes, letter;  ///< of a unit, and where in it an ASCII letter is
};
using std::string_view_literals::operator""sv;
constexpr WideEncoding wide_encodings[] = {
    {"UTF-32LE", "UTF-32", "\xff\xfe\0\0"sv, 4, 0},  // before UTF-16, whose mark it begins with
    {"UTF-32BE", "UTF-32", "\0\0\xfe\xff"sv, 4, 3},
    {"UTF-16LE", "UTF-16", "\xff\xfe"sv, 2, 0},
    {"UTF-16BE", "UTF-16", "\xfe\xff"sv, 2, 1}};

const WideEncoding* marked_encoding(std::string_view bytes) {
  for (const WideEncoding& encoding : wide_encodings)
    if (bytes.starts_with(encoding.mark)) return &encoding;
  return nullptr;
}

/// The encoding of a mostly ASCII text without a byte order mark: its letters are never zero, most
/// of the bytes around them are.
const WideEncoding* unmarked_encoding(std::string_view bytes) {
  const std::string_view start = bytes.substr(0, 1000);
  if (start.size() < 4) return nullptr;
  for (const WideEncoding& encoding : wide_encodings) {
    std::array<std::size_t, 4> zeros{};
    for (std::size_t i = 0; i < start.size(); ++i) zeros[i % encoding.bytes] += start[i] == '\0';
    const std::size_t units = start.size() / encoding.bytes;
    bool fits = true;
    for (std::size_t i = 0; i < encoding.bytes; ++i)
      fits = fits && (i == encoding.letter ? zeros[i] == 0 : 3 * zeros[i] >= 2 * units);
    if (fits) return &encoding;
  }
  return nullptr;
}

TextFile from_wide(const fs::path& file, std::string_view bytes, const WideEncoding& encoding) {
  Converted result = converted(bytes, encoding.name);
  if (result.read < bytes.size())
    fail(file, fmt::format("line {} is damaged: its text is {}, but byte {} of it means nothing",
                           line_at(result.text, result.text.size()), encoding.shown, result.read));
  return {std::move(result.text), encoding.shown};
}

TextFile from_windows(const fs::path& file, const std::string& bytes, const Utf8Check& check) {
  const auto explain = [&](std::size_t offset, const char* fault) {
    fail(file,
         fmt::format("line {} holds the byte 0x{:02x}, {}; save the file as UTF-8",
                     line_at(bytes, offset), static_cast<std::uint8_t>(bytes[offset]), fault));
  };
  if (check.longer > 0) explain(check.bad, "which is not UTF-8, as other lines are");
  Converted result = converted(bytes, "WINDOWS-1252");
  if (result.read < bytes.size())
    explain(result.read, "which is neither UTF-8 nor Windows-1252 (Latin-1)");
  return {std::move(result.text), "Windows-1252 (Latin-1)"};
}

TextFile decoded(const fs::path& file) {
  const std::string bytes = read_bytes(file);
  if (const WideEncoding* encoding = marked_encoding(bytes))
    return from_wide(file, std::string_view(bytes).substr(encoding->mark.size()), *encoding);
  const std::string_view start = std::string_view(bytes).substr(0, 4096);
  if (const std::string kind = bytes.empty() ? "" : file_kind(start); !kind.empty())
    fail(file, "it is not text, but " + kind);
  if (const WideEncoding* encoding = unmarked_encoding(bytes))
    return from_wide(file, bytes, *encoding);
  if (const std::size_t zero = bytes.find('\0'); zero != std::string::npos)
    fail(file, fmt::format("line {} is not text: it holds a zero byte", line_at(bytes, zero)));
  const Utf8Check check = check_utf8(bytes);
  TextFile result =
      check.bad == std::string::npos ? TextFile{bytes} : from_windows(file, bytes, check);
  result.had_mark = result.text.starts_with(utf8_mark);
  if (result.had_mark) result.text.erase(0, utf8_mark.size());
  return result;
}

}  // namespace

TextFile read_text_file(const fs::path& file) {
  note_in_use(file);
  TextFile result = decoded(file);
  constexpr char end_mark = 0x1a;  // of DOS and CP/M, which filled the last block with it
  while (result.text.ends_with(end_mark)) result.text.pop_back();
  if (result.text.find('\n') == std::string::npos)  // line ends of old Macintoshes
    std::replace(result.text.begin(), result.text.end(), '\r', '\n');
  return result;
}

}}  // namespace hourglass
