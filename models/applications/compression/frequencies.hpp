#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/models/applications/compression/ans.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Integer frequencies for symbols 0 … n − 1 that sum to 2^bits, for an AnsStack. Each symbol has
/// at least 1, so that none is impossible.
class FrequencyTable {
 public:
  /// From weights, such as counts, as closely as integers allow: with integer arithmetic only, so
  /// that the table is the same everywhere. Throws ConfigError if 2^bits numbers are too few for
  /// the symbols, or there is no symbol.
  FrequencyTable(std::span<const std::uint64_t> weights, unsigned bits);

  std::size_t symbols() const { return starts_.size() - 1; }
  unsigned bits() const { return bits_; }
  Interval interval(std::size_t symbol) const {
    return {starts_[symbol], starts_[symbol + 1] - starts_[symbol]};
  }

  void push(AnsStack& stack, std::size_t symbol) const { stack.push(interval(symbol), bits_); }
  std::size_t pop(AnsStack& stack) const;

 private:
  std::vector<std::uint32_t> starts_;  ///< of each symbol, and 2^bits at the end
  unsigned bits_;
};

/// Pushes and pops a number of up to 32 bits that no table covers: the number of its bits, then
/// those bits.
void push_number(AnsStack& stack, std::uint32_t number);
std::uint32_t pop_number(AnsStack& stack);

}}  // namespace hourglass
