#include "apps/file_guard.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_hooks.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

/// Identifies a file by what it is rather than by its name: links lead to the same one.
using FileId = std::pair<dev_t, ino_t>;

std::optional<FileId> id_of(const fs::path& file) {
  struct stat status;
  if (::stat(file.c_str(), &status) != 0) return {};
  return FileId{status.st_dev, status.st_ino};
}

/// Absolute and with links resolved, as far as it exists.
fs::path resolved(const fs::path& place) {
  std::error_code failed;
  const fs::path path = fs::weakly_canonical(fs::absolute(place, failed), failed);
  return failed ? place : path.has_filename() ? path : path.parent_path();
}

bool is_inside(const fs::path& place, const fs::path& folder) {
  const auto [rest, unused] =
      std::mismatch(folder.begin(), folder.end(), place.begin(), place.end());
  return rest == folder.end();
}

bool is_folder(const fs::path& place) {
  std::error_code ignored;
  return fs::is_directory(place, ignored);
}

std::string suffix_of(const fs::path& file) {
  std::string ending = file.extension().string();
  for (char& c : ending) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return ending;
}

bool has_picture_name(const fs::path& file) {
  const std::string ending = suffix_of(file);
  return ending == ".png" || ending == ".jpg" || ending == ".jpeg";
}

[[noreturn]] void fail_to_write(const fs::path& place, int error) {
  throw Error(fmt::format("{}: cannot be written: {}", place.string(),
                          std::generic_category().message(error)));
}

void expect_access(const Output& output, const fs::path& to, int mode) {
  if (::faccessat(AT_FDCWD, to.c_str(), mode, AT_EACCESS) != 0) fail_to_write(output.place, errno);
}

/// Refuses an output that would only fail once the work is done. Missing folders are made when it is
/// written.
void expect_writable(const Output& output) {
  const fs::path& place = output.place;
  const std::string name = fmt::format("{} {}", output.option, place.string());
  std::error_code ignored;
  const bool there = fs::exists(place, ignored);
  if (output.kind == Output::Kind::file) {
    if (is_folder(place)) throw ConfigError(name + " is a folder: name a file");
    if (!place.has_filename())
      throw ConfigError(name + " is the name of a folder: name a file in it");
  }
  if (output.kind == Output::Kind::folder && there && !is_folder(place))
    throw ConfigError(name + " is a file: name a folder");
  if (there) expect_access(output, place, W_OK);
  if (is_stream(place)) return;
  fs::path folder = fs::absolute(place, ignored).lexically_normal().parent_path();
  while (!fs::exists(folder, ignored) && folder.has_relative_path()) folder = folder.parent_path();
  if (!is_folder(folder)) fail_to_write(place, ENOTDIR);
  if (!(there && is_folder(place))) expect_access(output, folder, W_OK | X_OK);
}

class Guard {
 public:
  void declare(const Output& output) {
    const std::lock_guard lock(mutex_);
    if (output.place.empty()) return;
    expect_writable(output);
    expect_format(output);
    const Known known{output, resolved(output.place), id_of(output.place)};
    for (const Known& other : outputs_) expect_different(known, other);
    if (!own_.contains(known.path) && known.id)
      if (const auto used = in_use_.find(*known.id); used != in_use_.end())
        refuse(output, used->second);
    for (const auto& [path, folder] : folders_) expect_outside(known, path, folder);
    outputs_.push_back(known);
  }

  void allow_replacing(const fs::path& file) {
    const std::lock_guard lock(mutex_);
    own_.insert(resolved(file));
  }

  void note_in_use(const fs::path& path) {
    const std::lock_guard lock(mutex_);
    if (is_folder(path)) {
      folders_.emplace_back(resolved(path), path);
      for (const Known& output : outputs_) expect_outside(output, resolved(path), path);
      return;
    }
    use(path, {path, false});
    std::error_code ignored;
    if (path.extension() != ".safetensors" ||
        !fs::exists(path.parent_path() / "config.toml", ignored))
      return;
    for (const char* name : {"report.html", "metrics.csv", "config.toml", "model.safetensors",
                             "checkpoint.safetensors", "codes.safetensors"})
      use(path.parent_path() / name, {path.parent_path(), true});
  }

