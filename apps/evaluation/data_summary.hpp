#pragma once

#include <optional>
#include <string>
#include <vector>

#include "hourglass/datasets/catalog/description.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct SplitSize {
  std::string name;
  std::size_t examples = 0;
};

struct ClassSize {
  std::uint8_t label = 0;
  std::string name;
  std::size_t examples = 0;
};

/// The range of the bytes of images.
struct PixelRange {
  int least = 255, most = 0;
  double mean = 0;
};

/// What a description reads, for a user who is about to train on it.
struct DataSummary {
  std::string data;
  std::size_t examples = 0;             ///< of all splits together
  std::vector<std::size_t> shape = {};  ///< of one example
  std::vector<SplitSize> splits = {};
  std::vector<ClassSize> classes = {};
  std::vector<ColumnReport> columns = {};  ///< of a file's table
  std::optional<PixelRange> pixels = {};   ///< of images
  std::vector<std::string> notes = {};
  std::string fault = {};             ///< why it cannot be trained on, such as a missing value
  std::optional<Dataset> first = {};  ///< the first split
};

/// Reads everything that the description names. A table with missing values is summarised too, with
/// these as its fault. Throws ConfigError and DataError for what cannot be read at all.
DataSummary summarize_data(const Description& description);

}}  // namespace hourglass
