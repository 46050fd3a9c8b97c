#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

/// Where each symbol's share of the 4096 slots begins: the sum of the frequencies before it.
inline std::vector<std::uint64_t> starts_of(const std::vector<std::uint64_t>& frequencies) {
  std::vector<std::uint64_t> starts = {0};
  for (std::uint64_t f : frequencies) starts.push_back(starts.back() + f);
  return starts;
}

/// rANS (Duda 2013): symbols 0, 1, … become one large number x. Symbol s has f of 4096 slots (its
/// probability is f / 4096; the frequencies add up to 4096), which begin at slot `start`.
///   push s:  x = (x / f) · 4096 + x mod f + start
///   pop:     slot = x mod 4096 tells s;  x = f · (x / 4096) + slot − start
/// To keep x in 64 bits, it begins as 2³¹ and stays in 2³¹ … 2⁶³ − 1: where x ≥ f · 2⁵¹ before a
/// push, its lower 32 bits are moved to the end of a list of words; where x < 2³¹ after a pop, the
/// last word of the list comes back. At the end the list and x itself are what `encode` returns.
inline std::vector<std::uint32_t> encode(const std::vector<std::size_t>& symbols,
                                         const std::vector<std::uint64_t>& frequencies);

/// The first `count` symbols, in the order in which they were given to encode.
inline std::vector<std::size_t> decode(std::vector<std::uint32_t> words, std::size_t count,
                                       const std::vector<std::uint64_t>& frequencies);

// BEGIN SOLUTION
inline std::vector<std::uint32_t> encode(const std::vector<std::size_t>& symbols,
                                         const std::vector<std::uint64_t>& frequencies) {
  const std::vector<std::uint64_t> starts = starts_of(frequencies);
  std::vector<std::uint32_t> words;
  std::uint64_t x = std::uint64_t{1} << 31;
  for (std::size_t i = symbols.size(); i-- > 0;) {
    const std::uint64_t f = frequencies[symbols[i]], start = starts[symbols[i]];
    if (x >= f << 51) words.push_back(static_cast<std::uint32_t>(x)), x >>= 32;
    x = (x / f << 12) + x % f + start;
  }
  words.push_back(static_cast<std::uint32_t>(x));
  words.push_back(static_cast<std::uint32_t>(x >> 32));
  return words;
}

inline std::vector<std::size_t> decode(std::vector<std::uint32_t> words, std::size_t count,
                                       const std::vector<std::uint64_t>& frequencies) {
  const std::vector<std::uint64_t> starts = starts_of(frequencies);
  std::uint64_t x = 0;
  const auto take_word = [&] {
    if (words.empty()) return;
    x = x << 32 | words.back();
    words.pop_back();
  };
  take_word(), take_word();
  std::vector<std::size_t> symbols;
  while (symbols.size() < count) {
    const std::uint64_t slot = x & 4095;
    std::size_t s = 0;
    while (slot >= starts[s + 1]) ++s;
    x = frequencies[s] * (x >> 12) + slot - starts[s];
    if (x < std::uint64_t{1} << 31) take_word();
    symbols.push_back(s);
  }
  return symbols;
}
// STUB
//| // TODO: push the symbols, last one first; pop them.
//| inline std::vector<std::uint32_t> encode(const std::vector<std::size_t>& symbols,
//|                                          const std::vector<std::uint64_t>&) {
//|   return std::vector<std::uint32_t>(symbols.begin(), symbols.end());
//| }
//|
//| inline std::vector<std::size_t> decode(std::vector<std::uint32_t>, std::size_t count,
//|                                        const std::vector<std::uint64_t>&) {
//|   return std::vector<std::size_t>(count);
//| }
// END SOLUTION
