#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "hourglass/autograd/base/error.hpp"

// Numbers as little-endian bytes, one after the other, and back.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

class ByteWriter {
 public:
  template <class Whole>
  void number(Whole value) {
    for (std::size_t i = 0; i < sizeof value; ++i)
      bytes_ += static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
  }
  void text(std::string_view text) { bytes_ += text; }
  std::string take() { return std::move(bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
};

/// Reads numbers from bytes. Throws DataError past the end.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : left_(bytes) {}

  template <class Whole>
  Whole number() {
    const std::string_view bytes = text(sizeof(Whole));
    std::uint64_t value = 0;
    for (std::size_t i = sizeof(Whole); i-- > 0;)
      value = value << 8 | static_cast<unsigned char>(bytes[i]);
    return static_cast<Whole>(value);
  }
  std::string_view text(std::size_t size) {
    if (size > left_.size()) throw DataError("it ends in the middle of its header");
    const std::string_view taken = left_.substr(0, size);
    left_.remove_prefix(size);
    return taken;
  }
  std::size_t left() const { return left_.size(); }

 private:
  std::string_view left_;
};

}}  // namespace hourglass
