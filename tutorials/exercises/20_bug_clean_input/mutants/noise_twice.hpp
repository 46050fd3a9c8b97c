// expect: the error of a copy
  const Array y = denoise(add_noise(add_noise(x, deviation, z), deviation, z));
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += (y[i] - x[i]) * (y[i] - x[i]);
  return sum / static_cast<double>(x.size());
