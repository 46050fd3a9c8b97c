// expect: every number has to be in reach
  Array y = linear(relu(linear(z, w1, b1)), w2, b2);
  for (double& each : y.data) each = std::max(each, 0.01 * each);
  return y;
