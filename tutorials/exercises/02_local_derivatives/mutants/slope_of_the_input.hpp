// expect: not 1 - x²
  switch (f) {
    case Function::tanh: return dy * (1 - x * x);
    case Function::exp: return dy * y;
    case Function::power: return n == 0 ? 0 : dy * n * std::pow(x, n - 1);
  }
  return 0;
