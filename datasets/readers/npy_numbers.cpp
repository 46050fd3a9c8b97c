#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <set>

#include "hourglass/datasets/cell_text.hpp"
#include "hourglass/datasets/readers/npy_input.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

using Sizes = std::vector<std::size_t>;

// ---- Types of numbers

/// A type of numbers in the file.
struct NumberType {
  const char* name;  ///< as NumPy writes it, without the byte order
  std::size_t bytes;
  double (*read)(const char*);
  bool swapped = false;  ///< big-endian

  bool is_float() const { return name[0] == 'f'; }
};

template <class Number>
double read_as(const char* from) {
  Number number;
  std::memcpy(&number, from, sizeof number);
  return static_cast<double>(number);
}

/// IEEE 754 binary16.
double read_half(const char* from) {
  std::uint16_t bits;
  std::memcpy(&bits, from, sizeof bits);
  const int exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
  double number =
      exponent == 0 ? std::ldexp(fraction, -24) : std::ldexp(fraction + 1024, exponent - 25);
  if (exponent == 31)
    number = fraction == 0 ? std::numeric_limits<double>::infinity() : std::nan("");
  return bits & 0x8000 ? -number : number;
}

constexpr std::array<NumberType, 12> types = {{{"b1", 1, read_as<std::uint8_t>},
                                               {"u1", 1, read_as<std::uint8_t>},
                                               {"i1", 1, read_as<std::int8_t>},
                                               {"u2", 2, read_as<std::uint16_t>},
                                               {"i2", 2, read_as<std::int16_t>},
                                               {"u4", 4, read_as<std::uint32_t>},
                                               {"i4", 4, read_as<std::int32_t>},
                                               {"u8", 8, read_as<std::uint64_t>},
                                               {"i8", 8, read_as<std::int64_t>},
                                               {"f2", 2, read_half},
                                               {"f4", 4, read_as<float>},
                                               {"f8", 8, read_as<double>}}};

std::optional<NumberType> find_type(std::string_view written) {
  for (NumberType type : types) {
    if (written.size() != 3 || written.substr(1) != type.name) continue;
    type.swapped = written[0] == '>' && type.bytes > 1;
    if (type.swapped || written[0] == '<' || type.bytes == 1) return type;
  }
  return {};
}

/// What to save in place of elements of a type that is not read, by the letter of the type.
const char* advice_on_type(char letter, NpyBytes as) {
  const bool labels = as == NpyBytes::labels;
  if (letter == 'c') return "save a real number of each, such as numpy.abs(array)";
  if (letter == 'M' || letter == 'm')
    return labels ? "save array.astype(str)"
                  : "save x = array.astype('float64') as (x - x.min()) / (x.max() - x.min())";
  if (letter == 'U' || letter == 'S')
    return labels ? "save array.astype(str)"
                  : "texts are labels, which ?classes= takes; of texts that are numbers save "
                    "array.astype('float32')";
  return "save array.astype('float32')";
}

[[noreturn]] void fail_type(const NpyInput& input, const std::string& written, NpyBytes as) {
  if (written == "|O" || written == "O")
    input.fail(as == NpyBytes::labels
                   ? "its elements are Python objects, which are not read; save array.astype(str)"
                   : "its elements are Python objects, which are not read; save "
                     "array.astype('float32'), once rows of unequal lengths are padded to one");
  std::string shown = written.substr(0, 20);
  for (char& c : shown)
    if (c < ' ' || c > '~') c = '?';
  input.fail(
      fmt::format("its elements are of the type '{}'; bool, integers and float16, float32 or "
                  "float64 are read: {}",
                  shown, advice_on_type(written.size() > 1 ? written[1] : '?', as)));
}

// ---- Places

/// The product of the sizes, which must be as many elements of `bytes` bytes as are left in the
/// file: checked before anything is allocated.
std::size_t checked_count(const NpyInput& input, const Sizes& shape, std::size_t bytes) {
  if (shape.empty() || shape.size() > 4)
    input.fail(fmt::format("it has {} axes, but must have 1 to 4", shape.size()));
  if (std::find(shape.begin() + 1, shape.end(), 0u) != shape.end())
    input.fail(fmt::format("the shape ({}) holds no numbers: an axis has the length 0",
                           fmt::join(shape, ", ")));
  const std::size_t most = input.left() / bytes;
  std::size_t count = 1;
  for (std::size_t size : shape) {
    if (size != 0 && count > most / size)
      input.fail(fmt::format("the shape ({}) asks for more than the {} bytes of numbers there are",
                             fmt::join(shape, ", "), input.left()));
    count *= size;
  }
  if (count * bytes != input.left())
    input.fail(fmt::format("the shape ({}) asks for {} bytes of numbers, but there are {}",
                           fmt::join(shape, ", "), count * bytes, input.left()));
  return count;
}

