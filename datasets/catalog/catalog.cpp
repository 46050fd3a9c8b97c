#include "hourglass/datasets/catalog/catalog.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string_view>
#include <utility>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/catalog/description.hpp"
#include "hourglass/datasets/catalog/source.hpp"
#include "hourglass/datasets/readers/csv.hpp"
#include "hourglass/datasets/readers/idx.hpp"
#include "hourglass/datasets/readers/images.hpp"
#include "hourglass/datasets/readers/layout.hpp"
#include "hourglass/datasets/readers/npy.hpp"
#include "hourglass/datasets/synthetic/shapes.hpp"
#include "hourglass/datasets/synthetic/swiss_roll.hpp"
#include "hourglass/datasets/synthetic/transactions.hpp"
#include "hourglass/datasets/table.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view idx_prefix = "idx:", npy_prefix = "npy:", csv_prefix = "csv:",
                           images_prefix = "images:";
constexpr std::size_t transactions_rows = 30000, swiss_roll_rows = 5000;
constexpr const char* fashion_folder = "/usr/share/datasets/fashion-mnist";

// ---- Reading the files

/// (N, H, W) holds examples of shape (1, H, W), (N, C, H, W) of (C, H, W), (N, F) of (F). `advice`
/// is for users who named a file of labels.
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
                     const std::optional<fs::path>& labels, const std::string& layout = "") {
  IdxArray array = read_idx(images);
  const std::string turned = to_channels_first(array.shape, array.bytes, layout);
  Shape shape =
      example_shape(images, array.shape, "name the file of images, its labels are found beside it");
  if (array.bytes.empty()) throw DataError(fmt::format("{}: holds no images", images.string()));
  IdxArray classes;
  if (labels) {
    classes = read_idx(*labels);
    check_labels(*labels, classes.shape.size(), classes.bytes.size(), array.shape[0]);
  }
  Dataset dataset(name, std::move(shape), std::move(array.bytes), std::move(classes.bytes));
  if (!turned.empty()) dataset.add_notes({turned});
  return dataset;
}

Dataset read_npy_dataset(const std::string& name, const fs::path& examples, const fs::path& labels,
                         const std::string& layout) {
  NpyArray array = read_npy(examples, NpyBytes::pixels);
  const std::string turned = to_channels_first(array.shape, array.bytes, layout);
  if (!turned.empty()) array.notes.push_back(turned);
  Shape shape = example_shape(examples, array.shape, "name the file of examples and add ?classes=");
  if (array.bytes.empty()) throw DataError(fmt::format("{}: holds no examples", examples.string()));
  NpyArray classes;
  if (!labels.empty()) {
    classes = read_npy(labels, NpyBytes::labels);
    check_labels(labels, classes.shape.size(), classes.bytes.size(), array.shape[0]);
  }
  Dataset dataset(name, std::move(shape), std::move(array.bytes));
  dataset.set_labels(std::move(classes.bytes), std::move(classes.label_names));
  dataset.add_notes(array.notes);
  dataset.add_notes(classes.notes);
  return dataset;
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

/// The labels file of `…images-idx3…`: `…labels-idx1…` beside it, if that exists, gzipped or not.
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

// ---- Tables, which have no splits of their own

bool is_table(const std::string& name) {
  return name.starts_with(csv_prefix) || name == "breast-cancer" || name == "diabetes" ||
         name == "transactions" || name == "swiss-roll" || name == "digits";
}

CsvColumns csv_columns(const Description& description) {
  return {description.label, description.target, description.ignore,
          description.missing == "drop"   ? MissingValues::drop
          : description.missing == "keep" ? MissingValues::keep
                                          : MissingValues::refuse};
}

Table read_table(const Description& description) {
  const std::string& name = description.name;
  if (name == "transactions")
    return make_transactions(transactions_rows, description.seed.value_or(1));
  if (name == "swiss-roll") return make_swiss_roll(swiss_roll_rows, description.seed.value_or(1));
  if (name == csv_prefix) fail(description, "csv: needs the path of a file after it");
  if (name.starts_with(csv_prefix))
    return read_csv(name.substr(csv_prefix.size()), csv_columns(description));
  const fs::path file = bundled_folder("tabular") / (name + ".csv");
  if (name == "diabetes") return read_csv(file, {.target = "progression"});
  if (name == "digits") return read_csv(file, {.label = "digit"});
  Table table = read_csv(file, {.label = "benign"});
  table.label_names = {"malignant", "benign"};
  return table;
}

/// 8 × 8 numbers from 0 to 16 as the bytes of images.
Dataset small_digits(const Table& table) {
  std::vector<std::uint8_t> bytes;
  for (std::size_t row = 0; row < table.rows(); ++row)
    for (const TableColumn& column : table.columns)
      bytes.push_back(static_cast<std::uint8_t>(std::lround(column.numbers[row] * 255 / 16)));
  return Dataset("digits", {1, 8, 8}, std::move(bytes), table.labels);
}

/// The size that a key of the description gives, if any.
std::optional<PictureSize> wanted_size(const Description& description, const char* key,
                                       const std::string& value) {
  if (value.empty()) return {};
  const std::vector<std::string> sides = split_at(value, 'x');
  PictureSize size{0, 0};
  const auto read = [](const std::string& text, std::size_t& side) {
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), side);
    return error == std::errc() && stop == text.data() + text.size() && side >= 1 && side <= 4096;
  };
  if (sides.size() != 2 || !read(sides[0], size.width) || !read(sides[1], size.height))
    fail(description,
         fmt::format("'{0}' needs WIDTHxHEIGHT, each from 1 to 4096, such as {0}=28x28", key));
  return size;
}

