  // The largest so far is kept beside the sum in its units.
  double most = -std::numeric_limits<double>::infinity(), sum = 0;
  for (double each : x) {
    if (each == -std::numeric_limits<double>::infinity()) continue;
    if (each <= most) {
      sum += std::exp(each - most);
    } else {
      sum = sum * std::exp(most - each) + 1;
      most = each;
    }
  }
  return sum == 0 ? most : most + std::log(sum);
