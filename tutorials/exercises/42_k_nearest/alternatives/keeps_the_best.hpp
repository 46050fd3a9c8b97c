  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < x.shape[0]; ++i) {
    std::vector<double> distances;            // of the nearest so far, in order
    std::vector<std::size_t> classes, votes;  // theirs
    for (std::size_t m = 0; m < known.shape[0]; ++m) {
      double sum = 0;
      for (std::size_t j = 0; j < x.shape[1]; ++j) sum += (x.at(i, j) - known.at(m, j)) * (x.at(i, j) - known.at(m, j));
      const auto place = std::upper_bound(distances.begin(), distances.end(), sum) - distances.begin();
      distances.insert(distances.begin() + place, sum);
      classes.insert(classes.begin() + place, labels[m]);
      if (distances.size() > k) distances.pop_back(), classes.pop_back();
    }
    std::sort(classes.begin(), classes.end());
    std::size_t best = classes[0];
    for (std::size_t c : classes)
      if (std::count(classes.begin(), classes.end(), c) > std::count(classes.begin(), classes.end(), best)) best = c;
    result.push_back(best);
  }
  return result;
