// expect: Pixels stay between
inline Array mask(const Array& x, double share, const Array& u) {
  Array y = x;
  for (std::size_t i = 0; i < y.size(); ++i) y[i] *= u[i] >= share;
  return y;
}
inline Array add_noise(const Array& x, double deviation, const Array& z) {
  Array y = x;
  for (std::size_t i = 0; i < y.size(); ++i) y[i] += deviation * z[i];
  return y;
}