  void note_written(const fs::path& file) {
    const std::lock_guard lock(mutex_);
    const fs::path path = resolved(file);
    if (own_.contains(path)) return;
    const auto output = std::find_if(outputs_.begin(), outputs_.end(), [&](const Known& known) {
      if (known.output.kind == Output::Kind::file) return known.path == path;
      // A folder of pictures is written beside its place, and moved there when it is whole.
      return is_inside(path, known.path) || is_inside(path, known.path.string() + ".part");
    });
    if (output == outputs_.end())
      throw std::logic_error(fmt::format(
          "{}: is to be written, but was not declared: add_output is missing", file.string()));
    if (const auto id = id_of(file))
      if (const auto used = in_use_.find(*id); used != in_use_.end())
        refuse({output->output.option, file}, used->second);
    own_.insert(path);
  }

 private:
  struct Known {
    Output output;
    fs::path path;  // resolved
    std::optional<FileId> id;
  };
  /// What is read, or the run that a file belongs to.
  struct Use {
    fs::path by;
    bool of_run;
  };

  [[noreturn]] static void refuse(const Output& output, const Use& use) {
    const std::string name = fmt::format("{} {}", output.option, output.place.string());
    if (use.of_run)
      throw ConfigError(fmt::format(
          "{} belongs to the run that is used, and would be lost: name another file", name));
    throw ConfigError(
        fmt::format("{} is read by this command{}, and would be lost: name another "
                    "file",
                    name, use.by == output.place ? "" : fmt::format(" as {}", use.by.string())));
  }

  void use(const fs::path& file, const Use& use) {
    const auto id = id_of(file);
    if (!id || (!own_.empty() && own_.contains(resolved(file)))) return;
    in_use_.emplace(*id, use);  // first, since the caller may go on without the file
    for (const Known& known : outputs_)
      if (known.id == id) refuse(known.output, use);
  }

  static void expect_different(const Known& a, const Known& b) {
    const bool files =
        a.output.kind != Output::Kind::folder && b.output.kind != Output::Kind::folder;
    const bool nested = (a.output.kind == Output::Kind::file && is_inside(b.path, a.path)) ||
                        (b.output.kind == Output::Kind::file && is_inside(a.path, b.path));
    if (nested || a.path == b.path || (files && a.id && a.id == b.id))
      throw ConfigError(fmt::format("{} and {} would both be written to {}: name two files",
                                    b.output.option, a.output.option, b.output.place.string()));
  }

  static void expect_outside(const Known& known, const fs::path& path, const fs::path& folder) {
    const bool pictures = known.output.kind != Output::Kind::file || has_picture_name(known.path);
    if (pictures && is_inside(known.path, path))
      throw ConfigError(
          fmt::format("{} {} lies in {}, whose pictures are read: pictures written there would be "
                      "read too the next time; name a place outside it",
                      known.output.option, known.output.place.string(), folder.string()));
  }

  std::mutex mutex_;
  std::vector<Known> outputs_;
  std::map<FileId, Use> in_use_;
  std::vector<std::pair<fs::path, fs::path>> folders_;  // resolved, as given
  std::set<fs::path> own_;                              // what may be overwritten
};

Guard& guard() {
  static Guard the_guard;
  return the_guard;
}

}  // namespace

void guard_files() {
  file_hooks.in_use = [](const fs::path& path) { guard().note_in_use(path); };
  file_hooks.written = [](const fs::path& file) { guard().note_written(file); };
}

void declare_outputs(const std::vector<Output>& outputs) {
  for (const Output& output : outputs) guard().declare(output);
}

void expect_format(const Output& output) {
  static const std::set<std::string> formats = {
      ".bmp",         ".csv",  ".dot", ".gif", ".gz",  ".hgz", ".html", ".idx",
      ".jpeg",        ".jpg",  ".npy", ".npz", ".pdf", ".png", ".svg",  ".toml",
      ".safetensors", ".json", ".tif", ".tsv", ".zip", ".webp"};
  const std::string ending = suffix_of(output.place);
  if (output.suffix.empty() || ending == output.suffix || !formats.contains(ending)) return;
  throw ConfigError(
      fmt::format("{} {}: what is written there is not {}: give it a name that ends in {}",
                  output.option, output.place.string(), ending.substr(1), output.suffix));
}

void expect_new_folder(const std::string& option, const fs::path& folder) {
  std::error_code ignored;
  if (!fs::exists(folder, ignored) || (is_folder(folder) && fs::is_empty(folder, ignored))) return;
  throw ConfigError(
      fmt::format("{} {} is there already: give the name of a folder that is not, or is empty, for "
                  "the pictures",
                  option, folder.string()));
}

bool can_be_written(const fs::path& folder) {
  const char* place = folder.empty() ? "." : folder.c_str();
  return ::faccessat(AT_FDCWD, place, W_OK | X_OK, AT_EACCESS) == 0;
}

void allow_replacing(const fs::path& file) {
  guard().allow_replacing(file);
}

}}  // namespace hourglass
