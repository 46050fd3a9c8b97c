  const Array noisy = add_noise(x, deviation, z);
  const Array cleaned = denoise(noisy);
  double mean = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double off = x[i] - cleaned[i];
    mean += off * off / static_cast<double>(x.size());
  }
  return mean;