/// The row-major places of a file's elements, in the order in which the file has them.
class FileOrder {
 public:
  FileOrder(const Sizes& shape, bool columns_first)
      : shape_(shape),
        steps_(shape.size(), 1),
        index_(shape.size()),
        columns_first_(columns_first) {
    for (std::size_t axis = shape.size(); axis-- > 1;)
      steps_[axis - 1] = steps_[axis] * shape[axis];
  }

  std::size_t next() {
    const std::size_t place = place_;
    if (!columns_first_) {
      ++place_;
      return place;
    }
    for (std::size_t axis = 0; axis < shape_.size(); ++axis) {
      place_ += steps_[axis];
      if (++index_[axis] < shape_[axis]) break;
      place_ -= steps_[axis] * shape_[axis];
      index_[axis] = 0;
    }
    return place;
  }

 private:
  const Sizes& shape_;
  Sizes steps_, index_;
  bool columns_first_;
  std::size_t place_ = 0;
};

/// Calls use(number) for `count` numbers of the file.
template <class Use>
void for_each_number(NpyInput& input, const NumberType& type, std::size_t count, const Use& use) {
  std::vector<char> chunk(std::min<std::size_t>(count, 1 << 16) * type.bytes);
  for (std::size_t first = 0; first < count; first += chunk.size() / type.bytes) {
    const std::size_t numbers = std::min(chunk.size() / type.bytes, count - first);
    input.read(chunk.data(), numbers * type.bytes, "numbers");
    for (std::size_t i = 0; i < numbers; ++i) {
      char* number = chunk.data() + i * type.bytes;
      if (type.swapped) std::reverse(number, number + type.bytes);
      use(type.read(number));
    }
  }
}

// ---- Pixels

constexpr double half_level = 1.0 / 510;  // what is farther outside does not round to a level

/// A byte is round(255 (number + offset) / range).
struct PixelScale {
  double offset = 0, range = 1;
  const char* note = nullptr;
};

/// Infers what black and white are from the smallest and the largest number. Throws DataError for
/// numbers that are not finite.
PixelScale scale_of(NpyInput& input, const NumberType& type, std::size_t count, FileOrder order) {
  if (!type.is_float()) return {0, type.name[0] == 'b' ? 1.0 : 255.0};
  const std::size_t start = input.position();
  double least = std::numeric_limits<double>::infinity(), most = -least;
  for_each_number(input, type, count, [&](double number) {
    const std::size_t place = order.next();
    if (!std::isfinite(number))
      input.fail(
          fmt::format("element {} is {}, which is no pixel; save numpy.nan_to_num(array, "
                      "posinf=0, neginf=0), or leave such examples out",
                      place, number));
    least = std::min(least, number);
    most = std::max(most, number);
  });
  input.return_to(start);
  if (least >= -half_level && most > 128 && most <= 255 + 0.5)
    return {0, 255, "its numbers reach from 0 to 255 and are taken for grey levels"};
  if (least < -0.9 && least >= -1 - half_level && most > 0.9 && most <= 1 + half_level)
    return {1, 2, "its numbers reach from −1 to 1: −1 is taken for black"};
  return {};
}

/// The byte that stands for a pixel, or nothing if it has none.
std::optional<std::uint8_t> to_byte(double number, const NumberType& type,
                                    const PixelScale& scale) {
  const double share = (number + scale.offset) / scale.range;
  if (!(share >= -half_level && share <= 1 + half_level)) return {};
  if (!type.is_float() && (share < 0 || share > 1)) return {};
  return static_cast<std::uint8_t>(std::round(255 * std::clamp(share, 0.0, 1.0)));
}

[[noreturn]] void fail_pixel(const NpyInput& input, std::size_t place, double number,
                             const NumberType& type) {
  input.fail(
      type.is_float()
          ? fmt::format(
                "element {} is {:.9g}, but pixels in floating point are from 0 to 1 (or 0 to "
                "255, or −1 to 1); save (x - x.min()) / (x.max() - x.min())",
                place, number)
          : fmt::format(
                "element {} is {:.17g}, but pixels in integers are from 0 to 255; save them in "
                "floating point, from 0 to 1",
                place, number));
}

NpyArray read_pixels(NpyInput& input, const NpyHeader& header, const NumberType& type) {
  NpyArray array{header.shape};
  const std::size_t count = checked_count(input, header.shape, type.bytes);
  FileOrder order(header.shape, header.columns_first);
  const PixelScale scale = scale_of(input, type, count, order);
  if (scale.note) array.notes.push_back(fmt::format("{}", scale.note));
  array.bytes.resize(count);
  for_each_number(input, type, count, [&](double number) {
    const std::size_t place = order.next();
    const std::optional<std::uint8_t> byte = to_byte(number, type, scale);
    if (!byte) fail_pixel(input, place, number, type);
    array.bytes[place] = *byte;
  });
  return array;
}

// ---- Labels

