// expect: a nat more has to be a gain
  (void)capacity;
  return reconstruction + gamma * kl;
