// expect: are one matrix
  return linear(linear(relu(z), w1, b1), w2, b2);
