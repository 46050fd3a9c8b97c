// expect: Is it the largest
  double sum = 0;
  if (std::isinf(x[0])) return *std::max_element(x.begin(), x.end());
  for (double each : x) sum += std::exp(each - x[0]);
  return x[0] + std::log(sum);
