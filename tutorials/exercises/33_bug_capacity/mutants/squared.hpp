// expect: all of the divergence has to count
  return reconstruction + gamma * (kl - capacity) * (kl - capacity);
