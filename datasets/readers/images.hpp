#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "hourglass/datasets/dataset.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A width and a height in pixels.
struct PictureSize {
  std::size_t width, height;
};

/// A folder's pictures as examples, and which picture each is from.
struct PictureExamples {
  Dataset examples;
  std::vector<std::filesystem::path> files = {};
  std::vector<std::uint32_t> picture = {};  ///< of each example: its place among the files
};

/// Reads a folder's pictures: examples (1, H, W) if all are grey, else (3, H, W), grey ones in
/// three equal channels. With a `size`, each is resized to it, by the mean of the pixels that
/// a new one covers; without, all must have the same size. With `tiles`, each picture, which may
/// then have any size, is cut into as many as fit side by side, and these are the examples. Throws
/// DataError.
PictureExamples read_images(const std::string& name, const std::filesystem::path& folder,
                            std::optional<PictureSize> size, std::optional<PictureSize> tiles = {});

}}  // namespace hourglass
