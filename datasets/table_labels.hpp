#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hourglass/datasets/table.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The labels of examples, as numbers.
struct NumberedLabels {
  std::vector<std::uint8_t> labels;  ///< one per example, or none
  std::vector<std::string> names;    ///< of label 0, 1, …; none if labels are numbers
};

/// A file numbers its text labels in alphabetical order, so that "cat" is 0 in one file and 1 in
/// another. Here a label is known by its text and gets the number that it has in `known`; labels that
/// are not there get the next free numbers. Throws DataError, which names the `source`, if there are
/// more than 256.
NumberedLabels numbered_as(const KnownLabels& known, NumberedLabels own, const std::string& source);

}}  // namespace hourglass
