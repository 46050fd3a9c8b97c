#include "hourglass/nn/files/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <tuple>
#include <type_traits>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_hooks.hpp"
#include "hourglass/autograd/base/file_kind.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace fs = std::filesystem;
using nlohmann::json;

// The format is little-endian, and numbers are copied to and from it as they are in memory.
static_assert(std::endian::native == std::endian::little);

namespace {

constexpr std::string_view metadata_key = "__metadata__";
constexpr std::uint64_t length_bytes = 8;
constexpr std::uint64_t max_header_bytes = 100'000'000;

/// Names come from outside: nothing in them may break the line or flood the terminal.
std::string shown(const std::string& name) {
  constexpr std::size_t longest = 60;
  const bool ascii = true;
  const std::string start =
      json(name.substr(0, longest)).dump(-1, ' ', ascii, json::error_handler_t::replace);
  return name.size() > longest ? start + "…" : start;
}

/// A rule that the file breaks, thrown without the file's name: read_safetensors adds that.
struct BrokenRule : std::runtime_error {
  using std::runtime_error::runtime_error;
};

template <class... Args>
[[noreturn]] void broken(fmt::format_string<Args...> rule, Args&&... args) {
  throw BrokenRule(fmt::format(rule, std::forward<Args>(args)...));
}

/// What the header says about one tensor.
struct Entry {
  std::string name;
  std::string type;  // F32, F64 or I64
  Shape shape;
  std::uint64_t begin, end;  // in bytes, counted from the end of the header
};

void read_exactly(std::istream& in, void* to, std::uint64_t bytes) {
  in.read(static_cast<char*>(to), static_cast<std::streamsize>(bytes));
  if (!in) broken("{} bytes that the file should have cannot be read", bytes);
}

/// Refuses other kinds of files, and says which kind it is.
void check_kind(std::istream& in) {
  std::string start(4096, '\0');
  in.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<std::size_t>(in.gcount()));
  in.clear();
  in.seekg(0);
  const bool plausible = start.size() < length_bytes || start.substr(length_bytes).starts_with('{');
  const std::string kind = plausible ? "" : file_kind(start);
  if (!kind.empty()) broken("it is not a safetensors file, but {}", kind);
}

std::string read_header(std::istream& in, std::uint64_t file_bytes) {
  if (file_bytes < length_bytes) broken("{} bytes are too few for a header", file_bytes);
  std::uint64_t length = 0;
  read_exactly(in, &length, length_bytes);
  if (length == 0) broken("the header is empty");
  if (length > max_header_bytes) {
    broken(
        "it is not a safetensors file: its header would be {} bytes long, and at most {} are read",
        length, max_header_bytes);
  }
  if (length > file_bytes - length_bytes) {
    broken("the header's length is {}, but the file ends after {} bytes", length, file_bytes);
  }
  std::string header(length, '\0');
  read_exactly(in, header.data(), length);
  return header;
}

json parse_header(const std::string& header) {
  if (header.front() != '{') broken("the header is not a JSON object");
  // The JSON parser would take a zero byte for the end and accept whatever comes before it.
  if (header.find('\0') != std::string::npos) broken("the header holds a zero byte");

  constexpr int deepest = 3;  // header, tensor, shape
  std::array<std::set<std::string>, deepest + 2> keys_at;
  const auto check = [&](int depth, json::parse_event_t event, json& parsed) {
    if (depth > deepest) broken("the header is nested too deeply");
    if (event == json::parse_event_t::object_start) keys_at.at(depth + 1).clear();
    // The JSON parser would silently keep the last of two equal keys.
    if (event == json::parse_event_t::key) {
      const auto& key = parsed.get_ref<const std::string&>();
      if (!keys_at.at(depth).insert(key).second) broken("the header has {} twice", shown(key));
    }
    return true;
  };
  try {
    return json::parse(header, check);
  } catch (const json::parse_error& error) {
    broken("the header is not valid JSON at byte {}", error.byte);
  } catch (const json::exception&) {
    broken("the header holds a number that is too large");
  }
}

std::map<std::string, std::string> read_metadata(const json& texts) {
  if (!texts.is_object()) broken("{} is not a JSON object", metadata_key);
  std::map<std::string, std::string> metadata;
  for (const auto& [key, text] : texts.items()) {
    if (!text.is_string()) broken("{}: {} is not a string", metadata_key, shown(key));
    metadata[key] = text;
  }
  return metadata;
}

