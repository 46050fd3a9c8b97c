#include "hourglass/nn/layers/noise.hpp"

#include <fmt/format.h>

#include <limits>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Noise::Noise(const char* name, double strength, double most)
    : strength_(static_cast<Scalar>(strength)) {
  if (strength >= 0 && strength <= most) return;
  throw ConfigError(most > 1 ? fmt::format("{}: {} is not a deviation", name, strength)
                             : fmt::format("{}: {} is not a rate", name, strength));
}

Dropout::Dropout(double rate) : Noise("Dropout", rate, 1) {
  if (strength_ == 1) throw ConfigError("Dropout: a rate of 1 leaves nothing");
}
GaussianNoise::GaussianNoise(double deviation)
    : Noise("GaussianNoise", deviation, std::numeric_limits<double>::max()) {}
MaskingNoise::MaskingNoise(double rate) : Noise("MaskingNoise", rate, 1) {}
SaltAndPepperNoise::SaltAndPepperNoise(double rate) : Noise("SaltAndPepperNoise", rate, 1) {}

}}  // namespace hourglass
