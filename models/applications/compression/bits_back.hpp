#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hourglass/models/core/variational.hpp"

// Lossless compression by a VAE: bits-back coding with an asymmetric numeral system.
//
// A decoder p(x | z) can code x only once z is known, and sending z costs another −log₂ p(z) bits,
// although any z from q(z | x) would have done. So the choice of z is made to carry bits itself.
// To put x on a stack that is not empty:
//     pop   z from the stack, by q(z | x):     takes −log₂ q(z | x) bits off it
//     push  x by p(x | z), then z by p(z):     puts −log₂ p(x | z) p(z) bits on
// The reader pops z and x and, knowing x, pushes z by q(z | x): the bits that chose z are back. The
// mean net length is −ELBO, the very loss of the VAE, in bits.
// Townsend, Bird & Barber, "Practical Lossless Compression with Latent Variables using Bits Back
// Coding", ICLR 2019; Hinton & van Camp 1993 for the idea.
//
// z is discretised by bins (latent_bins.hpp). Images are coded in chunks, so that networks run on
// batches: all their z are popped, then all x and z pushed. If the stack holds too little to pop a
// z, words are lent, an extra cost of the first images; so chunks are small at the start and grow
// with the stack.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What a stream consists of, in bits. All parts add up to the stream's length.
struct BitsBackCosts {
  double bound = 0;           ///< the model's bound: −ELBO, with KL in closed form
  double draw = 0;            ///< sampling noise: the z drawn, against the mean over all z
  double discretisation = 0;  ///< bins in place of real numbers z
  /// The effect of the coder's least probability, 2^-24. A pixel that the model considers all but
  /// impossible adds to the bound without limit, but not to the stream: the floor costs next to
  /// nothing for likely pixels and saves bits for unlikely ones, so a file may be shorter than the
  /// bound.
  double floor = 0;
  double precision = 0;  ///< integer frequencies, and the coder's overhead
  double initial = 0;    ///< lent to pop the first z from, and the coder's initial state
  double levels = 0;     ///< grey levels that a black-and-white model does not distinguish, tables

  double total() const {
    return bound + draw + discretisation + floor + precision + initial + levels;
  }
};

class BitsBack {
 public:
  /// Throws ConfigError unless codes are N(0, 1) under the model's prior and its decoder gets
  /// nothing else. `features` is the size of an example.
  BitsBack(Variational& model, std::size_t features);

  struct Coded {
    std::string stream;
    BitsBackCosts costs;
  };
  /// `bytes`: complete examples, concatenated. Throws ConfigError if the model's likelihood is not
  /// one of bytes.
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
