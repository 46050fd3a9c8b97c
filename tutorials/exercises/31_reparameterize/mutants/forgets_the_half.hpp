// expect: the ½ comes from the root
inline Array reparameterize(const Array& mean, const Array& log_variance, const Array& noise) {
  Array z = mean;
  for (std::size_t i = 0; i < z.size(); ++i) z[i] += std::exp(log_variance[i] / 2) * noise[i];
  return z;
}
inline ReparameterizeGradient reparameterize_backward(const Array&, const Array& log_variance, const Array& noise, const Array& dz) {
  Array d(dz.shape);
  for (std::size_t i = 0; i < dz.size(); ++i) d[i] = dz[i] * std::exp(log_variance[i] / 2) * noise[i];
  return {dz, d};
}
