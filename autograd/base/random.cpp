#include "hourglass/autograd/base/random.hpp"

#include <Random123/philox.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// 23 of the bits as a number in (0, 1), exact in float: never 0 (its logarithm is taken), never 1.
double to_unit(std::uint32_t bits) {
  return ((bits >> 9) + 0.5) * 0x1p-23;
}

/// The finaliser of SplitMix64 (Steele et al. 2014): a bijection that spreads neighbouring ids
/// apart.
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31);
}

}  // namespace

Rng Rng::fork(std::uint64_t id) const {
  return Rng(seed_, mix(stream_ + 0x9e3779b97f4a7c15ULL * (id + 1)));
}

Rng::Block Rng::next_block() {
  r123::Philox4x32::ctr_type counter{};
  counter[0] = static_cast<std::uint32_t>(counter_);
  counter[1] = static_cast<std::uint32_t>(counter_ >> 32);
  counter[2] = static_cast<std::uint32_t>(stream_);
  counter[3] = static_cast<std::uint32_t>(stream_ >> 32);
  r123::Philox4x32::key_type key{};
  key[0] = static_cast<std::uint32_t>(seed_);
  key[1] = static_cast<std::uint32_t>(seed_ >> 32);
  ++counter_;
  left_in_block_ = 0;
  const auto drawn = r123::Philox4x32()(counter, key);
  return {drawn[0], drawn[1], drawn[2], drawn[3]};
}

std::uint32_t Rng::bits() {
  if (left_in_block_ == 0) {
    block_ = next_block();
    left_in_block_ = 4;
  }
  return block_[--left_in_block_];
}

double Rng::uniform() {
  return to_unit(bits());
}

std::uint32_t Rng::below(std::uint32_t bound) {
  // Lemire 2019: the high half of bits × bound; the few draws that would favour some are repeated.
  const std::uint32_t unfair = -bound % bound;
  for (;;) {
    const std::uint64_t product = static_cast<std::uint64_t>(bits()) * bound;
    if (static_cast<std::uint32_t>(product) >= unfair)
      return static_cast<std::uint32_t>(product >> 32);
  }
}

void Rng::fill_uniform(Tensor& tensor, Scalar low, Scalar high) {
  Scalar* out = tensor.data();
  for (std::size_t start = 0; start < tensor.size(); start += 4) {
    const Block block = next_block();
    const std::size_t end = std::min(start + 4, tensor.size());
    for (std::size_t i = start; i < end; ++i)
      out[i] = low + (high - low) * static_cast<Scalar>(to_unit(block[i - start]));
  }
}

void Rng::fill_normal(Tensor& tensor, Scalar mean, Scalar deviation) {
  // Box–Muller: a uniform radius and a uniform angle give two independent normals.
  Scalar* out = tensor.data();
  for (std::size_t start = 0; start < tensor.size(); start += 4) {
    const Block block = next_block();
    std::array<Scalar, 4> normal;
    for (std::size_t pair = 0; pair < 4; pair += 2) {
      const auto radius = std::sqrt(-2 * std::log(static_cast<Scalar>(to_unit(block[pair]))));
      const auto angle = static_cast<Scalar>(2 * std::numbers::pi * to_unit(block[pair + 1]));
      normal[pair] = radius * std::cos(angle);
      normal[pair + 1] = radius * std::sin(angle);
    }
    const std::size_t end = std::min(start + 4, tensor.size());
    for (std::size_t i = start; i < end; ++i) out[i] = mean + deviation * normal[i - start];
  }
}

void Rng::shuffle(std::vector<std::uint32_t>& order) {
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
  for (std::size_t i = order.size(); i > 1; --i)
    std::swap(order[i - 1], order[below(static_cast<std::uint32_t>(i))]);
}

}}  // namespace hourglass
