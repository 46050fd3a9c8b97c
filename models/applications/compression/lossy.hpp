#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hourglass/models/applications/compression/code_tables.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The step of the quantiser for a quality from 1 to 100: how far one of it moves an image, as the
/// root of the sum of squares of its pixels, 0..1. Each 16 of quality halve it.
double step_of_quality(int quality);

/// Lossy compression by any autoencoder: its code, rounded to steps, by an asymmetric numeral
/// system with the frequencies that the training codes have. What is lost is what the code does not
/// tell, and what rounding takes from it.
class LossyCodec {
 public:
  LossyCodec(const CodePath& path, const CodeTables& tables, double step)
      : path_(path), quantiser_(tables, step) {}

  /// `bytes`: whole examples of `features` bytes.
  struct Coded {
    std::string stream;
    double bits = 0;  ///< what the codes tell, by their frequencies
  };
  Coded encode(std::span<const std::uint8_t> bytes, std::size_t features) const;
  /// Throws DataError for a stream that holds something else.
  std::vector<std::uint8_t> decode(std::string_view stream, std::size_t examples) const;

 private:
  CodePath path_;
  Quantiser quantiser_;
};

}}  // namespace hourglass
