// expect: 0 times infinity
  switch (f) {
    case Function::tanh: return dy * (1 - y * y);
    case Function::exp: return dy * y;
    case Function::power: return dy * n * std::pow(x, n - 1);
  }
  return 0;
