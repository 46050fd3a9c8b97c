#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hourglass/datasets/catalog/description.hpp"
#include "hourglass/datasets/dataset.hpp"
#include "hourglass/datasets/splits.hpp"
#include "hourglass/datasets/table.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What catalog.cpp has read from a description's files: all examples, and their splits.
struct Source {
  std::optional<Dataset> examples = {};
  std::optional<Table> table = {};  ///< in place of examples: its columns still need a scale
  std::string table_name = {};
  std::vector<std::uint32_t> groups = {};  ///< the group of each row, if rows belong together
  SplitRows rows = {};
  SplitInfo info = {};

  std::size_t size() const { return table ? table->rows() : examples->size(); }
  std::vector<std::uint8_t> labels() const;
  std::vector<std::string> label_names() const;
  /// The rows of a split; for `all`, those of the whole file in its order.
  std::vector<std::uint32_t> rows_of(Split split) const;
  /// Of these rows, the first `limit` that have one of the labels (any label if none are given).
  /// Throws DataError for labels if the source has none.
  std::vector<std::uint32_t> filtered(const std::vector<std::uint32_t>& rows,
                                      const std::vector<std::uint8_t>& labels,
                                      std::size_t limit) const;
  /// These rows as examples. The columns of a table get this scale or, if it is empty, one learnt
  /// from the rows `learnt_from`; labels that are texts get the numbers that they have in `scale`.
  Dataset subset(const std::vector<std::uint32_t>& rows, const std::string& scale,
                 const std::vector<std::uint32_t>& learnt_from) const;

  // One of these sets the splits.

  /// Makes all rows the source's own split `split`.
  void set_own_split(Split split);
  /// Uses the pictures in the sub-folders train and test of `folder` as splits, with a notice about
  /// others (notices.hpp); false, and nothing is done, if it does not have both.
  bool set_splits_by_folders(const std::filesystem::path& folder,
                             const std::vector<std::filesystem::path>& files);
  /// Draws the splits; with a `test_share` of 0, all rows are in the training split.
  void draw_splits(std::size_t seed, double test_share);
};

/// Reads this split of a source with a test set of its own, and all of any other source.
Source read_source(const Description& description, Split split);

}}  // namespace hourglass
