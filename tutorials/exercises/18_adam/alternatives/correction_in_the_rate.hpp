    if (m.empty()) m.assign(w.size(), 0), v.assign(w.size(), 0);
    t += 1;
    // The paper's own shortcut (end of section 2), with epsilon in the corrected units.
    const double root = std::sqrt(1 - std::pow(beta2, t));
    const double step = rate * root / (1 - std::pow(beta1, t));
    for (std::size_t i = 0; i < w.size(); ++i) {
      m[i] += (1 - beta1) * (g[i] - m[i]);
      v[i] += (1 - beta2) * (g[i] * g[i] - v[i]);
      w[i] -= step * m[i] / (std::sqrt(v[i]) + epsilon * root);
    }
