#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "hourglass/models/applications/compression/ans.hpp"
#include "hourglass/models/applications/compression/bytes.hpp"
#include "hourglass/models/core/likelihood.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Codes the bytes of an image by p(x | z), as the numbers that a VAE's decoder gives for it. Its
/// probabilities are whole 2^24ths, none of them 0: whatever the image, it can be coded, only the
/// longer the less the model expects it.
class PixelCoder {
 public:
  virtual ~PixelCoder() = default;

  /// What the model is shown for these bytes.
  virtual Scalar observe(std::uint8_t byte) const = 0;
  /// Pushes an image's bytes, the last first, so that they are popped from first to last.
  virtual void push(AnsStack& stack, std::span<const std::uint8_t> image,
                    const Scalar* outputs) const = 0;
  virtual void pop(AnsStack& stack, std::span<std::uint8_t> image, const Scalar* outputs) const = 0;
  /// The bits that the model's real probabilities ask for, with the least that this coder gives
  /// to anything: what a pixel costs is bounded, however little the model expects it.
  virtual double bits_with_floor(std::span<const std::uint8_t> image,
                                 const Scalar* outputs) const = 0;
  /// Of the bits that push adds, those that are not the model's to tell.
  virtual double bits_beyond_the_model(std::span<const std::uint8_t> /*image*/) const { return 0; }
  /// What a reader has to know to make the same coder.
  virtual void write(ByteWriter& /*out*/) const {}
};

/// The coder for these images and this likelihood; `bytes` is all of them. Throws ConfigError where
/// the likelihood is no probability of bytes.
std::unique_ptr<PixelCoder> make_pixel_coder(const Likelihood& likelihood,
                                             std::span<const std::uint8_t> bytes);
/// The coder that `write` described. Throws DataError.
std::unique_ptr<PixelCoder> read_pixel_coder(const Likelihood& likelihood, ByteReader& in);

}}  // namespace hourglass
