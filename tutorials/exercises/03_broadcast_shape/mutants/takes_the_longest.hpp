// expect: 1 is stretched to 0
  Shape result = a.size() >= b.size() ? a : b;
  const Shape& other = a.size() >= b.size() ? b : a;
  for (std::size_t i = 0; i < other.size(); ++i) {
    std::size_t& length = result[result.size() - 1 - i];
    const std::size_t more = other[other.size() - 1 - i];
    if (length > 1 && more > 1 && length != more) throw std::invalid_argument("no broadcast");
    length = std::max(length, more);
  }
  return result;
