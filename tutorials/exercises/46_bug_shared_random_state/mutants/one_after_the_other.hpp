// expect: Each use needs a series of its own
  Run run{Array({weights}), Array({noise})};
  Rng for_weights = Rng(seed).series(0);
  for (double& each : run.weights.data) each = for_weights.uniform();
  for (double& each : run.noise.data) each = for_weights.uniform();
  return run;
