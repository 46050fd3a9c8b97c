// expect: not the mean of their logarithms
  double sum = 0;
  for (double l : log_weights.data) sum += l;
  return sum / static_cast<double>(log_weights.size());
