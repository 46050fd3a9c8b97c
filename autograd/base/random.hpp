#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A counter-based generator of random numbers (Philox4x32-10: Salmon et al., "Parallel Random
/// Numbers: As Easy as 1, 2, 3", SC 2011). Block number c of a generator is a pure function of
/// (seed, stream, c), so its whole state is three integers that a checkpoint can hold, and
/// generators that are forked from one another never meet.
class Rng {
 public:
  explicit Rng(std::uint64_t seed, std::uint64_t stream = 0, std::uint64_t counter = 0)
      : seed_(seed), stream_(stream), counter_(counter) {}

  /// Fork number `id` of this generator: the same for the same (seed, stream, id), whatever has
  /// been drawn here, and independent of this one and of every other id.
  Rng fork(std::uint64_t id) const;

  /// Uniform in (0, 1), with 23 bits: the same number in the float and the double build.
  double uniform();

  /// A whole number in [0, bound), each equally likely. `bound` is at least 1.
  std::uint32_t below(std::uint32_t bound);

  /// Fills `tensor` with independent draws, uniform in (low, high).
  void fill_uniform(Tensor& tensor, Scalar low, Scalar high);

  /// Fills `tensor` with independent draws from the normal distribution N(mean, deviation²).
  void fill_normal(Tensor& tensor, Scalar mean, Scalar deviation);

  /// Puts 0, 1, …, order.size() − 1 into `order`, in a random order (Fisher–Yates).
  void shuffle(std::vector<std::uint32_t>& order);

  std::uint64_t seed() const { return seed_; }
  std::uint64_t stream() const { return stream_; }
  /// The number of the next block; a generator made from (seed, stream, counter) continues
  /// there.
  std::uint64_t counter() const { return counter_; }

 private:
  using Block = std::array<std::uint32_t, 4>;
  Block next_block();
  std::uint32_t bits();

  std::uint64_t seed_, stream_, counter_;
  Block block_{};
  unsigned left_in_block_ = 0;
};

}}  // namespace hourglass
