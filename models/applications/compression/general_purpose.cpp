#include "hourglass/models/applications/compression/general_purpose.hpp"

#include <bzlib.h>
#include <lzma.h>
#include <zlib.h>

#include <vector>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

std::size_t gzip_size(std::string_view bytes) {
  z_stream stream{};
  constexpr int with_gzip_header = 15 + 16;
  if (deflateInit2(&stream, 9, Z_DEFLATED, with_gzip_header, 9, Z_DEFAULT_STRATEGY) != Z_OK)
    throw Error("gzip: out of memory");
  std::vector<unsigned char> out(deflateBound(&stream, bytes.size()));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = out.data();
  stream.avail_out = static_cast<uInt>(out.size());
  const int code = deflate(&stream, Z_FINISH);
  const std::size_t size = stream.total_out;
  deflateEnd(&stream);
  if (code != Z_STREAM_END) throw Error("gzip: compression failed");
  return size;
}

std::size_t bzip2_size(std::string_view bytes) {
  auto size = static_cast<unsigned>(bytes.size() + bytes.size() / 100 + 600);
  std::vector<char> out(size);
  if (BZ2_bzBuffToBuffCompress(out.data(), &size, const_cast<char*>(bytes.data()),
                               static_cast<unsigned>(bytes.size()), 9, 0, 0) != BZ_OK)
    throw Error("bzip2: compression failed");
  return size;
}

std::size_t xz_size(std::string_view bytes) {
  std::vector<std::uint8_t> out(lzma_stream_buffer_bound(bytes.size()));
  std::size_t size = 0;
  if (lzma_easy_buffer_encode(9 | LZMA_PRESET_EXTREME, LZMA_CHECK_CRC32, nullptr,
                              reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
                              out.data(), &size, out.size()) != LZMA_OK)
    throw Error("xz: compression failed");
  return size;
}

}  // namespace

GeneralPurpose general_purpose_sizes(std::string_view bytes) {
  return {gzip_size(bytes), bzip2_size(bytes), xz_size(bytes)};
}

}}  // namespace hourglass
