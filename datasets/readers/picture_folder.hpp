#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include "hourglass/datasets/readers/picture_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The pictures (.png, .jpg, .jpeg) of a folder and of those in it, as numbers in their names are
/// counted: digit2.png before digit10.png. Links are followed, to folders too, but not in a circle.
/// Hidden files and folders and those that systems leave behind (__MACOSX, Thumbs.db) are passed
/// over; of other files that are left out one notice tells (notices.hpp). Of a file it is that
/// file. Throws DataError where there are none, and for a folder that cannot be read.
std::vector<std::filesystem::path> list_pictures(const std::filesystem::path& folder);

/// What reading pictures took from them, counted, so that it is said in a line a kind and not in a
/// line a file.
class PictureLossCount {
 public:
  void add(const std::filesystem::path& file, const PictureLosses& lost);
  /// Gives the notices.
  void tell(const std::filesystem::path& folder) const;

 private:
  struct Kind {
    std::size_t count = 0;
    std::filesystem::path first = {};
  };
  std::size_t pictures_ = 0;
  std::array<Kind, 4> kinds_ = {};
};

/// Why a picture cannot be kept without loss, and what would do; empty where nothing was lost.
std::string loss_in_words(const PictureLosses& lost);

}}  // namespace hourglass
