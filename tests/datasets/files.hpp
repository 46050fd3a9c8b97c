#pragma once

#include <zlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/support/messages.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hourglass::testing {

using Bytes = std::vector<std::uint8_t>;

/// A folder to write files of bytes to.
class TemporaryFolder : public TestFolder {
 public:
  std::filesystem::path write(const std::string& name, const Bytes& bytes) const {
    const std::filesystem::path file = path() / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
    return file;
  }
};

/// An IDX header of unsigned bytes with these sizes.
inline Bytes idx_header(const std::vector<std::uint32_t>& shape) {
  Bytes bytes{0, 0, 8, static_cast<std::uint8_t>(shape.size())};
  for (std::uint32_t size : shape)
    for (int shift = 24; shift >= 0; shift -= 8)
      bytes.push_back(static_cast<std::uint8_t>(size >> shift));
  return bytes;
}

/// A whole IDX file, whose elements are 0, 1, 2, …
inline Bytes idx_file(const std::vector<std::uint32_t>& shape) {
  Bytes bytes = idx_header(shape);
  std::size_t count = 1;
  for (std::uint32_t size : shape) count *= size;
  for (std::size_t i = 0; i < count; ++i) bytes.push_back(static_cast<std::uint8_t>(i));
  return bytes;
}

inline Bytes gzip(Bytes bytes) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK)
    throw std::runtime_error("deflateInit2");
  Bytes packed(deflateBound(&stream, bytes.size()));
  stream.next_in = bytes.data();
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = packed.data();
  stream.avail_out = static_cast<uInt>(packed.size());
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  if (!whole) throw std::runtime_error("deflate");
  return packed;
}

inline bool lacks(const std::string& text, const std::string& part) {
  return !contains(text, part);
}

}  // namespace hourglass::testing