void check_keys(const Description& description) {
  const std::string& name = description.name;
  if (!description.classes.empty() && !name.starts_with(npy_prefix))
    fail(description, "'classes' goes with npy:FILE, other data find their own");
  if ((!description.label.empty() || !description.target.empty()) && !name.starts_with(csv_prefix))
    fail(description, "'label' and 'target' go with csv:FILE, other data find their own");
  if ((!description.ignore.empty() || !description.missing.empty()) &&
      !name.starts_with(csv_prefix))
    fail(description, "'ignore' and 'missing' go with csv:FILE, other data have no gaps");
  if (!description.layout.empty() && !name.starts_with(npy_prefix) && !name.starts_with(idx_prefix))
    fail(description, "'layout' goes with npy:FILE and idx:PATH, other data have one");
  if (!description.size.empty() && !name.starts_with(images_prefix))
    fail(description, "'size' goes with images:DIR, other data have the size that they have");
  if (!description.tiles.empty() && !name.starts_with(images_prefix))
    fail(description, "'tiles' goes with images:DIR, other data are not cut");
  if (!has_test_set(description)) return;
  const char* wanted = "goes with data that have no test set of their own";
  if (description.seed) fail(description, fmt::format("'seed' {}", wanted));
  if (description.test_share) fail(description, fmt::format("'split' {}", wanted));
  if (description.split == Split::all) fail(description, fmt::format("'@all' {}", wanted));
}

// ---- All of them

Source source_of(Dataset examples) {
  return {.examples = std::move(examples)};
}

Source read_table_source(const Description& description) {
  Table table = read_table(description);
  if (description.name == "digits") return source_of(small_digits(table));
  const std::string name = description.name == "transactions" ? table.name : description.name;
  return {.table = std::move(table), .table_name = name};
}

void draw_splits(Source& source, const Description& description) {
  source.draw_splits(description.seed.value_or(1),
                     description.test_share.value_or(usual_test_share));
}

Source read_pictures(const Description& description) {
  const std::string& name = description.name;
  const fs::path folder = name.substr(images_prefix.size());
  if (folder.empty()) fail(description, "images: needs the path of a folder after it");
  PictureExamples pictures =
      read_images(name, folder, wanted_size(description, "size", description.size),
                  wanted_size(description, "tiles", description.tiles));
  Source source = source_of(std::move(pictures.examples));
  source.groups = std::move(pictures.picture);
  const bool asked = description.seed || description.test_share;
  const bool has_folders = !asked && source.set_splits_by_folders(folder, pictures.files);
  if (description.tiles.empty()) source.groups.clear();
  if (!has_folders) draw_splits(source, description);
  return source;
}

