#include "hourglass/models/applications/compression/frequencies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

FrequencyTable::FrequencyTable(std::span<const std::uint64_t> weights, unsigned bits)
    : bits_(bits) {
  const std::size_t symbols = weights.size();
  if (symbols == 0 || bits > 24 || symbols > std::size_t{1} << bits)
    throw ConfigError(
        fmt::format("a table of {} symbols does not fit into 2^{} numbers", symbols, bits));
  // Each symbol gets 1; the rest is shared in proportion to the weights, by cumulative sums.
  // __int128 so that no sum of weights overflows.
  const std::uint64_t left = (std::uint64_t{1} << bits) - symbols;
  unsigned __int128 total = 0, below = 0;
  for (std::uint64_t weight : weights) total += weight;
  starts_.reserve(symbols + 1);
  starts_.push_back(0);
  for (std::size_t i = 0; i < symbols; ++i) {
    below += total == 0 ? 1 : weights[i];
    const unsigned __int128 of = total == 0 ? symbols : total;
    starts_.push_back(
        static_cast<std::uint32_t>(i + 1 + static_cast<std::uint64_t>(left * below / of)));
  }
}

std::size_t FrequencyTable::pop(AnsStack& stack) const {
  const std::uint64_t slot = stack.peek(bits_);
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), slot);
  const auto symbol = static_cast<std::size_t>(after - starts_.begin()) - 1;
  stack.pop(interval(symbol), bits_);
  return symbol;
}

void push_number(AnsStack& stack, std::uint32_t number) {
  const auto size = static_cast<unsigned>(std::bit_width(number));  // 0 to 32
  if (size > 16) stack.push({number >> 16, 1}, size - 16);
  if (size > 0) stack.push({number & ((1U << std::min(size, 16U)) - 1), 1}, std::min(size, 16U));
  stack.push({size, 1}, 6);
}

std::uint32_t pop_number(AnsStack& stack) {
  const auto size = static_cast<unsigned>(stack.peek(6));
  stack.pop({size, 1}, 6);
  if (size > 32) throw DataError("the stream holds a number of more than 32 bits");
  const auto pop_bits = [&](unsigned bits) {
    const std::uint64_t value = stack.peek(bits);
    stack.pop({value, 1}, bits);
    return static_cast<std::uint32_t>(value);
  };
  std::uint32_t number = size > 0 ? pop_bits(std::min(size, 16U)) : 0;
  if (size > 16) number |= pop_bits(size - 16) << 16;
  return number;
}

}}  // namespace hourglass
