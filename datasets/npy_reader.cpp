#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstring>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>

#include "autograd/error.hpp"
#include "autograd/file_hooks.hpp"
#include "autograd/file_kind.hpp"
#include "datasets/npy.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic = "\x93NUMPY";

/// A file that is read from its start to its end; every fault is a DataError.
class Input {
 public:
  explicit Input(const fs::path& path) : path_(path) {
    note_in_use(path);
    std::error_code reason;
    size_ = fs::file_size(path, reason);  // fails for directories and pipes too
    if (reason) fail(fmt::format("cannot be read: {}", reason.message()));
    stream_.open(path, std::ios::binary);
    if (!stream_) fail("cannot be opened");
  }

  /// What the file seems to be, by its start, where it is something else than NPY.
  std::string other_kind() {
    std::string start(4096, '\0');
    stream_.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(stream_.gcount()));
    stream_.clear();
    stream_.seekg(0);
    return start.empty() || start.starts_with(magic) ? "" : file_kind(start);
  }

  std::size_t left() const { return size_ - position_; }
  std::size_t position() const { return position_; }

  void read(char* out, std::size_t count, const char* part) {
    if (left() < count)
      fail_at(position_, fmt::format("the file ends here, after {} of the {} bytes of its {}",
                                     left(), count, part));
    if (!stream_.read(out, static_cast<std::streamsize>(count))) fail("cannot be read");
    position_ += count;
  }

  [[noreturn]] void fail(const std::string& fault) const {
    throw DataError(fmt::format("{}: {}", path_.string(), fault));
  }
  [[noreturn]] void fail_at(std::size_t offset, const std::string& fault) const {
    fail(fmt::format("at byte {}: {}", offset, fault));
  }

 private:
  fs::path path_;
  std::size_t size_ = 0, position_ = 0;
  std::ifstream stream_;
};

// ---- The header: {'descr': '<f4', 'fortran_order': False, 'shape': (10000, 784), }

struct Header {
  std::optional<std::string> type;
  std::optional<bool> columns_first;
  std::optional<std::vector<std::size_t>> shape;
};

/// Reads the header's dictionary, of which NumPy writes exactly these three entries.
class HeaderParser {
 public:
  HeaderParser(const Input& input, std::string_view text, std::size_t offset)
      : input_(input), text_(text), offset_(offset) {}

  Header parse() {
    expect('{');
    while (!take('}')) {
      entry(string());
      if (!take(',') && peek() != '}') fail("a comma or }");
    }
    skip_space();
    if (at_ < text_.size()) fail("the end of the header");
    if (!header_.type || !header_.columns_first || !header_.shape)
      input_.fail_at(offset_, "the header lacks one of 'descr', 'fortran_order' and 'shape'");
    return std::move(header_);
  }

 private:
  void entry(const std::string& key) {
    expect(':');
    if (key == "descr" && !header_.type) {
      header_.type = string();
    } else if (key == "fortran_order" && !header_.columns_first) {
      header_.columns_first = boolean();
    } else if (key == "shape" && !header_.shape) {
      header_.shape = sizes();
    } else {
      input_.fail_at(offset_ + at_,
                     fmt::format("the header's entry '{:.20}' is unknown or a second "
                                 "one",
                                 printable(key)));
    }
  }

  std::string string() {
    const char quote = peek();
    if (quote != '\'' && quote != '"') fail("a quoted word");
    const std::size_t end = text_.find(quote, at_ + 1);
    if (end == std::string_view::npos) fail("the end of the quoted word");
    const std::string word(text_.substr(at_ + 1, end - at_ - 1));
    at_ = end + 1;
    return word;
  }

  bool boolean() {
    for (const std::string_view word : {"True", "False"}) {
      skip_space();
      if (!text_.substr(at_).starts_with(word)) continue;
      at_ += word.size();
      return word == "True";
    }
    fail("True or False");
  }

  std::vector<std::size_t> sizes() {
    std::vector<std::size_t> sizes;
    expect('(');
    while (!take(')')) {
      skip_space();
      std::size_t size = 0;
      const auto [stop, error] =
          std::from_chars(text_.data() + at_, text_.data() + text_.size(), size);
      if (error != std::errc()) fail("a size");
      at_ = static_cast<std::size_t>(stop - text_.data());
      sizes.push_back(size);
      if (!take(',') && peek() != ')') fail("a comma or )");
    }
    return sizes;
  }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n')) ++at_;
  }
  char peek() {
    skip_space();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }
  void expect(char c) {
    if (!take(c)) fail(std::string(1, c));
  }
  [[noreturn]] void fail(const std::string& wanted) const {
    input_.fail_at(offset_ + at_, fmt::format("the header has no {} where it should", wanted));
  }
  static std::string printable(std::string text) {
    for (char& c : text)
      if (c < ' ' || c > '~') c = '?';
    return text;
  }

  const Input& input_;
  std::string_view text_;
  std::size_t offset_, at_ = 0;
  Header header_;
};