/// Reads a source that has no splits of its own.
Source read_undivided(const Description& description) {
  const std::string& name = description.name;
  if (is_table(name)) return read_table_source(description);
  if (name == "shapes") return source_of(make_shapes());
  if (name == npy_prefix) fail(description, "npy: needs the path of a file after it");
  if (name.starts_with(npy_prefix))
    return source_of(read_npy_dataset(name, name.substr(npy_prefix.size()), description.classes,
                                      description.layout));
  if (name == idx_prefix) fail(description, "idx: needs the path of a file after it");
  if (name.starts_with(idx_prefix)) {
    const fs::path images = name.substr(idx_prefix.size());
    return source_of(read_dataset(name, images, labels_beside(images), description.layout));
  }
  std::vector<std::string> known;
  for (const DatasetInfo& info : list_datasets()) known.push_back(info.name);
  fail_unknown(description, "name", name, known);
}

}  // namespace

Source read_source(const Description& description, Split split) {
  check_keys(description);
  if (description.name.starts_with(images_prefix)) return read_pictures(description);
  if (has_test_set(description)) {
    const std::string& name = description.name;
    Source source = source_of(
        read_split(name, name == "mnist" ? bundled_folder(name) : debian_folder(), split));
    source.set_own_split(split);
    return source;
  }
  Source source = read_undivided(description);
  draw_splits(source, description);
  return source;
}

std::vector<DatasetInfo> list_datasets() {
  return {
      {"mnist", "handwritten digits: 60,000 + 10,000 images of 28×28 bytes, 10 labels",
       "Y. LeCun, C. Cortes, C. Burges; CC BY-SA 3.0; bundled"},
      {"fashion-mnist", "articles of clothing, in MNIST's sizes and numbers",
       "H. Xiao, K. Rasul, R. Vollgraf 2017; MIT; Debian's package dataset-fashion-mnist"},
      {"digits", "handwritten digits of 8×8: 1,797 images, 10 labels; splits drawn by ?seed=N",
       "E. Alpaydin, C. Kaynak 1998; CC BY 4.0; bundled"},
      {"breast-cancer",
       "569 tumours, 30 measures of their cells' nuclei: 0 malignant, 1 benign; splits as above",
       "W. Wolberg, N. Street, O. Mangasarian 1995; CC BY 4.0; bundled"},
      {"diabetes", "442 patients, 10 measures; target: disease progression after one year",
       "B. Efron, T. Hastie, I. Johnstone, R. Tibshirani 2004; bundled"},
      {"transactions", "SYNTHETIC card payments: 30,000 rows, 0 normal, 1 fraud (0.4 %)",
       "made by Hourglass from ?seed=N; no real person's data"},
      {"swiss-roll",
       "5,000 points of a strip rolled up in space; target: how far along, 8 labels: which part",
       "made by Hourglass from ?seed=N; J. Tenenbaum, V. de Silva, J. Langford 2000"},
      {"shapes",
       "6,144 images of 28×28 with known factors: shape (the label), size, angle, x, y; splits as "
       "above",
       "made by Hourglass; after dSprites, L. Matthey, I. Higgins, D. Hassabis, A. Lerchner 2017"},
      {"csv:FILE",
       "a table of numbers and categories; ?label=COLUMN is its class, ?target=COLUMN a number",
       "yours"},
      {"idx:PATH", "a file of images in MNIST's format, .gz too; its labels are found beside it",
       "yours"},
      {"images:DIR",
       "the PNG and JPEG pictures of a folder; ?size=28x28 brings them to one size, ?tiles=16x16 "
       "cuts them",
       "yours"},
      {"npy:FILE", "examples in NumPy's format; ?classes=FILE.npy gives their labels", "yours"},
  };
}

std::vector<fs::path> files_of(const std::string& description) try {
  const Description wanted = parse_description(description);
  for (std::string_view prefix : {csv_prefix, npy_prefix, idx_prefix, images_prefix}) {
    if (!wanted.name.starts_with(prefix) || wanted.name.size() == prefix.size()) continue;
    std::vector<fs::path> files = {wanted.name.substr(prefix.size())};
    if (!wanted.classes.empty()) files.emplace_back(wanted.classes);
    if (prefix == idx_prefix)
      if (const auto labels = labels_beside(files[0])) files.push_back(*labels);
    return files;
  }
  return {};
} catch (const ConfigError&) {
  return {};
}

}}  // namespace hourglass
