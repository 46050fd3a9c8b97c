// expect: the shape
  Shape result = a;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    const std::size_t more = b[b.size() - 1 - i];
    if (more != 1 && result[a.size() - 1 - i] != more && result[a.size() - 1 - i] != 1)
      throw std::invalid_argument("no broadcast");
    if (more == 1) result[a.size() - 1 - i] = a[a.size() - 1 - i];
  }
  return result;
