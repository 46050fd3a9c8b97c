#pragma once

#include <string>
#include <vector>

#include "hourglass/models/core/model_info.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// All models, in the order of the course.
const std::vector<ModelInfo>& model_registry();

/// The model of this name. Throws ConfigError, which suggests names, if there is none.
const ModelInfo& find_model(const std::string& name);

}}  // namespace hourglass
