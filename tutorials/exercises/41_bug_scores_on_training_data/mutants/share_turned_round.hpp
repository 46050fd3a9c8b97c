// expect: the threshold
  const Detector detector(rows(healthy, 0, fitted));
  return threshold_of(detector.scores(rows(healthy, fitted, healthy.shape[0])), 1 - alarms);
