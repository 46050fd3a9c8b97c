// expect: One-sided differences
  Array gradient(x.shape);
  const double here = f(x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double kept = x[i];
    x[i] = kept + h;
    gradient[i] = (f(x) - here) / h;
    x[i] = kept;
  }
  return gradient;
