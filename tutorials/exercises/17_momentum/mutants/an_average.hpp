// expect: not (1 - momentum) of it
    velocity.resize(w.size());
    for (std::size_t i = 0; i < w.size(); ++i) {
      velocity[i] = momentum * velocity[i] + (1 - momentum) * g[i];
      w[i] -= rate * (nesterov ? g[i] + momentum * velocity[i] : velocity[i]);
    }
