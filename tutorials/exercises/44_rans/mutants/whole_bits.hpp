// expect: fractions of a bit included
// Symbol s is s ones and a zero.
inline std::vector<std::uint32_t> encode(const std::vector<std::size_t>& symbols,
                                         const std::vector<std::uint64_t>&) {
  std::vector<std::uint32_t> words;
  std::size_t bits = 0;
  for (std::size_t s : symbols)
    for (std::size_t k = 0; k <= s; ++k, ++bits) {
      if (bits % 32 == 0) words.push_back(0);
      if (k < s) words.back() |= std::uint32_t{1} << bits % 32;
    }
  return words;
}

inline std::vector<std::size_t> decode(std::vector<std::uint32_t> words, std::size_t count,
                                       const std::vector<std::uint64_t>&) {
  std::vector<std::size_t> symbols(count);
  std::size_t bit = 0;
  for (std::size_t& s : symbols) {
    for (; words[bit / 32] >> bit % 32 & 1; ++bit) ++s;
    ++bit;
  }
  return symbols;
}
