#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/datasets/readers/picture_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The PNG and JPEG pictures of a folder and its sub-folders, known by their names (.png, .jpg,
/// .jpeg) or else by their contents, with numbers in their names in numerical order: digit2.png
/// before digit10.png. Links are followed, also to folders, but not in a circle. Hidden files and
/// folders and those that systems leave behind (__MACOSX, Thumbs.db) are skipped; one notice reports
/// the other files that are left out (notices.hpp). Given a file, it is that file. Throws DataError
/// if there are none, and for a folder that cannot be read.
std::vector<std::filesystem::path> list_pictures(const std::filesystem::path& folder);

/// Counts what reading pictures lost, so that it is reported in one line per kind rather than one
/// per file.
class PictureLossCount {
 public:
  void add(const std::filesystem::path& file, const PictureLosses& lost);
  /// Issues the notices.
  void tell(const std::filesystem::path& folder) const;

 private:
  struct Kind {
    std::size_t count = 0;
    std::filesystem::path first = {};
  };
  std::size_t pictures_ = 0;
  std::array<Kind, 5> kinds_ = {};
};

/// Why a picture cannot be kept without loss, and what to do instead; empty if nothing was lost.
std::string loss_in_words(const PictureLosses& lost);

}}  // namespace hourglass
