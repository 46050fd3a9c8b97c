// expect: measure on rows that it does not know
  const Detector detector(rows(healthy, fitted, healthy.shape[0]));
  return threshold_of(detector.scores(rows(healthy, 0, fitted)), alarms);
