#pragma once

#include <cstddef>
#include <cstdint>

#include "course/array.hpp"

/// Numbers that look random, from a seed (splitmix64; Steele, Lea & Flood 2014).
class Rng {
 public:
  explicit Rng(std::uint64_t seed) : state_(seed) {}
  /// Uniform in −1 … 1.
  double uniform() { return static_cast<double>(next() >> 11) / 4503599627370496.0 - 1; }
  /// A generator for one use. It depends on this one's seed and on `use` alone, where nothing has
  /// been drawn from this one.
  Rng series(std::uint64_t use) const { return Rng(Rng(state_ ^ Rng(~use).next()).next()); }

 private:
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
  }
  std::uint64_t state_;
};

/// What training starts with: numbers uniform in −1 … 1.
struct Run {
  Array weights, noise;
};

/// A run depends on its seed, and on no run before it. The weights are the first numbers of
/// Rng(seed).series(0), the noise those of Rng(seed).series(1), so that a larger network is trained
/// with the same noise. There is a bug in it.
inline Run begin_run(std::uint64_t seed, std::size_t weights, std::size_t noise) {
  // BEGIN SOLUTION
  Run run{Array({weights}), Array({noise})};
  Rng for_weights = Rng(seed).series(0), for_noise = Rng(seed).series(1);
  for (double& each : run.weights.data) each = for_weights.uniform();
  for (double& each : run.noise.data) each = for_noise.uniform();
  return run;
  // STUB
  //| static Rng random = Rng(seed).series(0);
  //| Run run{Array({weights}), Array({noise})};
  //| for (double& each : run.weights.data) each = random.uniform();
  //| for (double& each : run.noise.data) each = random.uniform();
  //| return run;
  // END SOLUTION
}
