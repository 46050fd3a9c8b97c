#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/datasets/splits.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// One line of `hourglass list datasets`.
struct DatasetInfo {
  std::string name, summary, source;
};

/// The datasets that `load_dataset` knows by name, and the forms that read files.
std::vector<DatasetInfo> list_datasets();

/// Reads a dataset from its description `NAME[@train|@test][?labels=0,3&limit=N]`, where NAME is
/// `mnist`, `fashion-mnist`, `idx:PATH` (any IDX file of images, plain or gzipped; its labels are
/// looked for beside it, by MNIST's naming) or `npy:FILE` (a NumPy array, (N, F), (N, H, W)
/// or (N, C, H, W); `classes=FILE.npy` gives its labels; floating-point numbers, in 0..1, are
/// kept as the nearest of 256 levels: see datasets/readers/npy.hpp) or `images:DIR` (a folder of PNG and
/// JPEG pictures; `size=28x28` brings them to one size, `tiles=16x16` cuts them: see
/// datasets/readers/images.hpp).
///
/// Tables (table.hpp) are `breast-cancer`, `diabetes`, `transactions` and `csv:FILE`, for which
/// `label=COLUMN` and `target=COLUMN` name columns, `ignore=COLUMNS` those to leave out, and `missing`
/// says what to do with rows that lack a value (`refuse`, `drop`, or `keep`: then the example's numbers
/// are NaN there); `digits` is a table of images. How columns become numbers in 0..1 is learnt from
/// the training rows that `labels` and `limit` keep, whichever split is asked for, unless `scale`
/// gives it: the text that a model stores (Dataset::table().scale).
///
/// All but the first two have no test set of their own. They are split by one rule: 70 % of the
/// examples of each label (of all, if there are none) are the training split and the others the
/// test split, drawn using `seed=N` (1 by default); `split=0.2` sets the test split's share,
/// `split=none` leaves none, `@all` is both, in the order of the file. Tiles are split by picture,
/// those of a single picture into upper and lower ones. A folder of pictures with the sub-folders
/// `train` and `test` has these as its splits, unless `seed` or `split` is given (splits.hpp).
///
/// A split in the description wins over `split`. `labels` keeps the examples with these labels,
/// numbers or names, `limit` the first N of what is left.
/// The bundled files are looked for in the folder named by the environment variable HOURGLASS_DATA,
/// then beside the installed library, then in the source tree.
/// Throws ConfigError for a description that makes no sense, DataError for files that are missing
/// or wrong.
Dataset load_dataset(const std::string& description, Split split, const std::string& scale = "");

/// The files, or the folder, that a description names, whether they exist or not; none if it
/// makes no sense or names bundled data.
std::vector<std::filesystem::path> files_of(const std::string& description);

/// The labels that a description of this dataset keeps, none if it keeps all.
std::vector<std::uint8_t> kept_labels(const std::string& description, const Dataset& dataset);
/// The description without its `labels` and `limit`: all that these choose from.
std::string without_filters(const std::string& description);

/// The examples to train on, and those held out from them for validation.
struct TrainingData {
  Dataset train, validation;
  SplitInfo split;  ///< of the source
};
/// The training split, its first `limit` examples (0: all), without `hold_out` of them: the last if
/// the source has a test set of its own; otherwise drawn using `seed`, since files are often
/// sorted by class (for tiles, whole pictures: hold_out_rows). Throws ConfigError if fewer than
/// one example would be left to train on.
TrainingData load_training(const std::string& description, std::size_t limit, std::size_t hold_out,
                           const std::string& scale = "");

/// Cuts the last `count` examples off for validation: {all but the last count, the last count}.
/// Throws ConfigError if fewer than one example would be left to train on.
struct HeldOut {
  Dataset train, validation;
};
HeldOut hold_out(const Dataset& dataset, std::size_t count);

}}  // namespace hourglass
