#pragma once

#include <string>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The end of a message about an unknown name: "did you mean 'latent'?" if a known name is close to
/// it or begins like it, else "there are latent, hidden", else "there are none here".
std::string advice(const std::string& given, const std::vector<std::string>& known);

}}  // namespace hourglass