Header read_header(Input& input) {
  if (const std::string kind = input.other_kind(); !kind.empty())
    input.fail(fmt::format("it is no NPY file, but {}", kind));
  std::array<char, 8> start;
  input.read(start.data(), start.size(), "magic number");
  if (std::memcmp(start.data(), magic.data(), magic.size()) != 0)
    input.fail_at(0, "an NPY file starts with \\x93NUMPY, this one does not");
  const int version = start[6];
  if (version < 1 || version > 3)
    input.fail_at(6, fmt::format("the format's version is {}, but must be 1 to 3", version));
  std::array<char, 4> length{};
  input.read(length.data(), version == 1 ? 2 : 4, "header's length");
  std::size_t count = 0;
  for (std::size_t i = 4; i-- > 0;) count = count << 8 | static_cast<unsigned char>(length[i]);
  constexpr std::size_t longest = 65536;
  if (count > longest)
    input.fail_at(8, fmt::format("a header of {} bytes; at most {} are read", count, longest));
  std::string text(std::min(count, input.left()), '\0');
  const std::size_t offset = input.position();
  input.read(text.data(), count, "header");
  return HeaderParser(input, text, offset).parse();
}

// ---- The numbers

/// A type of numbers in the file.
struct NumberType {
  const char* name;  ///< as NumPy writes it, without the byte order
  std::size_t bytes;
  double (*read)(const char*);
};

template <class Number>
double read_as(const char* from) {
  Number number;
  std::memcpy(&number, from, sizeof number);
  return static_cast<double>(number);
}

constexpr std::array<NumberType, 11> types = {{{"b1", 1, read_as<std::uint8_t>},
                                               {"u1", 1, read_as<std::uint8_t>},
                                               {"i1", 1, read_as<std::int8_t>},
                                               {"u2", 2, read_as<std::uint16_t>},
                                               {"i2", 2, read_as<std::int16_t>},
                                               {"u4", 4, read_as<std::uint32_t>},
                                               {"i4", 4, read_as<std::int32_t>},
                                               {"u8", 8, read_as<std::uint64_t>},
                                               {"i8", 8, read_as<std::int64_t>},
                                               {"f4", 4, read_as<float>},
                                               {"f8", 8, read_as<double>}}};

const NumberType& find_type(const Input& input, const std::string& written) {
  for (const NumberType& type : types)
    if (written.size() == 3 && written.substr(1) == type.name &&
        (written[0] == '<' || (type.bytes == 1 && written[0] == '|')))
      return type;
  std::string shown = written.substr(0, 20);
  for (char& c : shown)
    if (c < ' ' || c > '~') c = '?';
  input.fail(
      fmt::format("its numbers are of the type '{}'; bool, integers and float32 or float64 "
                  "are read, little-endian",
                  shown));
}

/// The byte that stands for a number, or nothing where the number has none.
std::optional<std::uint8_t> to_byte(double number, char kind, NpyBytes as) {
  const bool unit = as == NpyBytes::pixels && (kind == 'f' || kind == 'b');
  if (!(number >= 0 && number <= (unit ? 1 : 255))) return {};
  const double byte = unit ? std::round(255 * number) : number;
  if (byte != std::floor(byte)) return {};
  return static_cast<std::uint8_t>(byte);
}

[[noreturn]] void fail_number(const Input& input, std::size_t index, double number, char kind,
                              NpyBytes as) {
  const char* wanted = as == NpyBytes::labels ? "labels are whole numbers from 0 to 255"
                       : kind == 'f'          ? "pixels in floating point are from 0 to 1"
                                              : "pixels in integers are from 0 to 255";
  input.fail(fmt::format("element {} is {:g}, but {}", index, number, wanted));
}

std::vector<std::uint8_t> read_numbers(Input& input, const NumberType& type, std::size_t count,
                                       NpyBytes as) {
  std::vector<std::uint8_t> bytes(count);
  std::vector<char> chunk(std::min<std::size_t>(count, 1 << 16) * type.bytes);
  for (std::size_t first = 0; first < count; first += chunk.size() / type.bytes) {
    const std::size_t numbers = std::min(chunk.size() / type.bytes, count - first);
    input.read(chunk.data(), numbers * type.bytes, "numbers");
    for (std::size_t i = 0; i < numbers; ++i) {
      const double number = type.read(chunk.data() + i * type.bytes);
      const auto byte = to_byte(number, type.name[0], as);
      if (!byte) fail_number(input, first + i, number, type.name[0], as);
      bytes[first + i] = *byte;
    }
  }
  return bytes;
}

/// The product of the sizes: as many numbers as are left in the file, which is checked before
/// anything is allocated.
std::size_t checked_count(const Input& input, const std::vector<std::size_t>& shape,
                          const NumberType& type) {
  if (shape.empty() || shape.size() > 4)
    input.fail(fmt::format("it has {} axes, but must have 1 to 4", shape.size()));
  const std::size_t most = input.left() / type.bytes;
  std::size_t count = 1;
  for (std::size_t size : shape) {
    if (size != 0 && count > most / size)
      input.fail(fmt::format("the shape ({}) asks for more than the {} bytes of numbers there are",
                             fmt::join(shape, ", "), input.left()));
    count *= size;
  }
  if (count * type.bytes != input.left())
    input.fail(fmt::format("the shape ({}) asks for {} bytes of numbers, but there are {}",
                           fmt::join(shape, ", "), count * type.bytes, input.left()));
  return count;
}

}  // namespace

NpyArray read_npy(const fs::path& file, NpyBytes as) {
  Input input(file);
  const Header header = read_header(input);
  const NumberType& type = find_type(input, *header.type);
  if (*header.columns_first && header.shape->size() > 1)
    input.fail("its numbers are in Fortran's order; save numpy.ascontiguousarray(…) of it");
  const std::size_t count = checked_count(input, *header.shape, type);
  return {*header.shape, read_numbers(input, type, count, as)};
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
