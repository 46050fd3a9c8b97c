inline Array mask(const Array& x, double share, const Array& u) {
  Array y(x.shape);
  std::transform(x.data.begin(), x.data.end(), u.data.begin(), y.data.begin(),
                 [share](double pixel, double luck) { return luck >= share ? pixel : 0; });
  return y;
}
inline Array add_noise(const Array& x, double deviation, const Array& z) {
  Array y(x.shape);
  std::transform(x.data.begin(), x.data.end(), z.data.begin(), y.data.begin(),
                 [deviation](double pixel, double noise) { return std::min(1.0, std::max(0.0, pixel + deviation * noise)); });
  return y;
}
