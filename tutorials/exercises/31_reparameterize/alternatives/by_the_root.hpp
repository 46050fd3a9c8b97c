inline Array reparameterize(const Array& mean, const Array& log_variance, const Array& noise) {
  Array z(mean.shape);
  for (std::size_t i = 0; i < z.size(); ++i) z[i] = mean[i] + noise[i] * std::sqrt(std::exp(log_variance[i]));
  return z;
}
inline ReparameterizeGradient reparameterize_backward(const Array& mean, const Array& log_variance, const Array& noise, const Array& dz) {
  const Array z = reparameterize(mean, log_variance, noise);
  ReparameterizeGradient g{dz, dz};
  for (std::size_t i = 0; i < z.size(); ++i) g.d_log_variance[i] *= (z[i] - mean[i]) / 2;
  return g;
}