/// The array `field` of `tensor`'s entry; throws BrokenRule if it is not one of whole numbers.
std::vector<std::uint64_t> whole_numbers(const json& entry, const char* field,
                                         const std::string& tensor) {
  const json& numbers = entry.at(field);
  const auto is_whole = [](const json& number) { return number.is_number_unsigned(); };
  if (!numbers.is_array() || !std::all_of(numbers.begin(), numbers.end(), is_whole)) {
    broken("tensor {}: {} is not an array of whole numbers", tensor, field);
  }
  return numbers.get<std::vector<std::uint64_t>>();
}

/// The number of bytes that a tensor takes.
std::uint64_t bytes_of(const std::vector<std::uint64_t>& shape, std::uint64_t width,
                       const std::string& tensor) {
  constexpr std::uint64_t limit = std::numeric_limits<std::ptrdiff_t>::max();
  std::uint64_t nonzero_product = width;
  // A size of 0 would hide an overflow of the others, which the tensor's strides would still hit.
  for (std::uint64_t size : shape) {
    if (size != 0 && nonzero_product > limit / size) broken("tensor {}: shape overflows", tensor);
    if (size != 0) nonzero_product *= size;
  }
  const bool empty = std::find(shape.begin(), shape.end(), 0u) != shape.end();
  return empty ? 0 : nonzero_product;
}

Entry read_entry(const std::string& name, const json& entry, std::uint64_t data_bytes) {
  const std::string tensor = shown(name);
  if (!entry.is_object() || entry.size() != 3 || !entry.contains("dtype") ||
      !entry.contains("shape") || !entry.contains("data_offsets")) {
    broken("tensor {}: its fields are not dtype, shape and data_offsets", tensor);
  }
  const json& dtype = entry.at("dtype");
  if (!dtype.is_string()) broken("tensor {}: dtype is not a string", tensor);
  if (dtype != "F32" && dtype != "F64" && dtype != "I64") {
    broken("tensor {}: dtype {} is none of F32, F64 and I64", tensor, shown(dtype));
  }
  const std::vector<std::uint64_t> shape = whole_numbers(entry, "shape", tensor);
  const std::uint64_t bytes = bytes_of(shape, dtype == "F32" ? 4 : 8, tensor);

  const std::vector<std::uint64_t> offsets = whole_numbers(entry, "data_offsets", tensor);
  if (offsets.size() != 2) broken("tensor {}: data_offsets is not [begin, end]", tensor);
  const std::uint64_t begin = offsets[0], end = offsets[1];
  if (begin > end) broken("tensor {}: data_offsets ends before it begins", tensor);
  if (end > data_bytes) {
    broken("tensor {}: data_offsets ends at {}, but there are {} bytes of data", tensor, end,
           data_bytes);
  }
  if (end - begin != bytes) {
    broken("tensor {}: data_offsets holds {} bytes, but shape and dtype take {}", tensor,
           end - begin, bytes);
  }
  return {name, dtype, Shape(shape.begin(), shape.end()), begin, end};
}

/// Sorts the entries by position; throws BrokenRule unless they fill the data without overlap or gap.
void check_places(std::vector<Entry>& entries, std::uint64_t data_bytes) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
  });
  std::uint64_t filled = 0;
  for (const Entry& entry : entries) {
    const std::string tensor = shown(entry.name);
    if (entry.begin < filled) broken("tensor {}: its data overlap another tensor's", tensor);
    if (entry.begin > filled) {
      broken("tensor {}: {} bytes before its data belong to no tensor", tensor,
             entry.begin - filled);
    }
    filled = entry.end;
  }
  if (filled < data_bytes) {
    broken("{} bytes at the end belong to no tensor", data_bytes - filled);
  }
}

template <class Stored>
Tensor read_numbers(std::istream& in, const Shape& shape) {
  Tensor tensor = Tensor::from_shape(shape);
  if constexpr (std::is_same_v<Stored, Scalar>) {
    read_exactly(in, tensor.data(), tensor.size() * sizeof(Scalar));
  } else {
    std::vector<Stored> stored(tensor.size());
    read_exactly(in, stored.data(), stored.size() * sizeof(Stored));
    std::transform(stored.begin(), stored.end(), tensor.data(),
                   [](Stored number) { return static_cast<Scalar>(number); });
  }
  return tensor;
}

