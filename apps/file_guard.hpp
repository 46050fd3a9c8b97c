#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/autograd/base/precision.hpp"

// No output of a command replaces what the command reads. Readers and writers report to hooks
// (autograd/base/file_hooks.hpp), so that no command can forget its inputs, and a file that is written
// without having been declared is a bug in the program.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A place that a command is going to write to, with the option that named it.
struct Output {
  enum class Kind { file, folder, either };
  std::string option;
  std::filesystem::path place;
  Kind kind = Kind::file;
  std::string suffix = "";  ///< of the format that is written, such as ".png"; empty: see
                            ///< expect_format, which a command then calls when it knows
};

/// Sets the hooks: from here on a file is either read or written. Called once, by main.
void guard_files();

/// Declares what will be written, before the work is done. Throws ConfigError if an output is a file
/// in use (the same file by another path or link too), the same as another output, a folder where a
/// file is wanted or the other way round, or would put pictures into a folder whose pictures are
/// read, or expect_format does; Error if it cannot be written. A file that comes into use later is
/// refused then.
void declare_outputs(const std::vector<Output>& outputs);

/// Throws ConfigError if the name of an output promises another format than is written: a name that
/// ends in .jpg for a PNG file. Suffixes that promise nothing, and none at all, are the user's
/// choice.
void expect_format(const Output& output);

/// Throws ConfigError if there is something in a folder that pictures are to be written to, since
/// some of its files could be replaced.
void expect_new_folder(const std::string& option, const std::filesystem::path& folder);

/// Whether files can be put into a folder.
bool can_be_written(const std::filesystem::path& folder);

/// A file that is read in order to be replaced, as a checkpoint is.
void allow_replacing(const std::filesystem::path& file);

}}  // namespace hourglass
