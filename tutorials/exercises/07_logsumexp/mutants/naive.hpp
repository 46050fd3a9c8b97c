// expect: exp(1000) overflows
  double sum = 0;
  for (double each : x) sum += std::exp(each);
  return std::log(sum);
