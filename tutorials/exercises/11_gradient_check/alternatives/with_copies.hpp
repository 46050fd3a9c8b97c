  Array gradient(x.shape);
  for (std::size_t i = 0; i < x.size(); ++i) {
    Array above = x, below = x;
    above[i] += h;
    below[i] -= h;
    // The distance that really lies between the two, after rounding.
    gradient[i] = (f(above) - f(below)) / (above[i] - below[i]);
  }
  return gradient;
