  Shape result(std::max(a.size(), b.size()));
  const auto length = [&](const Shape& shape, std::size_t axis) -> std::size_t {
    const std::size_t missing = result.size() - shape.size();
    return axis < missing ? 1 : shape[axis - missing];
  };
  for (std::size_t axis = 0; axis < result.size(); ++axis) {
    const std::size_t m = length(a, axis), n = length(b, axis);
    if (m != n && m != 1 && n != 1) throw std::invalid_argument("cannot broadcast");
    result[axis] = m == 1 ? n : m;
  }
  return result;
