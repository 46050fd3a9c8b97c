#pragma once

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <system_error>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_hooks.hpp"
#include "hourglass/autograd/base/file_kind.hpp"
#include "hourglass/datasets/readers/npy.hpp"

// Parts of the reader of NPY files: npy_reader.cpp reads the header, npy_numbers.cpp what follows.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

constexpr std::string_view npy_magic = "\x93NUMPY";

/// A file that is read from start to end; every fault throws a DataError.
class NpyInput {
 public:
  explicit NpyInput(const std::filesystem::path& path) : path_(path) {
    note_in_use(path);
    std::error_code reason;
    size_ = std::filesystem::file_size(path, reason);  // fails for directories and pipes too
    if (reason) fail(fmt::format("cannot be read: {}", reason.message()));
    stream_.open(path, std::ios::binary);
    if (!stream_) fail("cannot be opened");
  }

  /// What kind of file it seems to be, by its first bytes, if it is not NPY.
  std::string other_kind() {
    std::string start(4096, '\0');
    stream_.read(start.data(), static_cast<std::streamsize>(start.size()));
    start.resize(static_cast<std::size_t>(stream_.gcount()));
    stream_.clear();
    stream_.seekg(0);
    return start.empty() || start.starts_with(npy_magic) ? "" : file_kind(start);
  }

  /// Goes back to a position, to read from there once more.
  void return_to(std::size_t position) {
    stream_.clear();
    stream_.seekg(static_cast<std::streamoff>(position));
    position_ = position;
  }

  std::size_t left() const { return size_ - position_; }
  std::size_t position() const { return position_; }

  void read(char* out, std::size_t count, const char* part) {
    if (left() < count)
      fail_at(position_, fmt::format("the file ends here, after {} of the {} bytes of its {}",
                                     left(), count, part));
    if (!stream_.read(out, static_cast<std::streamsize>(count))) fail("cannot be read");
    position_ += count;
  }

  [[noreturn]] void fail(const std::string& fault) const {
    throw DataError(fmt::format("{}: {}", path_.string(), fault));
  }
  [[noreturn]] void fail_at(std::size_t offset, const std::string& fault) const {
    fail(fmt::format("at byte {}: {}", offset, fault));
  }

 private:
  std::filesystem::path path_;
  std::size_t size_ = 0, position_ = 0;
  std::ifstream stream_;
};

/// What the header says.
struct NpyHeader {
  std::string type;  ///< "<f4"
  bool columns_first = false;
  std::vector<std::size_t> shape;
};

/// Reads what follows the header. Throws DataError.
NpyArray read_npy_numbers(NpyInput& input, const NpyHeader& header, NpyBytes as);

}}  // namespace hourglass
