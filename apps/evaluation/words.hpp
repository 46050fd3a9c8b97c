#pragma once

#include <string>
#include <vector>

#include "hourglass/nn/training/progress.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// "1 picture", "2,000 pictures"
inline std::string counted(std::size_t count, const std::string& noun) {
  return thousands(count) + " " + noun + (count == 1 ? "" : "s");
}

/// A line for labels that are written to a file as numbers: "labels.npy holds numbers: 0 is cat, 1
/// is dog"; nothing if they have no names.
inline std::string meaning_of_labels(const std::string& file,
                                     const std::vector<std::string>& names) {
  std::string line;
  for (std::size_t label = 0; label < names.size(); ++label)
    line += (label == 0 ? "\n" + file + " holds numbers: " : ", ") + std::to_string(label) +
            " is " + names[label];
  return line;
}

}}  // namespace hourglass
