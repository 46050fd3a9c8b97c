// expect: all of it
  return reconstruction + gamma * (kl - capacity) * (kl - capacity);
