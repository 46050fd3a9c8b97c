#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "hourglass/models/applications/compression/ans.hpp"
#include "hourglass/models/applications/compression/bytes.hpp"
#include "hourglass/models/core/likelihood.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Codes the bytes of an image by p(x | z), given by the outputs of a VAE's decoder. Its
/// probabilities are multiples of 2^-24, none of them 0: any image can be coded, at more bits the
/// less the model expects it.
class PixelCoder {
 public:
  virtual ~PixelCoder() = default;

  /// The model's input for this byte.
  virtual Scalar observe(std::uint8_t byte) const = 0;
  /// Pushes an image's bytes, the last first, so that they are popped in order.
  virtual void push(AnsStack& stack, std::span<const std::uint8_t> image,
                    const Scalar* outputs) const = 0;
  virtual void pop(AnsStack& stack, std::span<std::uint8_t> image, const Scalar* outputs) const = 0;
  /// The bits by the model's real-valued probabilities with this coder's floor, which bounds the
  /// cost of a pixel, however little the model expects it.
  virtual double bits_with_floor(std::span<const std::uint8_t> image,
                                 const Scalar* outputs) const = 0;
  /// The part of the bits that push adds for what the model does not distinguish.
  virtual double bits_beyond_the_model(std::span<const std::uint8_t> /*image*/) const { return 0; }
  /// Writes what a reader needs to make the same coder.
  virtual void write(ByteWriter& /*out*/) const {}
};

/// The coder for these images and this likelihood; `bytes` is all of them. Throws ConfigError if
/// the likelihood is not a probability of bytes.
std::unique_ptr<PixelCoder> make_pixel_coder(const Likelihood& likelihood,
                                             std::span<const std::uint8_t> bytes);
/// The coder that `write` described. Throws DataError.
std::unique_ptr<PixelCoder> read_pixel_coder(const Likelihood& likelihood, ByteReader& in);

}}  // namespace hourglass
