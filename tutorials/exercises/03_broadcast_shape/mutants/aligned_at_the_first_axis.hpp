// expect: A bias belongs to the last axis
  Shape result = a.size() >= b.size() ? a : b;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    if (a[i] != b[i] && a[i] != 1 && b[i] != 1) throw std::invalid_argument("A bias belongs to the last axis: no broadcast");
    result[i] = a[i] == 1 ? b[i] : a[i];
  }
  return result;
