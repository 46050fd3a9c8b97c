#include "hourglass/datasets/fingerprint.hpp"

#include <zlib.h>

#include <string>
#include <vector>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

std::uint32_t crc_of(const void* bytes, std::size_t count, std::uint32_t before) {
  return static_cast<std::uint32_t>(crc32_z(before, static_cast<const Bytef*>(bytes), count));
}

}  // namespace

std::uint64_t fingerprint_of(const Dataset& data) {
  std::uint32_t values = 0;
  for (std::size_t i = 0; i < data.size(); ++i)
    if (data.is_table()) {
      const std::uint32_t row = data.checksum(i);
      values = crc_of(&row, sizeof row, values);
    } else {
      values = crc_of(data.example(i), data.features(), values);
    }
  const std::string sizes = std::to_string(data.size()) + " of " + to_text(data.example_shape());
  std::uint32_t rest = crc_of(sizes.data(), sizes.size(), 0);
  const std::vector<std::uint8_t> labels = data.labels(0, data.size());
  rest = crc_of(labels.data(), labels.size(), rest);
  return std::uint64_t{values} << 32 | rest;
}

}}  // namespace hourglass
