// expect: in full, not
    velocity.assign(w.size(), 0);
    for (std::size_t i = 0; i < w.size(); ++i) {
      velocity[i] = momentum * velocity[i] + g[i];
      w[i] -= rate * (nesterov ? g[i] + momentum * velocity[i] : velocity[i]);
    }
