// expect: the slope of the sigmoid
  double sum = 0;
  for (double each : w.data) sum += each * each;
  return sum + 0 * h[0];
