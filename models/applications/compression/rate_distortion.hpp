#pragma once

#include <string>
#include <vector>

#include "hourglass/models/applications/compression/lossy.hpp"
#include "hourglass/models/statistics/pca.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// The performance of a lossy coder is a curve: the bits per pixel, its rate, against the error of
// the result, its distortion (Shannon, "Coding Theorems for a Discrete Source with a Fidelity
// Criterion", IRE 1959). A model's curve says little without others beside it:
//     PCA    its codes through the very same quantiser, tables and entropy coder, so that only the
//            model differs
//     JPEG   at several qualities, on the same images

/// A coder at one of its qualities.
struct RatePoint {
  std::string coder;
  int quality = 0;  ///< 1..100, on the coder's own scale
  double bits_per_pixel = 0;
  double mse = 0;  ///< the mean of (x − x̂)² over all pixels, which are in 0..1

  /// The peak signal-to-noise ratio in decibels: −10 log₁₀ MSE, at most 100.
  double psnr() const;
};

/// PCA as a mapping from examples to codes and back. It keeps a copy of `pca`.
CodePath code_path(const Pca& pca);

/// The curve of a coder over these qualities; for codes of integers, one point for each number of
/// stages. `bytes`: complete examples. The rate counts all that a reader needs besides the model
/// and the examples' shape: the stream with its checksum and state.
std::vector<RatePoint> rate_distortion(const std::string& coder, const CodePath& path,
                                       const CodeTables& tables,
                                       const std::vector<std::uint8_t>& bytes, std::size_t features,
                                       const std::vector<int>& qualities);

/// How images become JPEG files.
enum class JpegLayout {
  mosaic,  ///< all side by side in one file, sharing its header of hundreds of bytes
  each     ///< a file for each, with its own header, as they would be in a folder
};

/// The curve of JPEG over these qualities, by libjpeg; every byte of its files is counted. Examples
/// are (1, H, W) or (3, H, W), channel by channel; empty for other shapes, which are not pictures,
/// and for a mosaic that is larger than a JPEG may be. A pixel of three channels counts as three.
std::vector<RatePoint> jpeg_rate_distortion(JpegLayout layout,
                                            const std::vector<std::uint8_t>& bytes,
                                            const Shape& example_shape,
                                            const std::vector<int>& qualities);

/// The PSNR of a curve at a rate, interpolated linearly between its points over the logarithm of
/// the rate. NaN if the rate is beyond its ends.
double psnr_at(const std::vector<RatePoint>& curve, double bits_per_pixel);

}}  // namespace hourglass
