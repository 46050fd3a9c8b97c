  Array sum = gradient;
  for (std::size_t axis = 0; axis < gradient.rank(); ++axis) {
    const std::size_t missing = gradient.rank() - shape.size();
    if (axis >= missing && shape[axis - missing] != 1) continue;
    std::size_t inner = 1;
    for (std::size_t k = axis + 1; k < sum.rank(); ++k) inner *= sum.shape[k];
    const std::size_t length = sum.shape[axis], outer = sum.size() / (inner * length);
    Array next(sum.shape);
    next.shape[axis] = 1;
    next.data.assign(outer * inner, 0);
    for (std::size_t o = 0; o < outer; ++o)
      for (std::size_t k = 0; k < length; ++k)
        for (std::size_t i = 0; i < inner; ++i)
          next[o * inner + i] += sum[(o * length + k) * inner + i];
    sum = next;
  }
  sum.shape = shape;
  return sum;
