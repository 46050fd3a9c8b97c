#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <string_view>

#include "hourglass/datasets/readers/npy_input.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

// ---- The header: {'descr': '<f4', 'fortran_order': False, 'shape': (10000, 784), }

struct Header {
  std::optional<std::string> type;
  std::optional<bool> columns_first;
  std::optional<std::vector<std::size_t>> shape;
};

/// Reads the header's dictionary, in which NumPy writes exactly these three entries.
class HeaderParser {
 public:
  HeaderParser(const NpyInput& input, std::string_view text, std::size_t offset)
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
      if (peek() == '[')
        input_.fail(
            "its elements are records of several fields; save one: numpy.save(FILE, "
            "array['FIELD'])");
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
    std::string word(text_.substr(at_ + 1, end - at_ - 1));
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

  const NpyInput& input_;
  std::string_view text_;
  std::size_t offset_, at_ = 0;
  Header header_;
};

Header read_header(NpyInput& input) {
  if (const std::string kind = input.other_kind(); !kind.empty())
    input.fail(fmt::format("it is not an NPY file, but {}", kind));
  std::array<char, 8> start;
  input.read(start.data(), start.size(), "magic number");
  if (std::memcmp(start.data(), npy_magic.data(), npy_magic.size()) != 0)
    input.fail_at(0, "an NPY file starts with \\x93NUMPY, this one does not");
  const int version = static_cast<unsigned char>(start[6]);
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

}  // namespace

NpyArray read_npy(const fs::path& file, NpyBytes as) {
  NpyInput input(file);
  const Header header = read_header(input);
  return read_npy_numbers(input, {*header.type, *header.columns_first, *header.shape}, as);
}

}}  // namespace hourglass
