// The same number x, kept in 2²³ … 2³¹ − 1 and moved byte by byte, four bytes to a word.
inline std::vector<std::uint32_t> encode(const std::vector<std::size_t>& symbols,
                                         const std::vector<std::uint64_t>& frequencies) {
  const std::vector<std::uint64_t> starts = starts_of(frequencies);
  std::vector<std::uint8_t> bytes;
  std::uint32_t x = 1u << 23;
  for (auto s = symbols.rbegin(); s != symbols.rend(); ++s) {
    const auto f = static_cast<std::uint32_t>(frequencies[*s]);
    for (; x >= f << 19; x >>= 8) bytes.push_back(static_cast<std::uint8_t>(x));
    x = x / f * 4096 + x % f + static_cast<std::uint32_t>(starts[*s]);
  }
  std::vector<std::uint32_t> words((bytes.size() + 3) / 4);
  for (std::size_t i = 0; i < bytes.size(); ++i) words[i / 4] |= std::uint32_t{bytes[i]} << i % 4 * 8;
  words.push_back(static_cast<std::uint32_t>(bytes.size()));
  words.push_back(x);
  return words;
}

inline std::vector<std::size_t> decode(std::vector<std::uint32_t> words, std::size_t count,
                                       const std::vector<std::uint64_t>& frequencies) {
  const std::vector<std::uint64_t> starts = starts_of(frequencies);
  std::uint32_t x = words.back();
  std::size_t left = words[words.size() - 2];
  std::vector<std::size_t> symbols(count);
  for (std::size_t& s : symbols) {
    const std::uint32_t slot = x % 4096;
    for (s = 0; starts[s + 1] <= slot;) ++s;
    x = static_cast<std::uint32_t>(frequencies[s]) * (x / 4096) + slot - static_cast<std::uint32_t>(starts[s]);
    for (; x < 1u << 23 && left > 0; --left) x = x << 8 | (words[(left - 1) / 4] >> (left - 1) % 4 * 8 & 255);
  }
  return symbols;
}
