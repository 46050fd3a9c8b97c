// expect: stayed moved
  Array gradient(x.shape);
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] += h;
    const double above = f(x);
    x[i] -= 2 * h;
    gradient[i] = (above - f(x)) / (2 * h);
  }
  return gradient;
