// expect: one more nat has to be a gain
  return reconstruction + gamma * std::max(kl - capacity, 0.0);
