// expect: The KL has gradients of its own
/// The columns first, …, first + count − 1.
inline Array columns(const Array& a, std::size_t first, std::size_t count) {
  Array part({a.shape[0], count});
  for (std::size_t i = 0; i < a.shape[0]; ++i)
    for (std::size_t j = 0; j < count; ++j) part.at(i, j) = a.at(i, first + j);
  return part;
}

/// z · decoder + bias
inline Array decode(const Vae& vae, const Array& z) {
  Array logits = matmul(z, vae.decoder);
  for (std::size_t i = 0; i < logits.size(); ++i) logits[i] += vae.bias[i % vae.bias.size()];
  return logits;
}

inline double sigmoid(double l) { return 1 / (1 + std::exp(-l)); }

inline VaeStep vae_step(const Vae& vae, const Array& x, const Draw& draw) {
  const auto images = static_cast<double>(x.shape[0]);
  const std::size_t code = vae.decoder.shape[0];
  const Array outputs = matmul(x, vae.encoder);
  const Array mean = columns(outputs, 0, code), log_variance = columns(outputs, code, code);
  const Array noise = draw(mean.shape);
  const Array z = reparameterize(mean, log_variance, noise);
  const Array logits = decode(vae, z);

  VaeStep step{0, kl_divergence(mean, log_variance) / images, {}};
  Array d_logits = logits;
  step.gradient.bias = Array(vae.bias.shape);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double l = logits[i];
    step.reconstruction += (std::max(l, 0.0) + std::log1p(std::exp(-std::abs(l))) - x[i] * l) / images;
    d_logits[i] = (sigmoid(l) - x[i]) / images;
    step.gradient.bias[i % vae.bias.size()] += d_logits[i];
  }
  const auto [dz, d_decoder] = matmul_backward(z, vae.decoder, d_logits);
  auto [d_mean, d_log_variance] = reparameterize_backward(mean, log_variance, noise, dz);
  Array d_outputs(outputs.shape);
  for (std::size_t i = 0; i < mean.shape[0]; ++i)
    for (std::size_t j = 0; j < code; ++j) {
      d_outputs.at(i, j) = d_mean.at(i, j) - mean.at(i, j) / images;
      d_outputs.at(i, code + j) =
          d_log_variance.at(i, j) - (std::exp(log_variance.at(i, j)) - 1) / 2 / images;
    }
  step.gradient.decoder = d_decoder;
  step.gradient.encoder = matmul_backward(x, vae.encoder, d_outputs).db;
  return step;
}

inline Array rebuild(const Vae& vae, const Array& x) {
  Array y = decode(vae, columns(matmul(x, vae.encoder), 0, vae.decoder.shape[0]));
  for (double& each : y.data) each = sigmoid(each);
  return y;
}
