// expect: are one matrix
  return linear(linear(z, w1, b1), w2, b2);
