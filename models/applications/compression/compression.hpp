#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "models/applications/compression/bits_back.hpp"
#include "models/applications/compression/source_file.hpp"
#include "models/model_file.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

/// A file, compressed, and what it came to.
struct Compressed {
  std::string bytes;  ///< of the compressed file
  std::size_t examples = 0, features = 0;
  std::optional<BitsBackCosts> lossless = {};  ///< in bits; without what the container adds
};

/// Compresses a source with a trained model: without loss by bits back. `origin` is the source's
/// name. Throws DataError where its shape is not the model's, ConfigError where the model cannot.
Compressed compress(const TrainedModel& trained, const SourceFile& source,
                    const std::string& origin);

/// What `compress` was given, from its bytes. Throws DataError for a file that is damaged, cut off,
/// not of this model or not of this machine's arithmetic; `origin` is its name.
SourceFile decompress(const TrainedModel& trained, std::string_view bytes,
                      const std::string& origin);

}  // namespace hourglass::inline HOURGLASS_PRECISION
