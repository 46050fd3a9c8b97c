// expect: One velocity was shared
    velocity.resize(1);
    for (std::size_t i = 0; i < w.size(); ++i) {
      velocity[0] = momentum * velocity[0] + g[i];
      w[i] -= rate * (nesterov ? g[i] + momentum * velocity[0] : velocity[0]);
    }
