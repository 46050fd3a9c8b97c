#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hourglass/models/core/autoencoder.hpp"

// Checksums that tell whether something has changed.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The CRC-32 of bytes, continued from that of the bytes before them.
std::uint32_t crc32_of(std::string_view bytes, std::uint32_t before = 0);

/// A fingerprint of a model's weights and config.
std::uint64_t fingerprint_of(const Autoencoder& model, const std::string& config);
/// A fingerprint of the bits of two tensors.
std::uint64_t fingerprint_of(const Tensor& a, const Tensor& b);

}}  // namespace hourglass
