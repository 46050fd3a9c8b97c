// expect: The seed has to be used
  Run run{Array({weights}), Array({noise})};
  (void)seed;
  Rng for_weights = Rng(1).series(0), for_noise = Rng(1).series(1);
  for (double& each : run.weights.data) each = for_weights.uniform();
  for (double& each : run.noise.data) each = for_noise.uniform();
  return run;
