#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "apps/reports/rate_comparison.hpp"
#include "hourglass/models/applications/compression/compression.hpp"
#include "hourglass/models/applications/compression/general_purpose.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A source without the compression that it has on disk, to compare with what a model makes of it.
/// Pictures are compressed already, as PNG or JPEG: general-purpose compressors get their pixels.
class UnpackedSource {
 public:
  explicit UnpackedSource(const SourceFile& source);

  /// What general-purpose compressors are given.
  std::string_view bytes() const { return bytes_; }
  bool is_pictures() const { return pictures_; }
  /// Whether it is smaller on disk, as a gzipped IDX file is.
  bool was_packed() const { return packed_; }
  /// The size of the file that `decompress` writes; for pictures, of PNG files.
  std::size_t file_size() const { return file_size_; }

 private:
  bool pictures_;
  std::string bytes_;
  std::size_t file_size_;
  bool packed_;
};

/// What `compress` made of a file: its table and its JSON are written from this.
struct CompressionResult {
  std::string out;             ///< the file that was written
  std::optional<int> quality;  ///< none: lossless
  bool binarized;              ///< zeros and ones were drawn in place of the pixels
  bool is_folder;
  std::size_t bytes_on_disk;  ///< of the source
  UnpackedSource unpacked;
  Compressed compressed;
  GeneralPurpose others;    ///< bytes, by other compressors
  std::size_t model_bytes;  ///< decompressing needs the model too, once for all files
  double seconds;
  std::optional<RateComparison> rates = {};

  /// Bits, per pixel of all examples.
  double per_pixel(double bits) const;
  /// The peak signal-to-noise ratio in decibels.
  double psnr() const;
};

nlohmann::ordered_json to_json(const CompressionResult& result);

/// Lengths and where the bits go, for a terminal.
std::string to_table(const CompressionResult& result);

}}  // namespace hourglass
