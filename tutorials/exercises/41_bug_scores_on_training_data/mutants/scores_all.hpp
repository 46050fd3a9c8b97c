// expect: measure on rows that it does not know
  return threshold_of(Detector(rows(healthy, 0, fitted)).scores(healthy), alarms);
