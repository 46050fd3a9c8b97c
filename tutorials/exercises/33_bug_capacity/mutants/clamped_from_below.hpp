// expect: At the capacity nothing is added
  const double distance = kl < capacity ? 2 * capacity - kl : kl;
  return reconstruction + gamma * distance;
