#pragma once

#include <filesystem>
#include <functional>

namespace hourglass {

/// What a program can be told about files, so that a command can make sure that no output replaces
/// an input. Nobody listens unless the program sets them.
struct FileHooks {
  /// A file or a folder that is read, or that a model was made from: it must stay as it is.
  std::function<void(const std::filesystem::path&)> in_use;
  /// A file that is about to be written.
  std::function<void(const std::filesystem::path&)> written;
};
inline FileHooks file_hooks;

/// Every reader calls this for what it opens, before opening it.
inline void note_in_use(const std::filesystem::path& file_or_folder) {
  if (file_hooks.in_use) file_hooks.in_use(file_or_folder);
}
inline void note_written(const std::filesystem::path& file) {
  if (file_hooks.written) file_hooks.written(file);
}

}  // namespace hourglass