NpyArray read_number_labels(NpyInput& input, const NpyHeader& header, const NumberType& type) {
  NpyArray array{header.shape};
  array.bytes.resize(checked_count(input, header.shape, type.bytes));
  FileOrder order(header.shape, header.columns_first);
  for_each_number(input, type, array.bytes.size(), [&](double number) {
    const std::size_t place = order.next();
    if (!(number >= 0 && number <= 255 && number == std::floor(number)))
      input.fail(
          fmt::format("element {} is {:.17g}, but labels are whole numbers from 0 to 255; save "
                      "numpy.unique(labels, return_inverse=True)[1]",
                      place, number));
    array.bytes[place] = static_cast<std::uint8_t>(number);
  });
  return array;
}

/// Turns one-hot rows, (N, K), into the places of their ones, and (N, 1) into (N).
void flatten_labels(const NpyInput& input, NpyArray& array) {
  if (array.shape.size() != 2) return;
  const std::size_t rows = array.shape[0], classes = array.shape[1];
  if (classes != 1) {
    std::vector<std::uint8_t> labels;
    for (std::size_t row = 0; row < rows; ++row) {
      const auto first = array.bytes.begin() + static_cast<std::ptrdiff_t>(row * classes),
                 end = first + static_cast<std::ptrdiff_t>(classes);
      const auto one = std::find(first, end, 1);
      if (std::count(first, end, 0) != static_cast<std::ptrdiff_t>(classes) - 1 || one == end ||
          one - first > 255)
        input.fail(
            fmt::format("it has 2 axes, but labels have one, or are rows of zeros and a single "
                        "one, which row {} is not",
                        row));
      labels.push_back(static_cast<std::uint8_t>(one - first));
    }
    array.bytes = std::move(labels);
    array.notes.push_back(
        fmt::format("its labels are the places of the ones in its {} rows", rows));
  }
  array.shape = {rows};
}

/// A NumPy text, '<U' (UTF-32) or '|S', as UTF-8, without the zeros that pad it.
std::string text_of(const char* bytes, std::size_t size, char kind) {
  std::string text;
  for (std::size_t i = 0; i < size; i += kind == 'U' ? 4 : 1) {
    std::uint32_t letter = static_cast<unsigned char>(bytes[i]);
    if (kind == 'U') std::memcpy(&letter, bytes + i, 4);
    if (letter == 0) break;
    if (letter < 0x80 || kind == 'S') {
      text += static_cast<char>(letter);
    } else {
      const int more = letter < 0x800 ? 1 : letter < 0x10000 ? 2 : 3;
      constexpr std::array<std::uint32_t, 4> lead{0, 0xc0, 0xe0, 0xf0};
      text += static_cast<char>(lead[static_cast<std::size_t>(more)] | letter >> 6 * more);
      for (int k = more; k-- > 0;) text += static_cast<char>(0x80 | (letter >> 6 * k & 0x3f));
    }
  }
  return text;
}

/// The size in bytes of an element of a text type such as '<U5' or '|S5', or 0 for another type.
std::size_t text_bytes(std::string_view type) {
  if (type.size() < 3 || (type.substr(1, 1) != "U" && type.substr(1, 1) != "S")) return 0;
  std::size_t letters = 0;
  const auto [stop, error] = std::from_chars(type.data() + 2, type.data() + type.size(), letters);
  const bool whole = error == std::errc() && stop == type.data() + type.size();
  if (!whole || letters > 10000 || (type[1] == 'U' && type[0] != '<')) return 0;
  return type[1] == 'U' ? 4 * letters : letters;
}

NpyArray read_text_labels(NpyInput& input, const NpyHeader& header, std::size_t bytes) {
  const std::size_t count = checked_count(input, header.shape, bytes);
  std::vector<std::string> texts;
  std::vector<char> element(bytes);
  std::set<std::string> known;
  for (std::size_t i = 0; i < count; ++i) {
    input.read(element.data(), bytes, "texts");
    texts.push_back(text_of(element.data(), bytes, header.type[1]));
    known.insert(texts.back());
    if (known.size() > 256) input.fail("it holds more than 256 different labels");
  }
  NpyArray array{header.shape};
  for (const std::string& text : texts)
    array.bytes.push_back(
        static_cast<std::uint8_t>(std::distance(known.begin(), known.find(text))));
  array.label_names = {known.begin(), known.end()};
  std::vector<std::string> names;
  for (const std::string& text : known) names.push_back(shown(text));
  array.notes.push_back(
      fmt::format("its labels are texts, numbered from 0: {}", fmt::join(names, ", ")));
  return array;
}

}  // namespace

NpyArray read_npy_numbers(NpyInput& input, const NpyHeader& header, NpyBytes as) {
  if (const std::size_t bytes = text_bytes(header.type); bytes > 0 && as == NpyBytes::labels)
    return read_text_labels(input, header, bytes);
  const std::optional<NumberType> type = find_type(header.type);
  if (!type) fail_type(input, header.type, as);
  if (as == NpyBytes::pixels) return read_pixels(input, header, *type);
  NpyArray labels = read_number_labels(input, header, *type);
  flatten_labels(input, labels);
  return labels;
}

}}  // namespace hourglass
