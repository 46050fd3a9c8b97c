// expect: fractions of a bit included
inline std::vector<std::uint32_t> encode(const std::vector<std::size_t>& symbols,
                                         const std::vector<std::uint64_t>&) {
  return std::vector<std::uint32_t>(symbols.begin(), symbols.end());
}

inline std::vector<std::size_t> decode(std::vector<std::uint32_t> words, std::size_t count,
                                       const std::vector<std::uint64_t>&) {
  words.resize(count);
  return std::vector<std::size_t>(words.begin(), words.end());
}
