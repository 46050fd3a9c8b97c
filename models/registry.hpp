#pragma once

#include <string>
#include <vector>

#include "hourglass/models/core/model_info.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// All models, in the order in which a course meets them.
const std::vector<ModelInfo>& model_registry();

/// Throws ConfigError with the names that there are.
const ModelInfo& find_model(const std::string& name);

}}  // namespace hourglass
