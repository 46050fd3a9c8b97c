#include "hourglass/models/core/fingerprint.hpp"

#include <zlib.h>

#include "hourglass/nn/files/weights.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

std::string_view bytes_of(const Tensor& tensor) {
  return {reinterpret_cast<const char*>(tensor.data()), tensor.size() * sizeof(Scalar)};
}

std::uint64_t joined(std::uint32_t high, std::uint32_t low) {
  return std::uint64_t{high} << 32 | low;
}

}  // namespace

std::uint32_t crc32_of(std::string_view bytes, std::uint32_t before) {
  return static_cast<std::uint32_t>(
      crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::uint64_t fingerprint_of(const Autoencoder& model, const std::string& config) {
  std::uint32_t weights = 0;
  for (const NamedTensor& tensor : named_weights(model))
    weights = crc32_of(bytes_of(*tensor.tensor), crc32_of(tensor.name, weights));
  return joined(weights, crc32_of(config));
}

std::uint64_t fingerprint_of(const Tensor& a, const Tensor& b) {
  return joined(crc32_of(bytes_of(a)), crc32_of(bytes_of(b)));
}

}}  // namespace hourglass
