#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/nn/files/config.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The settings with which a run's checkpoint was made; those that an older Hourglass did not know
/// have their defaults. Throws ConfigError if the folder has no checkpoint, DataError for one
/// that is damaged.
Config checkpoint_config(const std::filesystem::path& folder);

/// Refuses to resume with other settings of the model, the objective, the optimiser, the schedule or
/// the data than the run began with: ConfigError names the first, its old and its new value.
/// `training.epochs`, `patience`, `watch` and `check_finite` may change, and `run.data`, whose
/// examples TrainingRun::resume compares instead of their name.
void expect_same_run(const Config& was, const Config& now, const std::filesystem::path& folder);

/// A setting's value in TOML's notation, empty if it has none.
std::string value_of(const Config& config, const std::string& name);

}}  // namespace hourglass
