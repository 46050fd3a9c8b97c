#include "hourglass/models/applications/compression/compressed_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hourglass/autograd/base/file_kind.hpp"
#include "hourglass/models/applications/compression/bytes.hpp"
#include "hourglass/models/core/fingerprint.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::string_view magic("\x89HGZ\r\n\x1a\n", 8);
constexpr std::uint16_t version = 1;
constexpr std::size_t most_axes = 4, longest_name = 64, longest_header = 1 << 24;
constexpr std::uint64_t most_examples = std::uint64_t{1} << 26;
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 32;

[[noreturn]] void fail(const std::string& fault) {
  throw DataError(fault);
}

std::size_t checked(std::uint64_t size, std::uint64_t most, const char* what) {
  if (size > most) fail(fmt::format("its {} is {}, more than the {} allowed", what, size, most));
  return static_cast<std::size_t>(size);
}

std::vector<std::uint64_t> read_shape(ByteReader& reader) {
  std::vector<std::uint64_t> shape(
      checked(reader.number<std::uint8_t>(), most_axes, "number of axes"));
  std::uint64_t count = 1;
  for (std::uint64_t& size : shape) {
    size = reader.number<std::uint64_t>();
    if (size != 0 && count > most_bytes / size) fail("its sizes ask for more than 4 GiB");
    count *= size;
  }
  return shape;
}

[[noreturn]] void fail_kind(std::string_view bytes) {
  const std::string kind = file_kind(bytes.substr(0, 4096));
  fail("it is not a file that 'hourglass compress' wrote" + (kind.empty() ? "" : ", but " + kind));
}

/// The bytes without the checksum at their end, after verifying it.
std::string_view checked_body(std::string_view bytes) {
  if (!bytes.starts_with(magic.substr(0, std::min(magic.size(), bytes.size()))) || bytes.empty())
    fail_kind(bytes);
  if (bytes.size() < magic.size() + 4) fail("it is cut off");
  const std::string_view body = bytes.substr(0, bytes.size() - 4);
  ByteReader end(bytes.substr(body.size()));
  if (end.number<std::uint32_t>() != crc32_of(body))
    fail("it is damaged or cut off: its checksum does not fit");
  return body;
}

}  // namespace

std::string to_bytes(const CompressedFile& file) {
  ByteWriter out;
  out.text(magic);
  out.number(version);
  out.number(static_cast<std::uint8_t>(file.codec));
  out.number(static_cast<std::uint8_t>(file.source));
  out.number(file.model);
  out.number(file.arithmetic);
  out.number(static_cast<std::uint8_t>(file.arithmetic_name.size()));
  out.text(file.arithmetic_name);
  out.number(static_cast<std::uint8_t>(file.shape.size()));
  for (std::uint64_t size : file.shape) out.number(size);
  out.number(file.examples);
  out.number(static_cast<std::uint32_t>(file.source_header.size()));
  out.text(file.source_header);
  out.number(file.contents_crc);
  out.number(static_cast<std::uint64_t>(file.stream.size()));
  out.text(file.stream);
  out.number(crc32_of(out.bytes()));
  return out.take();
}

CompressedFile read_compressed(std::string_view bytes) {
  ByteReader in(checked_body(bytes));
  in.text(magic.size());
  if (const auto written = in.number<std::uint16_t>(); written != version)
    fail(fmt::format("it is of version {}, but this program reads version {}", written, version));
  CompressedFile file;
  const auto codec = in.number<std::uint8_t>(), source = in.number<std::uint8_t>();
  if (codec < 1 || codec > 2) fail(fmt::format("its codec {} is unknown", codec));
  if (source < 1 || source > 4) fail(fmt::format("its source {} is unknown", source));
  file.codec = static_cast<Codec>(codec);
  file.source = static_cast<SourceKind>(source);
  file.model = in.number<std::uint64_t>();
  file.arithmetic = in.number<std::uint64_t>();
  file.arithmetic_name =
      in.text(checked(in.number<std::uint8_t>(), longest_name, "arithmetic's name"));
  for (char& c : file.arithmetic_name)
    if (c < ' ' || c > '~') c = '?';
  file.shape = read_shape(in);
  file.examples = checked(in.number<std::uint64_t>(), most_examples, "number of examples");
  file.source_header =
      in.text(checked(in.number<std::uint32_t>(), longest_header, "source's header"));
  file.contents_crc = in.number<std::uint32_t>();
  file.stream = in.text(checked(in.number<std::uint64_t>(), in.left(), "stream"));
  if (in.left() > 0) fail("it goes on after its end");
  return file;
}

}}  // namespace hourglass
