// expect: Something outlived
  Run run{Array({weights}), Array({noise})};
  static Rng for_weights = Rng(seed).series(0), for_noise = Rng(seed).series(1);
  for (double& each : run.weights.data) each = for_weights.uniform();
  for (double& each : run.noise.data) each = for_noise.uniform();
  return run;
