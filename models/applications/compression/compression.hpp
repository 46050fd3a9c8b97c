#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hourglass/models/applications/compression/bits_back.hpp"
#include "hourglass/models/applications/compression/lossy.hpp"
#include "hourglass/models/applications/compression/source_file.hpp"
#include "hourglass/models/trained/model_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A file, compressed, and what it came to.
struct Compressed {
  std::string bytes;  ///< of the compressed file
  std::size_t examples = 0, features = 0;
  std::optional<BitsBackCosts> lossless = {};  ///< in bits; without what the container adds
  double code_bits = 0;                        ///< with loss: what the codes cost by their tables
  double mse_per_pixel = 0;                    ///< what was lost: the mean of (x − x̂)², 0..1
};

/// Compresses a source with a trained model: without loss by bits back. `origin` is the source's
/// name. Throws DataError where its shape is not the model's, ConfigError where the model cannot.
Compressed compress(const TrainedModel& trained, const SourceFile& source,
                    const std::string& origin);

/// With loss, by the model's code, at a quality from 1 to 100 (see lossy.hpp). `tables` are those
/// of the model. A codebook's numbers are what they are, whatever the quality.
Compressed compress_with_loss(const TrainedModel& trained, const CodeTables& tables,
                              const SourceFile& source, const std::string& origin, int quality);

/// The mean of (x − x̂)² over all pixels, which are 0..1 there.
double error_of(const std::vector<std::uint8_t>& examples,
                const std::vector<std::uint8_t>& rebuilt);

/// What `compress` was given, from its bytes. Throws DataError for a file that is damaged, cut off,
/// not of this model or not of this machine's arithmetic; `origin` is its name. Where it was
/// compressed with loss by tables that are not in the model's file, as those of an older Hourglass,
/// they are asked for in `elsewhere`, one after the other until one fits.
using TablesSource = std::function<CodeTables()>;
SourceFile decompress(const TrainedModel& trained, std::string_view bytes,
                      const std::string& origin, const std::vector<TablesSource>& elsewhere = {});

}}  // namespace hourglass
