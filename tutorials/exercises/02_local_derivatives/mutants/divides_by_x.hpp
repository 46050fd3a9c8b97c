// expect: divided by x
  switch (f) {
    case Function::tanh: return dy * (1 - y * y);
    case Function::exp: return dy * y;
    case Function::power: return dy * n * y / x;
  }
  return 0;
