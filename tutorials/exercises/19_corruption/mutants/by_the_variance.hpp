// expect: deviation, not variance
inline Array mask(const Array& x, double share, const Array& u) {
  Array y = x;
  for (std::size_t i = 0; i < y.size(); ++i) y[i] *= u[i] >= share;
  return y;
}
inline Array add_noise(const Array& x, double deviation, const Array& z) {
  Array y = x;
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = std::clamp(y[i] + deviation * deviation * z[i], 0.0, 1.0);
  return y;
}