Tensor read_tensor(std::istream& in, const Entry& entry) {
  if (entry.type == "F32") return read_numbers<float>(in, entry.shape);
  if (entry.type == "F64") return read_numbers<double>(in, entry.shape);
  return read_numbers<std::int64_t>(in, entry.shape);
}

struct Header {
  std::map<std::string, std::string> metadata;
  std::vector<Entry> entries;  ///< in the order of their data
};

Header checked_header(const std::string& text, std::uint64_t data_bytes) {
  Header header;
  const json tensors_and_texts = parse_header(text);
  for (const auto& [name, value] : tensors_and_texts.items()) {
    if (name == metadata_key) {
      header.metadata = read_metadata(value);
    } else {
      header.entries.push_back(read_entry(name, value, data_bytes));
    }
  }
  check_places(header.entries, data_bytes);
  return header;
}

TensorFile read_untrusted(const fs::path& file) {
  std::error_code error;
  const std::uint64_t file_bytes = fs::file_size(file, error);
  if (error) broken("{}", error.message());
  std::ifstream in(file, std::ios::binary);
  if (!in) broken("cannot be opened");

  check_kind(in);
  const std::string text = read_header(in, file_bytes);
  Header header = checked_header(text, file_bytes - length_bytes - text.size());
  TensorFile result;
  result.metadata = std::move(header.metadata);
  for (const Entry& entry : header.entries) {
    result.tensors.emplace(entry.name, read_tensor(in, entry));
  }
  return result;
}

/// The header as it is in the file; throws Error for names that a file cannot have.
std::string header_text(const fs::path& file, const std::vector<NamedTensor>& tensors,
                        const std::map<std::string, std::string>& metadata) {
  nlohmann::ordered_json header = nlohmann::ordered_json::object();
  if (!metadata.empty()) header[std::string(metadata_key)] = metadata;
  std::uint64_t end = 0;
  for (const auto& [name, tensor] : tensors) {
    if (name == metadata_key || header.contains(name)) {
      throw Error(fmt::format("{}: the name {} is taken", file.string(), shown(name)));
    }
    const std::uint64_t begin = end;
    end += tensor->size() * sizeof(Scalar);
    header[name] = {{"dtype", sizeof(Scalar) == 4 ? "F32" : "F64"},
                    {"shape", tensor->shape()},
                    {"data_offsets", {begin, end}}};
  }
  try {
    std::string text = header.dump();
    // Numbers aligned to a multiple of their size can be used in place when the file is mapped.
    text.resize((text.size() + 7) / 8 * 8, ' ');
    if (text.size() > max_header_bytes)
      throw Error(fmt::format("{}: its names and texts take {} bytes, but at most {} can be read",
                              file.string(), text.size(), max_header_bytes));
    return text;
  } catch (const nlohmann::ordered_json::exception&) {
    throw Error(fmt::format("{}: a name or a text is not UTF-8", file.string()));
  }
}

/// Reads back what is about to replace a file: training must not end with one that is unreadable.
void check_readable(const fs::path& file, const std::string& header, std::uint64_t data_bytes,
                    const std::map<std::string, std::string>& metadata) try {
  if (checked_header(header, data_bytes).metadata != metadata) broken("its texts differ");
} catch (const BrokenRule& rule) {
  throw Error(fmt::format("{}: is not written, since it could not be read back: {}", file.string(),
                          rule.what()));
}

}  // namespace

void write_safetensors(const fs::path& file, const std::vector<NamedTensor>& tensors,
                       const std::map<std::string, std::string>& metadata) {
  const std::string header = header_text(file, tensors, metadata);
  const std::uint64_t length = header.size();
  std::string contents(reinterpret_cast<const char*>(&length), length_bytes);
  contents += header;
  for (const auto& [name, tensor] : tensors) {
    contents.append(reinterpret_cast<const char*>(tensor->data()), tensor->size() * sizeof(Scalar));
  }
  check_readable(file, header, contents.size() - length_bytes - header.size(), metadata);
  write_atomically(file, contents);
}

TensorFile read_safetensors(const fs::path& file) {
  note_in_use(file);
  try {
    return read_untrusted(file);
  } catch (const BrokenRule& rule) {
    throw DataError(fmt::format("{}: {}", file.string(), rule.what()));
  }
}

}}  // namespace hourglass
