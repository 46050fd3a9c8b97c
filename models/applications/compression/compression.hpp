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

/// A compressed file and its statistics.
struct Compressed {
  std::string bytes;  ///< of the compressed file
  std::size_t examples = 0, features = 0;
  std::optional<BitsBackCosts> lossless = {};  ///< in bits; without the container's overhead
  double code_bits = 0;                        ///< lossy: what the codes cost by their tables
  double mse_per_pixel = 0;                    ///< the loss: the mean of (x − x̂)², pixels in 0..1
};

/// Compresses a source losslessly with a trained model, by bits-back coding. `origin` is the
/// source's name. Throws DataError if its shape is not the model's, ConfigError if the model
/// cannot do it.
Compressed compress(const TrainedModel& trained, const SourceFile& source,
                    const std::string& origin);

/// The same lossily, by the model's code, at a quality from 1 to 100 (see lossy.hpp). `tables` are
/// those of the model. The indices of a codebook are the same at any quality, but of a code in
/// stages (residual-vq) a higher one keeps more.
Compressed compress_with_loss(const TrainedModel& trained, const CodeTables& tables,
                              const SourceFile& source, const std::string& origin, int quality);

/// The mean of (x − x̂)² over all pixels, scaled to 0..1.
double error_of(const std::vector<std::uint8_t>& examples,
                const std::vector<std::uint8_t>& rebuilt);

/// Decompresses what `compress` and `compress_with_loss` made. Throws DataError for a file that is
/// damaged, cut off, not of this model or not of this machine's arithmetic; `origin` is its name.
/// If it was compressed lossily with tables that are not in the model's file, such as those of an
/// older Hourglass, each of `elsewhere` is tried in turn until one fits.
using TablesSource = std::function<CodeTables()>;
SourceFile decompress(const TrainedModel& trained, std::string_view bytes,
                      const std::string& origin, const std::vector<TablesSource>& elsewhere = {});

}}  // namespace hourglass
