// expect: one more nat has to be a gain
  (void)capacity;
  return reconstruction + gamma * kl;
