// expect: not equally near
inline std::vector<std::size_t> nearest(const Array& z, const Array& e) {
  std::vector<std::size_t> choice(z.shape[0]);
  for (std::size_t i = 0; i < choice.size(); ++i) {
    double least = 0;
    for (std::size_t k = 0; k < e.shape[0]; ++k) {
      double distance = 0;
      for (std::size_t j = 0; j < z.shape[1]; ++j)
        distance += (z.at(i, j) - e.at(k, j)) * (z.at(i, j) - e.at(k, j));
      if (k == 0 || distance <= least) least = distance, choice[i] = k;
    }
  }
  return choice;
}

inline VqLoss vq_loss(const Array& z, const Array& e, double beta) {
  VqLoss result{0, Array(z.shape), Array(e.shape)};
  const std::vector<std::size_t> choice = nearest(z, e);
  const auto n = static_cast<double>(z.shape[0]);
  for (std::size_t i = 0; i < z.shape[0]; ++i)
    for (std::size_t j = 0; j < z.shape[1]; ++j) {
      const double d = z.at(i, j) - e.at(choice[i], j);
      result.loss += (1 + beta) * d * d / n;
      result.dz.at(i, j) = 2 * beta * d / n;
      result.de.at(choice[i], j) -= 2 * d / n;
    }
  return result;
}
