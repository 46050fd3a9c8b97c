// expect: with the new v
    velocity.resize(w.size());
    for (std::size_t i = 0; i < w.size(); ++i) {
      const double old = velocity[i];
      velocity[i] = momentum * velocity[i] + g[i];
      w[i] -= rate * (nesterov ? g[i] + momentum * old : velocity[i]);
    }
