// expect: Mask where u is below the share
inline Array mask(const Array& x, double share, const Array& u) {
  Array y = x;
  for (std::size_t i = 0; i < y.size(); ++i)
    if (u[i] >= share) y[i] = 0;
  return y;
}
inline Array add_noise(const Array& x, double, const Array&) { return x; }
