#include "hourglass/nn/files/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_hooks.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void fail(const fs::path& file, const std::error_code& reason) {
  throw Error(fmt::format("{}: cannot be written: {}", file.string(), reason.message()));
}

std::error_code last_error() {
  return {errno, std::system_category()};
}

void write_all(int descriptor, std::string_view rest, const fs::path& file) {
  while (!rest.empty()) {
    const ssize_t written = ::write(descriptor, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno != EINTR) {
      fail(file, last_error());
    }
  }
}

/// After what was printed so far, where that goes to the same place.
void write_to_stream(const fs::path& file, std::string_view contents) {
  std::fflush(stdout);
  const int descriptor = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (descriptor < 0) fail(file, last_error());
  try {
    write_all(descriptor, contents, file);
  } catch (...) {
    ::close(descriptor);
    throw;
  }
  ::close(descriptor);
}

/// What a link leads to, whether or not it is there yet, so that the link stays.
fs::path behind_links(fs::path file) {
  constexpr int most_links = 40;  // as many as the system follows
  std::error_code ignored;
  for (int i = 0; i < most_links && fs::is_symlink(file, ignored); ++i)
    file = file.parent_path() / fs::read_symlink(file, ignored);
  return file;
}

/// A new hidden file beside `target`, which is deleted unless it is renamed over `target`.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& target) : target_(target) {
    // mkstemp would make a file that only its owner can read; open leaves the mode to the umask.
    for (int attempt = 0; descriptor_ < 0; ++attempt) {
      path_ = target.parent_path() / fmt::format(".hourglass-{}-{}", ::getpid(), attempt);
      descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
      if (descriptor_ < 0 && errno != EEXIST) fail(target_, last_error());
    }
  }

  ~TemporaryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!renamed_) ::unlink(path_.c_str());
  }

  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write(std::string_view contents) { write_all(descriptor_, contents, target_); }

  void rename_over_target() {
    // Without fsync a power cut could leave the new name on a file whose contents never arrived.
    if (::fsync(descriptor_) != 0) fail(target_, last_error());
    // Some file systems report a full disk only here. The descriptor is gone either way.
    const int closed = ::close(descriptor_);
    descriptor_ = -1;
    if (closed != 0) fail(target_, last_error());
    if (std::rename(path_.c_str(), target_.c_str()) != 0) fail(target_, last_error());
    renamed_ = true;
  }

 private:
  const fs::path& target_;
  fs::path path_;
  int descriptor_ = -1;
  bool renamed_ = false;
};

}  // namespace

bool is_stream(const fs::path& file) {
  std::error_code ignored;
  const std::string name = file.string();
  return fs::is_other(file, ignored) || name.starts_with("/dev/std") ||
         name.starts_with("/dev/fd/") || name.starts_with("/proc/self/fd/");
}

void write_atomically(const fs::path& file, std::string_view contents) {
  note_written(file);
  std::error_code error;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  if (error) fail(file, error);
  if (is_stream(file)) return write_to_stream(file, contents);
  const fs::path target = behind_links(file);
  TemporaryFile temporary(target);
  temporary.write(contents);
  temporary.rename_over_target();
}

}}  // namespace hourglass
