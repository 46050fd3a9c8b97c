// ‖z − e‖² = ‖z‖² − 2 z·e + ‖e‖², of which ‖z‖² is the same for every e.
inline std::vector<std::size_t> nearest(const Array& z, const Array& e) {
  std::vector<std::size_t> choice;
  for (std::size_t i = 0; i < z.shape[0]; ++i) {
    std::vector<double> score(e.shape[0]);
    for (std::size_t k = 0; k < e.shape[0]; ++k)
      for (std::size_t j = 0; j < z.shape[1]; ++j) score[k] += e.at(k, j) * (e.at(k, j) - 2 * z.at(i, j));
    std::size_t best = 0;
    for (std::size_t k = 1; k < score.size(); ++k)
      if (score[k] < score[best]) best = k;
    choice.push_back(best);
  }
  return choice;
}

// Each vector is drawn to the mean of the rows that chose it, by their number.
inline VqLoss vq_loss(const Array& z, const Array& e, double beta) {
  VqLoss result{0, z, Array(e.shape)};
  const std::vector<std::size_t> choice = nearest(z, e);
  const auto n = static_cast<double>(z.shape[0]);
  for (std::size_t k = 0; k < e.shape[0]; ++k)
    for (std::size_t j = 0; j < e.shape[1]; ++j) {
      double count = 0, sum = 0;
      for (std::size_t i = 0; i < z.shape[0]; ++i)
        if (choice[i] == k) ++count, sum += z.at(i, j);
      result.de.at(k, j) = 2 * (count * e.at(k, j) - sum) / n;
    }
  for (std::size_t i = 0; i < z.size(); ++i) {
    const double d = z[i] - e.at(choice[i / z.shape[1]], i % z.shape[1]);
    result.dz[i] = beta * 2 * d / n;
    result.loss += d * d * (beta + 1) / n;
  }
  return result;
}
