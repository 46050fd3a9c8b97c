#pragma once

#include <string>
#include <vector>

#include "datasets/dataset.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

/// One line of `hourglass list datasets`.
struct DatasetInfo {
  std::string name, summary, source;
};

/// The datasets that `load_dataset` knows by name, and the forms that read files.
std::vector<DatasetInfo> list_datasets();

enum class Split { train, test };

/// Reads a dataset from its description `NAME[@train|@test][?labels=0,3&limit=N]`, where NAME is
/// `mnist`, `fashion-mnist`, `idx:PATH` (any IDX file of images, plain or gzipped; its labels are
/// looked for beside it, by MNIST's naming) or `npy:FILE` (an array of NumPy's, (N, F), (N, H, W)
/// or (N, C, H, W); `classes=FILE.npy` gives its labels; numbers in floating point, in 0..1, are
/// kept as the nearest of 256 levels: see datasets/npy.hpp). A file has a single split that serves
/// as both.
/// A split in the description wins over `split`. `labels` keeps the examples with these labels,
/// `limit` the first N of what is left.
/// The bundled files are looked for in the folder named by the environment variable HOURGLASS_DATA,
/// then beside the installed library, then in the source tree.
/// Throws ConfigError for a description that means nothing, DataError for files that are missing
/// or wrong.
Dataset load_dataset(const std::string& description, Split split);

/// The labels that a description keeps, none where it keeps all; and the description without its
/// `labels` and `limit`: what there is besides. Throw ConfigError like load_dataset.
std::vector<std::uint8_t> kept_labels(const std::string& description);
std::string without_filters(const std::string& description);

/// Cuts the last `count` examples off for validation: {all but the last count, the last count}.
/// Throws ConfigError where fewer than one example would be left to train on.
struct HeldOut {
  Dataset train, validation;
};
HeldOut hold_out(const Dataset& dataset, std::size_t count);

}  // namespace hourglass::inline HOURGLASS_PRECISION
