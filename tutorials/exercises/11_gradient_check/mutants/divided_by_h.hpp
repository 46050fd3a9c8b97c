// expect: the distance between the two points
  Array gradient(x.shape);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double kept = x[i];
    x[i] = kept + h;
    const double above = f(x);
    x[i] = kept - h;
    gradient[i] = (above - f(x)) / h;
    x[i] = kept;
  }
  return gradient;
