  // Walks down the thresholds and adds up trapezia under the curve.
  std::vector<std::pair<double, bool>> rows;
  double a = 0;
  for (std::size_t i = 0; i < scores.size(); ++i) rows.emplace_back(scores[i], anomaly[i]), a += anomaly[i];
  std::sort(rows.begin(), rows.end(), [&](const auto& x, const auto& y) { return less(y.first, x.first); });
  const double h = static_cast<double>(rows.size()) - a;
  double found = 0, area = 0;
  for (std::size_t i = 0, j = 0; i < rows.size(); i = j) {
    double more = 0, false_alarms = 0;
    for (; j < rows.size() && !less(rows[j].first, rows[i].first); ++j) ++(rows[j].second ? more : false_alarms);
    area += false_alarms / h * (found + more / 2) / a;
    found += more;
  }
  return area;
