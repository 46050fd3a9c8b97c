// expect: Was it multiplied by dy?
  switch (f) {
    case Function::tanh: return dy * (1 - y * y);
    case Function::exp: return y;
    case Function::power: return n == 0 ? 0 : dy * n * std::pow(x, n - 1);
  }
  return 0;
