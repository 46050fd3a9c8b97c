#include "hourglass/datasets/readers/npy.hpp"

#include <fmt/format.h>

#include <bit>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

static_assert(std::endian::native == std::endian::little, "NPY files are written little-endian");

/// Version 1.0: the magic bytes, the length of the description, and the description, padded with
/// spaces so that the numbers begin at a multiple of 64 bytes.
std::string header(const std::string& type, const std::string& shape) {
  std::string text =
      fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", type, shape);
  constexpr std::size_t before = 10;
  text.append(63 - (before + text.size()) % 64, ' ').push_back('\n');
  const auto low = static_cast<char>(text.size() & 0xff),
             high = static_cast<char>(text.size() >> 8);
  return std::string("\x93NUMPY\x01\x00", 8) + low + high + text;
}

}  // namespace

std::string to_npy(const Tensor& tensor) {
  std::string shape;
  for (std::size_t size : tensor.shape()) shape += fmt::format("{},", size);
  std::string file = header(fmt::format("<f{}", sizeof(Scalar)), shape);
  return file.append(reinterpret_cast<const char*>(tensor.data()), tensor.size() * sizeof(Scalar));
}

std::string npy_header(const std::vector<std::size_t>& shape) {
  std::string sizes;
  for (std::size_t size : shape) sizes += fmt::format("{},", size);
  return header("|u1", sizes);
}

std::string to_npy(std::span<const std::uint8_t> bytes) {
  std::string file = npy_header({bytes.size()});
  return file.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}}  // namespace hourglass
