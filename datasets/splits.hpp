#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// How the examples of a source are split into those trained on and those tested on.

enum class Split { train, test, all };

/// The share of the examples that is held out as the test split if a source has none of its own.
constexpr double usual_test_share = 0.3;

/// Rows of the training split and of the test split.
struct SplitRows {
  std::vector<std::uint32_t> train = {}, test = {};
};

/// Draws the rows of a training split, 1 − `test_share` of each label, and the others: in an order
/// given by `seed`, so that the last of them are as mixed as the first. The same seed makes the
/// same splits. If labels are too rare for that, so that one of the splits would be empty, rows
/// are drawn without regard to them; a single row is in the training split.
SplitRows split_rows(std::size_t rows, const std::vector<std::uint8_t>& labels, std::uint64_t seed,
                     double test_share = usual_test_share);

/// The same for rows that belong to groups (the tiles of one picture, which are nearly alike): a
/// whole group is in one split, and its rows stay together in their order. `groups` holds the
/// group of each row, numbered from 0 as they come. If there is only one group, its last rows are
/// the test split.
SplitRows split_groups(const std::vector<std::uint32_t>& groups, std::uint64_t seed,
                       double test_share = usual_test_share);

/// Holds `count` of the rows out of training: {train: the others, test: those held out}.
/// If `mixed`, rows are in a drawn order already, and the last ones are held out; otherwise they are
/// drawn using `seed`, and both parts stay in order. Of rows in groups, whole groups are held out,
/// as few as make `count` rows, or the last rows of a single group.
SplitRows hold_out_rows(const std::vector<std::uint32_t>& rows,
                        const std::vector<std::uint32_t>& groups, std::size_t count, bool mixed,
                        std::uint64_t seed);

/// Where the splits of a source come from.
struct SplitInfo {
  enum class Origin {
    source,   ///< the source has a training and a test set
    folders,  ///< a folder of pictures has the sub-folders train and test
    drawn,    ///< split_rows or split_groups
    none      ///< all rows are in the training split: as asked for, or there is only one
  };
  Origin origin = Origin::source;
  std::size_t train = 0, test = 0;              ///< examples in each, before any selection
  std::size_t seed = 1;                         ///< of the draw
  bool asked = false;                           ///< whether the description says how to split
  std::size_t pictures = 0, test_pictures = 0;  ///< that are cut into tiles; 0: none are

  std::size_t examples() const { return train + test; }
};

}}  // namespace hourglass
