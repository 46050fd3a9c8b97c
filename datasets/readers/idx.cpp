#include "hourglass/datasets/readers/idx.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <string>
#include <system_error>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_hooks.hpp"
#include "hourglass/autograd/base/file_kind.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

/// A regular file; every fault throws a DataError.
class File {
 public:
  explicit File(const fs::path& path);

  std::size_t size() const { return size_; }
  /// Reads `count` bytes, or what is left if that is less.
  std::size_t read(std::uint8_t* out, std::size_t count);
  void rewind() {
    if (std::fseek(handle_.get(), 0, SEEK_SET) != 0)
      fail("cannot be read from its beginning again");
  }
  [[noreturn]] void fail(const std::string& fault) const;

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  fs::path path_;
  std::size_t size_ = 0;
  std::unique_ptr<std::FILE, Close> handle_;
};

File::File(const fs::path& path) : path_(path) {
  note_in_use(path);
  std::error_code reason;
  size_ = fs::file_size(path, reason);  // fails for directories and pipes too
  if (reason) fail(fmt::format("cannot be read: {}", reason.message()));
  handle_.reset(std::fopen(path.c_str(), "rb"));
  if (!handle_) fail(fmt::format("cannot be opened: {}", std::generic_category().message(errno)));
}

std::size_t File::read(std::uint8_t* out, std::size_t count) {
  const std::size_t got = std::fread(out, 1, count, handle_.get());
  if (got < count && std::ferror(handle_.get()))
    fail(fmt::format("cannot be read: {}", std::generic_category().message(errno)));
  return got;
}

void File::fail(const std::string& fault) const {
  throw DataError(fmt::format("{}: {}", path_.string(), fault));
}

/// The contents of a file: its bytes, decompressed if it is gzipped.
class Contents {
 public:
  explicit Contents(const fs::path& path);
  Contents(const Contents&) = delete;
  Contents& operator=(const Contents&) = delete;
  ~Contents() {
    if (packed_) inflateEnd(&stream_);
  }

  std::size_t file_size() const { return file_.size(); }
  /// Reads `count` bytes, or what is left if that is less.
  std::size_t read(std::uint8_t* out, std::size_t count);
  /// Throws DataError about the byte at `offset` of the (unpacked) contents.
  [[noreturn]] void fail(std::size_t offset, const std::string& fault) const;
  /// Throws DataError: the contents end here, after `found` of the `due` bytes of `part`.
  [[noreturn]] void fail_short(std::size_t found, std::size_t due, const char* part) const;

 private:
  std::size_t unpack(std::uint8_t* out, std::size_t count);
  void refill();
  void end_member();
  [[noreturn]] void fail_gzip(const std::string& fault) const;

  File file_;
  std::size_t position_ = 0;
  bool packed_ = false;
  bool ended_ = false;
  std::size_t members_before_ = 0;  ///< bytes of the gzip streams before this one
  z_stream stream_{};
  std::array<std::uint8_t, 1 << 15> input_;
};

Contents::Contents(const fs::path& path) : file_(path) {
  std::array<std::uint8_t, 4096> start{};
  const std::size_t got = file_.read(start.data(), start.size());
  file_.rewind();
  if (start[0] != 0x1f || start[1] != 0x8b) {
    const std::string kind = file_kind({reinterpret_cast<const char*>(start.data()), got});
    if (got > 0 && start[0] != 0 && !kind.empty())
      file_.fail(fmt::format("it is not an IDX file, but {}", kind));
    return;
  }
  const int gzip_only = 15 + 16;  // the largest window; + 16 refuses what has no gzip header
  const int code = inflateInit2(&stream_, gzip_only);
  if (code != Z_OK) file_.fail(fmt::format("gzip cannot be unpacked: {}", zError(code)));
  packed_ = true;
}

std::size_t Contents::read(std::uint8_t* out, std::size_t count) {
  const std::size_t got = packed_ ? unpack(out, count) : file_.read(out, count);
  position_ += got;
  return got;
}

std::size_t Contents::unpack(std::uint8_t* out, std::size_t count) {
  constexpr std::size_t largest_step = 1 << 30;  // zlib counts in 32 bits
  std::size_t got = 0;
  while (got < count && !ended_) {
    if (stream_.avail_in == 0) refill();
    const auto room = static_cast<uInt>(std::min(count - got, largest_step));
    stream_.next_out = out + got;
    stream_.avail_out = room;
    const int code = inflate(&stream_, Z_NO_FLUSH);
    got += room - stream_.avail_out;
    if (code == Z_STREAM_END)
      end_member();
    else if (code == Z_BUF_ERROR)  // there was room for output, so it lacks input
      fail_gzip("the gzip stream is cut off: the file ends before its end mark");
    else if (code != Z_OK)
      fail_gzip(fmt::format("corrupt gzip stream: {}", stream_.msg ? stream_.msg : zError(code)));
  }
  return got;
}

