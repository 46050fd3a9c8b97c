// expect: a nat more has to be a gain
  return reconstruction + gamma * (kl - capacity);
