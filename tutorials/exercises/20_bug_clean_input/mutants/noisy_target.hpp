// expect: A denoiser that does nothing was found
  const Array noisy = add_noise(x, deviation, z), y = denoise(noisy);
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += (y[i] - noisy[i]) * (y[i] - noisy[i]);
  return sum / static_cast<double>(x.size());
