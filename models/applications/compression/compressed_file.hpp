#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// How the stream of a compressed file was coded.
enum class Codec : std::uint8_t { bits_back = 1, quantised = 2 };

/// The kind of file that was compressed; decompression writes the same kind.
enum class SourceKind : std::uint8_t { idx = 1, npy = 2, picture = 3, folder = 4 };

/// A compressed file: what a reader has to know before it decodes, and the stream.
///
/// All numbers are little-endian:
///     8 bytes   89 48 47 5A 0D 0A 1A 0A: "HGZ" among bytes that a transfer as text would damage
///     u16       version, 1
///     u8, u8    codec, kind of the source
///     u64       fingerprint of the model
///     u64, text fingerprint of its arithmetic, with its name in words (u8 length, bytes)
///     u8, u64…  axes and sizes of the source's array
///     u64       examples
///     u32, …    length of the source's own header, and that header
///     u32       CRC-32 of what decoding must give
///     u64, …    length of the stream, and the stream
///     u32       CRC-32 of all bytes before
struct CompressedFile {
  Codec codec = Codec::bits_back;
  SourceKind source = SourceKind::idx;
  std::uint64_t model = 0, arithmetic = 0;
  std::string arithmetic_name = {};
  std::vector<std::uint64_t> shape = {};
  std::uint64_t examples = 0;
  std::string source_header = {};
  std::uint32_t contents_crc = 0;
  std::string stream = {};
};

std::string to_bytes(const CompressedFile& file);

/// Parses a compressed file, and checks everything before it trusts or allocates: the magic bytes,
/// the CRC of the whole, every length, the exact end. Throws DataError.
CompressedFile read_compressed(std::string_view bytes);

}}  // namespace hourglass
