// expect: sort instead
  double won = 0, pairs = 0;
  for (std::size_t i = 0; i < scores.size(); ++i)
    for (std::size_t j = 0; j < scores.size(); ++j)
      if (anomaly[i] && !anomaly[j])
        ++pairs, won += less(scores[j], scores[i]) ? 1 : less(scores[i], scores[j]) ? 0 : 0.5;
  return won / pairs;
