#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hourglass/models/applications/compression/code_tables.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The quantiser's step for a quality from 1 to 100: how far one step moves an image, as the root
/// of the sum of squares over its pixels, 0..1. Every 16 points of quality halve it.
double step_of_quality(int quality);

/// What of a path is used at a quality from 1 to 100: of a code in stages the first ones, more of
/// them at a higher quality (successive refinement: Equitz & Cover, IEEE TIT 37, 1991); any other
/// code whole.
CodePath path_of_quality(const CodePath& path, int quality);

/// Lossy compression by any autoencoder: its quantised code, entropy-coded by an asymmetric numeral
/// system with the frequencies of the training codes. What is lost is what the code does not
/// capture and what quantisation takes from it.
class LossyCodec {
 public:
  LossyCodec(const CodePath& path, const CodeTables& tables, double step)
      : path_(path), quantiser_(tables, step, path.numbers) {}

  /// `bytes`: complete examples of `features` bytes.
  struct Coded {
    std::string stream;
    double bits = 0;  ///< the information in the codes, by their frequencies
  };
  Coded encode(std::span<const std::uint8_t> bytes, std::size_t features) const;
  /// Throws DataError for a stream that holds something else.
  std::vector<std::uint8_t> decode(std::string_view stream, std::size_t examples) const;

 private:
  CodePath path_;
  Quantiser quantiser_;
};

}}  // namespace hourglass
