    if (velocity.empty()) velocity.assign(w.size(), 0);
    for (std::size_t i = 0; i < w.size(); ++i) velocity[i] = g[i] + velocity[i] * momentum;
    for (std::size_t i = 0; i < w.size(); ++i) {
      const double ahead = nesterov ? momentum * velocity[i] + g[i] : velocity[i];
      w[i] = w[i] - rate * ahead;
    }
