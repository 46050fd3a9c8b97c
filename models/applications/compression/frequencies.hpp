#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/models/applications/compression/ans.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Whole frequencies for symbols 0 … n − 1 that sum to 2^bits, for an AnsStack. Each symbol has at
/// least 1, so that none is impossible.
class FrequencyTable {
 public:
  /// From weights, such as counts, as near to them as whole numbers can be: whole arithmetic only,
  /// so that it is the same table everywhere. Throws ConfigError where 2^bits numbers are too few
  /// for the symbols, or there is no symbol.
  FrequencyTable(std::span<const std::uint64_t> weights, unsigned bits);

  std::size_t symbols() const { return starts_.size() - 1; }
  unsigned bits() const { return bits_; }
  Interval interval(std::size_t symbol) const {
    return {starts_[symbol], starts_[symbol + 1] - starts_[symbol]};
  }

  void push(AnsStack& stack, std::size_t symbol) const { stack.push(interval(symbol), bits_); }
  std::size_t pop(AnsStack& stack) const;

 private:
  std::vector<std::uint32_t> starts_;  ///< and at the end 2^bits
  unsigned bits_;
};

/// A number of any size up to 32 bits, for what no table foresees: how many bits it has, then those
/// bits.
void push_number(AnsStack& stack, std::uint32_t number);
std::uint32_t pop_number(AnsStack& stack);

}}  // namespace hourglass
