#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hourglass/models/core/variational.hpp"

// Lossless compression by a variational autoencoder: bits back with an asymmetric numeral system.
//
// A decoder p(x | z) can code x only once z is known, and sending a z costs −log₂ p(z) bits too
// many: any z of q(z | x) would have done. So the choice of z is made to carry bits itself. To put
// x on a stack that holds something already:
//     pop   z from the stack, by q(z | x):     takes −log₂ q(z | x) bits off it
//     push  x by p(x | z), then z by p(z):     puts −log₂ p(x | z) p(z) bits on
// The reader pops z and x, and knowing x pushes z by q(z | x): the bits that chose it are back. The
// net length has the mean −ELBO, the very loss of the VAE, in bits.
// Townsend, Bird & Barber, "Practical Lossless Compression with Latent Variables using Bits Back
// Coding", ICLR 2019; Hinton & van Camp 1993 for the idea.
//
// z is made discrete by bins (latent_bins.hpp). Images are coded in chunks, so that networks run on
// batches: all their z are popped, then all x and z pushed. A stack that holds too little to pop a
// z from lends words, which are what the first images cost besides; so the chunks are small at the
// start and grow with what is on the stack.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What a stream is made of, in bits. All parts add up to the stream's length.
struct BitsBackCosts {
  double bound = 0;           ///< what the model promises: −ELBO, with KL in closed form
  double draw = 0;            ///< sampling noise: the z that were drawn, beside the mean over all z
  double discretisation = 0;  ///< bins in place of real numbers z
  /// What the model holds to be all but impossible and yet comes would cost the bound without
  /// limit. The coder gives everything 2^-24 at least: its share of the likely pixels costs next to
  /// nothing, and of the unlikely ones it saves, so that a file may be shorter than the bound.
  double floor = 0;
  double precision = 0;  ///< whole frequencies, and what the coder adds
  double initial = 0;    ///< lent to pop the first z from, and the coder's first state
  double levels = 0;     ///< levels of grey that a model of black and white cannot tell, tables

  double total() const {
    return bound + draw + discretisation + floor + precision + initial + levels;
  }
};

class BitsBack {
 public:
  /// Throws ConfigError where the model is none whose codes are N(0, 1) and all that its decoder is
  /// told. `features` is the size of an example.
  BitsBack(Variational& model, std::size_t features);

  struct Coded {
    std::string stream;
    BitsBackCosts costs;
  };
  /// `bytes`: whole examples, one after the other. Throws ConfigError where the model's likelihood
  /// is none of bytes.
  Coded encode(std::span<const std::uint8_t> bytes) const;

  /// The bytes of `examples` examples. Throws DataError for a stream that holds something else.
  std::vector<std::uint8_t> decode(std::string_view stream, std::size_t examples) const;

  /// See arithmetic_of.
  std::uint64_t arithmetic() const;

 private:
  struct Chunk;
  Tensor posteriors(const Tensor& x) const;
  Tensor pixel_outputs(const Tensor& z) const;

  Variational& model_;
  VaeNetworks networks_;
  std::size_t features_;
};

}}  // namespace hourglass
