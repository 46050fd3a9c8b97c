  return reconstruction + gamma * (std::max(kl, capacity) - std::min(kl, capacity));
