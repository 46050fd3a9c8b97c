// expect: not with the noisy one
  const Array noisy = add_noise(x, deviation, z), y = denoise(x);
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += (y[i] - noisy[i]) * (y[i] - noisy[i]);
  return sum / static_cast<double>(x.size());
