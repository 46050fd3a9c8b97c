// expect: not scaled up
inline Array mask(const Array& x, double share, const Array& u) {
  Array y = x;
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = u[i] < share ? 0 : x[i] / (1 - share);
  return y;
}
inline Array add_noise(const Array& x, double, const Array&) { return x; }