void Contents::refill() {
  stream_.next_in = input_.data();
  stream_.avail_in = static_cast<uInt>(file_.read(input_.data(), input_.size()));
}

/// Files may be put one after the other, as `cat a.gz b.gz` does: gunzip unpacks all.
void Contents::end_member() {
  if (stream_.avail_in == 0) refill();
  ended_ = stream_.avail_in == 0;
  if (ended_) return;
  if (*stream_.next_in != 0x1f) fail_gzip("the gzip stream ends here, but the file goes on");
  members_before_ += stream_.total_in;
  inflateReset(&stream_);
}

void Contents::fail(std::size_t offset, const std::string& fault) const {
  file_.fail(
      fmt::format("at byte {}{}: {}", offset, packed_ ? " of its unpacked contents" : "", fault));
}

void Contents::fail_short(std::size_t found, std::size_t due, const char* part) const {
  fail(position_, fmt::format("the file ends here, after {} of the {} bytes of its {}; {} missing",
                              found, due, part, due - found));
}

void Contents::fail_gzip(const std::string& fault) const {
  file_.fail(fmt::format("at byte {} of the compressed file: {}",
                         members_before_ + stream_.total_in, fault));
}

/// Checks the magic number and returns the number of axes.
std::size_t read_magic(Contents& contents) {
  std::array<std::uint8_t, 4> magic;
  const std::size_t got = contents.read(magic.data(), magic.size());
  if (got < magic.size()) contents.fail_short(got, magic.size(), "magic number");
  for (std::size_t i = 0; i < 2; ++i)
    if (magic[i] != 0)
      contents.fail(i,
                    fmt::format("an IDX file starts with two zero bytes, not 0x{:02x}", magic[i]));
  if (magic[2] != 0x08)
    contents.fail(
        2, fmt::format("the element type is 0x{:02x}, but only 0x08 (unsigned bytes) is read",
                       magic[2]));
  if (magic[3] < 1 || magic[3] > 4)
    contents.fail(3, fmt::format("the number of axes is {}, but must be 1 to 4", magic[3]));
  return magic[3];
}

std::vector<std::size_t> read_sizes(Contents& contents, std::size_t axes) {
  std::array<std::uint8_t, 16> sizes;  // 4 bytes each
  const std::size_t got = contents.read(sizes.data(), 4 * axes);
  if (got < 4 * axes) contents.fail_short(got, 4 * axes, "axes' sizes");
  std::vector<std::size_t> shape(axes);
  for (std::size_t i = 0; i < 4 * axes; ++i) shape[i / 4] = shape[i / 4] << 8 | sizes[i];
  return shape;
}

/// The product of the sizes, computed without ever exceeding `largest`.
std::size_t checked_count(const Contents& contents, const std::vector<std::size_t>& shape,
                          std::size_t largest) {
  std::size_t count = 1;
  for (std::size_t size : shape) {
    if (size != 0 && count > largest / size)
      contents.fail(4, fmt::format("the sizes {} ask for more than the largest allowed, {} bytes",
                                   fmt::join(shape, " × "), largest));
    count *= size;
  }
  return count;
}

/// Reads `count` bytes. The buffer grows with what has arrived, so that a small file with a large
/// `count` in its header reserves little.
std::vector<std::uint8_t> read_elements(Contents& contents, std::size_t count) {
  std::vector<std::uint8_t> bytes;
  while (bytes.size() < count) {
    const std::size_t have = bytes.size();
    const std::size_t next = std::min(count, std::max(2 * have, contents.file_size()));
    bytes.reserve(next);  // first, since resize alone may reserve more than it is asked for
    bytes.resize(next);
    const std::size_t got = contents.read(bytes.data() + have, next - have);
    if (got < next - have) contents.fail_short(have + got, count, "elements");
  }
  return bytes;
}

/// Checks that the contents end here; for a gzip stream, reading to its end also checks its CRC.
void check_end(Contents& contents, const std::vector<std::size_t>& shape, std::size_t end) {
  std::uint8_t extra = 0;
  if (contents.read(&extra, 1) == 1)
    contents.fail(end, fmt::format("the {} elements end here, but the file goes on",
                                   fmt::join(shape, " × ")));
}

}  // namespace

IdxArray read_idx(const fs::path& file, std::size_t largest) {
  Contents contents(file);
  IdxArray array;
  array.shape = read_sizes(contents, read_magic(contents));
  const std::size_t count = checked_count(contents, array.shape, largest);
  array.bytes = read_elements(contents, count);
  check_end(contents, array.shape, 4 + 4 * array.shape.size() + count);
  return array;
}

}}  // namespace hourglass
