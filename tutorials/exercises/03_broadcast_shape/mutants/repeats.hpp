// expect: repeating is not broadcasting
  Shape result = a.size() >= b.size() ? a : b;
  const Shape& other = a.size() >= b.size() ? b : a;
  for (std::size_t i = 0; i < other.size(); ++i) {
    std::size_t& length = result[result.size() - 1 - i];
    const std::size_t more = other[other.size() - 1 - i];
    if (length == 1) length = more;
    else if (more != 1 && (more == 0 || length % more != 0) && (length == 0 || more % length != 0))
      throw std::invalid_argument("no broadcast");
    else if (more > length && length != 0) length = more;
  }
  return result;
