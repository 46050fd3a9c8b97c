// expect: a schedule would act too late
    velocity.resize(w.size());
    for (std::size_t i = 0; i < w.size(); ++i) {
      velocity[i] = momentum * velocity[i] + rate * g[i];
      w[i] -= nesterov ? rate * g[i] + momentum * velocity[i] : velocity[i];
    }
