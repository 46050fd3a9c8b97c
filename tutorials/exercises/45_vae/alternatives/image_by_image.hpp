/// One image after the other, with no matrix but the weights; every slope is added where it belongs.
inline VaeStep vae_step(const Vae& vae, const Array& x, const Draw& draw) {
  const std::size_t images = x.shape[0], pixels = x.shape[1], code = vae.decoder.shape[0];
  const Array noise = draw({images, code});
  VaeStep step{0, 0, {Array(vae.encoder.shape), Array(vae.decoder.shape), Array(vae.bias.shape)}};
  const double share = 1.0 / static_cast<double>(images);
  for (std::size_t i = 0; i < images; ++i) {
    std::vector<double> mean(code), log_variance(code), z(code), dz(code);
    for (std::size_t k = 0; k < code; ++k) {
      for (std::size_t j = 0; j < pixels; ++j) {
        mean[k] += x.at(i, j) * vae.encoder.at(j, k);
        log_variance[k] += x.at(i, j) * vae.encoder.at(j, code + k);
      }
      z[k] = mean[k] + std::sqrt(std::exp(log_variance[k])) * noise.at(i, k);
      step.kl += share / 2 * (mean[k] * mean[k] + std::expm1(log_variance[k]) - log_variance[k]);
    }
    for (std::size_t j = 0; j < pixels; ++j) {
      double l = vae.bias[j];
      for (std::size_t k = 0; k < code; ++k) l += z[k] * vae.decoder.at(k, j);
      // −log of the probability of the colour that it has, mixed where it is grey.
      const double white = l > 0 ? std::log1p(std::exp(-l)) : std::log1p(std::exp(l)) - l, black = white + l;
      step.reconstruction += share * (x.at(i, j) * white + (1 - x.at(i, j)) * black);
      const double dl = share * (std::exp(-white) - x.at(i, j));
      step.gradient.bias[j] += dl;
      for (std::size_t k = 0; k < code; ++k) {
        step.gradient.decoder.at(k, j) += dl * z[k];
        dz[k] += dl * vae.decoder.at(k, j);
      }
    }
    for (std::size_t k = 0; k < code; ++k) {
      const double d_mean = dz[k] + share * mean[k];
      const double d_log_variance = dz[k] * (z[k] - mean[k]) / 2 + share / 2 * std::expm1(log_variance[k]);
      for (std::size_t j = 0; j < pixels; ++j) {
        step.gradient.encoder.at(j, k) += x.at(i, j) * d_mean;
        step.gradient.encoder.at(j, code + k) += x.at(i, j) * d_log_variance;
      }
    }
  }
  return step;
}

inline Array rebuild(const Vae& vae, const Array& x) {
  const std::size_t code = vae.decoder.shape[0];
  Array means({x.shape[1], code});  // the encoder's left half
  for (std::size_t j = 0; j < x.shape[1]; ++j)
    for (std::size_t k = 0; k < code; ++k) means.at(j, k) = vae.encoder.at(j, k);
  Array y = matmul(x, matmul(means, vae.decoder));
  for (std::size_t i = 0; i < y.size(); ++i) y[i] = (1 + std::tanh((y[i] + vae.bias[i % x.shape[1]]) / 2)) / 2;
  return y;
}
