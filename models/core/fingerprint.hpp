#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hourglass/models/core/autoencoder.hpp"

// Numbers that tell whether something is the same as it was.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The CRC-32 of bytes, going on from that of the bytes before them.
std::uint32_t crc32_of(std::string_view bytes, std::uint32_t before = 0);

/// A model's weights and config, as a number that is another for every other model.
std::uint64_t fingerprint_of(const Autoencoder& model, const std::string& config);
/// The bits of two tensors.
std::uint64_t fingerprint_of(const Tensor& a, const Tensor& b);

}}  // namespace hourglass
