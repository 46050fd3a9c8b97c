#include "datasets/catalog.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "autograd/advice.hpp"
#include "autograd/error.hpp"
#include "datasets/idx.hpp"
#include "datasets/npy.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view idx_prefix = "idx:", npy_prefix = "npy:";
constexpr const char* fashion_folder = "/usr/share/datasets/fashion-mnist";

// ---- What a description says

/// A description taken apart, each part as it was written.
struct Description {
  std::string whole, name;
  std::optional<Split> split;
  std::vector<std::uint8_t> labels;  // empty: all
  std::optional<std::size_t> limit;
  std::string classes;  // a file; empty: none
};

[[noreturn]] void fail(const std::string& description, const std::string& fault) {
  throw ConfigError(fmt::format("dataset '{}': {}", description, fault));
}

[[noreturn]] void fail_unknown(const std::string& description, std::string_view kind,
                               const std::string& given, const std::vector<std::string>& known) {
  fail(description, fmt::format("unknown {} '{}'; {}", kind, given, advice(given, known)));
}

std::vector<std::string> split_at(std::string_view text, char separator) {
  std::vector<std::string> parts(1);
  for (char c : text) {
    if (c == separator)
      parts.emplace_back();
    else
      parts.back() += c;
  }
  return parts;
}

std::size_t parse_number(const Description& description, const std::string& key,
                         const std::string& text, std::size_t least, std::size_t most) {
  std::size_t number = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || stop != end || number < least || number > most)
    fail(description.whole,
         fmt::format("{} '{}' is no whole number from {} to {}", key, text, least, most));
  return number;
}

void parse_option(Description& description, const std::string& option) {
  const std::size_t equals = option.find('=');
  const std::string key = option.substr(0, equals);
  if (key != "labels" && key != "limit" && key != "classes")
    fail_unknown(description.whole, "key", key, {"labels", "limit", "classes"});
  if (equals == std::string::npos)
    fail(description.whole, fmt::format("'{0}' has no value; write {0}=VALUE", key));
  const bool twice = key == "labels"  ? !description.labels.empty()
                     : key == "limit" ? description.limit.has_value()
                                      : !description.classes.empty();
  if (twice) fail(description.whole, fmt::format("'{}' is given twice", key));
  const std::string value = option.substr(equals + 1);
  if (key == "classes") {
    if (value.empty()) fail(description.whole, "'classes' wants the path of an NPY file");
    description.classes = value;
  } else if (key == "limit") {
    description.limit = parse_number(description, key, value, 1, 0xffffffff);
  } else {
    for (const std::string& label : split_at(value, ','))
      description.labels.push_back(
          static_cast<std::uint8_t>(parse_number(description, "label", label, 0, 255)));
  }
}

Split parse_split(const Description& description, const std::string& text) {
  if (text == "train") return Split::train;
  if (text == "test") return Split::test;
  fail_unknown(description.whole, "split", text, {"train", "test"});
}

Description parse(const std::string& text) {
  Description description;
  description.whole = text;
  const std::size_t question = text.rfind('?');
  description.name = text.substr(0, question);
  if (question != std::string::npos)
    for (const std::string& option : split_at(text.substr(question + 1), '&'))
      parse_option(description, option);
  const std::size_t at = description.name.rfind('@');
  const bool names_split =
      at != std::string::npos && description.name.find('/', at) == std::string::npos;
  if (names_split) {  // an @ in a folder's name is none of ours
    description.split = parse_split(description, description.name.substr(at + 1));
    description.name.resize(at);
  }
  return description;
}

// ---- Reading the files

/// (N, H, W) holds examples of shape (1, H, W), (N, C, H, W) of (C, H, W), (N, F) of (F). `advice`
/// is for who named the file of labels.
Shape example_shape(const fs::path& file, const std::vector<std::size_t>& shape,
                    const char* advice) {
  if (shape.size() == 1)
    throw DataError(fmt::format("{}: has one axis, as labels have; {}", file.string(), advice));
  if (shape.size() == 3) return {1, shape[1], shape[2]};
  return Shape(shape.begin() + 1, shape.end());
}

void check_labels(const fs::path& file, std::size_t axes, std::size_t labels,
                  std::size_t examples) {
  if (axes != 1)
    throw DataError(fmt::format("{}: has {} axes, but labels have one", file.string(), axes));
  if (labels != examples)
    throw DataError(fmt::format("{}: has {} labels, but there are {} images beside it",
                                file.string(), labels, examples));
}

Dataset read_dataset(const std::string& name, const fs::path& images,
                     const std::optional<fs::path>& labels) {
  IdxArray array = read_idx(images);
  Shape shape =
      example_shape(images, array.shape, "name the file of images, its labels are found beside it");
  if (array.bytes.empty()) throw DataError(fmt::format("{}: holds no images", images.string()));
  IdxArray classes;
  if (labels) {
    classes = read_idx(*labels);
    check_labels(*labels, classes.shape.size(), classes.bytes.size(), array.shape[0]);
  }
  return Dataset(name, std::move(shape), std::move(array.bytes), std::move(classes.bytes));
}

Dataset read_npy_dataset(const std::string& name, const fs::path& examples,
                         const fs::path& labels) {
  NpyArray array = read_npy(examples, NpyBytes::pixels);
  Shape shape = example_shape(examples, array.shape, "name the file of examples and add ?classes=");
  if (array.bytes.empty()) throw DataError(fmt::format("{}: holds no examples", examples.string()));
  NpyArray classes;
  if (!labels.empty()) {
    classes = read_npy(labels, NpyBytes::labels);
    check_labels(labels, classes.shape.size(), classes.bytes.size(), array.shape[0]);
  }
  return Dataset(name, std::move(shape), std::move(array.bytes), std::move(classes.bytes));
}

