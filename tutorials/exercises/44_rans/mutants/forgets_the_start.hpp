// expect: come out in the order
inline std::vector<std::uint32_t> encode(const std::vector<std::size_t>& symbols,
                                         const std::vector<std::uint64_t>& frequencies) {
  const std::vector<std::uint64_t> starts = starts_of(frequencies);
  std::vector<std::uint32_t> words;
  std::uint64_t x = std::uint64_t{1} << 31;
  for (std::size_t i = symbols.size(); i-- > 0;) {
    const std::uint64_t f = frequencies[symbols[i]], start = starts[symbols[i]];
    if (x >= f << 51) words.push_back(static_cast<std::uint32_t>(x)), x >>= 32;
    x = (x / f << 12) + x % f + 0 * start;
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
