#include "apps/run_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

const std::vector<std::string>& run_records() {
  static const std::vector<std::string> names = {"model.safetensors", "checkpoint.safetensors",
                                                 "config.toml"};
  return names;
}

const std::vector<std::string>& run_files() {
  static const std::vector<std::string> names = {
      "model.safetensors",   "checkpoint.safetensors",
      "config.toml",  // the records
      "metrics.csv",         "report.html",
      "codes.safetensors",  // from an earlier Hourglass: the tables that model.safetensors holds now
      "reconstructions.png", "repairs.png",
      "samples.png",         "interpolation.png",
      "manifold.png",        "traversals.png",
      "filters.png",  // of the report
      "inspect.html",        "inspect.dot"};
  return names;
}

void remove_run_files(const std::filesystem::path& folder, const std::vector<std::string>& keep) {
  for (const std::string& name : run_files()) {
    if (std::find(keep.begin(), keep.end(), name) != keep.end()) continue;
    std::error_code error;
    std::filesystem::remove(folder / name, error);
    if (error)
      throw Error(fmt::format("{}: an earlier run's file cannot be deleted: {}",
                              (folder / name).string(), error.message()));
  }
}

}}  // namespace hourglass