/// The folder of the bundled dataset `name`: one folder for all of its files, never a mixture.
fs::path bundled_folder(const std::string& name) {
  std::vector<std::string> places{HOURGLASS_INSTALLED_DATA_DIR, HOURGLASS_SOURCE_DATA_DIR};
  if (const char* wanted = std::getenv("HOURGLASS_DATA"); wanted && *wanted)
    places.insert(places.begin(), wanted);
  for (const std::string& place : places)
    if (std::error_code ignored; fs::is_directory(fs::path(place) / name, ignored))
      return fs::path(place) / name;
  throw DataError(
      fmt::format("{0}: none of {1} has a folder {0}; set HOURGLASS_DATA to the folder that has it",
                  name, fmt::join(places, ", ")));
}

fs::path debian_folder() {
  if (std::error_code ignored; !fs::is_directory(fashion_folder, ignored))
    throw DataError(
        fmt::format("fashion-mnist: there is no {}; install Debian's package dataset-fashion-mnist",
                    fashion_folder));
  return fashion_folder;
}

Dataset read_split(const std::string& name, const fs::path& folder, Split split) {
  const std::string start = split == Split::train ? "train" : "t10k";
  return read_dataset(name, folder / (start + "-images-idx3-ubyte.gz"),
                      folder / (start + "-labels-idx1-ubyte.gz"));
}

/// The labels of `…images-idx3…` are in `…labels-idx1…`, where that exists, packed or not.
std::optional<fs::path> labels_beside(const fs::path& images) {
  std::string name = images.filename().string();
  const std::size_t word = name.rfind("images");
  if (word == std::string::npos) return {};
  name.replace(word, 6, "labels");
  const std::size_t idx = name.find("idx", word);
  if (idx != std::string::npos && idx + 3 < name.size()) name[idx + 3] = '1';
  const std::string plain = name.ends_with(".gz") ? name.substr(0, name.size() - 3) : name;
  for (const std::string& candidate : {name, plain, plain + ".gz"})
    if (std::error_code ignored; fs::exists(images.parent_path() / candidate, ignored))
      return images.parent_path() / candidate;
  return {};
}

Dataset read_named(const Description& description, Split split) {
  const std::string& name = description.name;
  if (name == npy_prefix) fail(description.whole, "npy: wants the path of a file after it");
  if (name.starts_with(npy_prefix))
    return read_npy_dataset(name, name.substr(npy_prefix.size()), description.classes);
  if (!description.classes.empty())
    fail(description.whole, "'classes' goes with npy:FILE, other data find their own");
  if (name == "mnist") return read_split(name, bundled_folder(name), split);
  if (name == "fashion-mnist") return read_split(name, debian_folder(), split);
  if (name == idx_prefix) fail(description.whole, "idx: wants the path of a file after it");
  if (name.starts_with(idx_prefix)) {
    const fs::path images = name.substr(idx_prefix.size());
    return read_dataset(name, images, labels_beside(images));
  }
  std::vector<std::string> known;
  for (const DatasetInfo& info : list_datasets()) known.push_back(info.name);
  fail_unknown(description.whole, "name", name, known);
}

}  // namespace

std::vector<DatasetInfo> list_datasets() {
  return {
      {"mnist", "handwritten digits: 60,000 + 10,000 images of 28×28 bytes, 10 labels",
       "Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0; bundled"},
      {"fashion-mnist", "articles of clothing, in MNIST's sizes and numbers",
       "H. Xiao, K. Rasul, R. Vollgraf 2017; MIT; Debian's package dataset-fashion-mnist"},
      {"idx:PATH", "a file of images in MNIST's format, .gz too; its labels are found beside it",
       "yours"},
      {"npy:FILE", "examples in NumPy's format; ?classes=FILE.npy gives their labels", "yours"},
  };
}

Dataset load_dataset(const std::string& description, Split split) {
  const Description wanted = parse(description);
  Dataset dataset = read_named(wanted, wanted.split.value_or(split));
  if (!wanted.labels.empty()) dataset = dataset.with_labels(wanted.labels);
  if (dataset.size() == 0)
    fail(description, fmt::format("no example is labelled {}", fmt::join(wanted.labels, " or ")));
  return wanted.limit ? dataset.slice(0, *wanted.limit) : dataset;
}

std::vector<std::uint8_t> kept_labels(const std::string& description) {
  return parse(description).labels;
}

std::string without_filters(const std::string& description) {
  parse(description);
  const std::size_t question = description.rfind('?');
  std::string text = description.substr(0, question);
  char separator = '?';
  if (question == std::string::npos) return text;
  for (const std::string& option : split_at(description.substr(question + 1), '&')) {
    if (option.starts_with("labels=") || option.starts_with("limit=")) continue;
    text += separator + option;
    separator = '&';
  }
  return text;
}

HeldOut hold_out(const Dataset& dataset, std::size_t count) {
  if (count >= dataset.size())
    throw ConfigError(fmt::format("{}: {} of {} examples held out leave none to train on",
                                  dataset.name(), count, dataset.size()));
  const std::size_t kept = dataset.size() - count;
  return {dataset.slice(0, kept), dataset.slice(kept, count)};
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
