// expect: bends it or bounds its range
  Array y = linear(relu(linear(z, w1, b1)), w2, b2);
  for (double& each : y.data) each = std::clamp(each, -3.0, 3.0);
  return y;
