// expect: outside the square root
    m.resize(w.size());
    v.resize(w.size());
    ++t;
    for (std::size_t i = 0; i < w.size(); ++i) {
      m[i] = beta1 * m[i] + (1 - beta1) * g[i];
      v[i] = beta2 * v[i] + (1 - beta2) * g[i] * g[i];
      w[i] -= rate * (m[i] / (1 - std::pow(beta1, t))) / std::sqrt(v[i] / (1 - std::pow(beta2, t)) + epsilon * epsilon);
    }
