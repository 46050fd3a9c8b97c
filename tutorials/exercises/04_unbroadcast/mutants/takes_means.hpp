// expect: db
  Array result(shape);
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
    result[place] += gradient[i] * static_cast<double>(result.size()) / static_cast<double>(gradient.size());
  }
  return result;
