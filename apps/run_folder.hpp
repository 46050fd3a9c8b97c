#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The files that make a folder a run, the most informative first.
const std::vector<std::string>& run_records();

/// All names that Hourglass itself gives to files in a run's folder: the records, the report, its
/// pictures, the pages of `inspect`.
const std::vector<std::string>& run_files();

/// Deletes the run's files in a folder, all but those named; files that Hourglass did not write
/// stay. Throws Error if one cannot be deleted.
void remove_run_files(const std::filesystem::path& folder, const std::vector<std::string>& keep);

}}  // namespace hourglass
