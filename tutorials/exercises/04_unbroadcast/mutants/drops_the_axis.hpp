// expect: the shape
  std::vector<std::size_t> kept;
  for (std::size_t length : shape)
    if (length != 1) kept.push_back(length);
  Array result(kept);
  const std::size_t missing = gradient.rank() - shape.size();
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    std::size_t rest = i, place = 0, stride = 1;
    for (std::size_t axis = gradient.rank(); axis-- > 0;) {
      const std::size_t index = rest % gradient.shape[axis];
      rest /= gradient.shape[axis];
      if (axis < missing || shape[axis - missing] == 1) continue;
      place += index * stride;
      stride *= shape[axis - missing];
    }
    result[place] += gradient[i];
  }
  return result;
