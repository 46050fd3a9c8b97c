// expect: measure on rows that it does not know
  const Array known = rows(healthy, 0, fitted);
  return threshold_of(Detector(known).scores(known), alarms);
