// expect: one more nat has to be a gain
  return reconstruction + gamma * (kl - capacity);
