// expect: look at the edge first
  const double most = *std::max_element(x.begin(), x.end());
  double sum = 0;
  for (double each : x) sum += std::exp(each - most);
  return most + std::log(sum);
