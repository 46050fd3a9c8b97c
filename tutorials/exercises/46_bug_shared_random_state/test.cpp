#include "run.hpp"

#include <cmath>

#include "course/checks.hpp"

namespace {
std::uint64_t any_seed() {
  return static_cast<std::uint64_t>(random_array({1}, 1, 0, 1e9)[0]);
}
}  // namespace

CASE("a seed gives one run, however often") {
  const std::uint64_t seed = any_seed();
  const Run first = begin_run(seed, 5, 5), second = begin_run(seed, 5, 5);
  check_close("the weights of the second run", second.weights, first.weights, "one seed twice",
              "Something outlived the first call. Nothing that draws may.");
  check_close("the noise of the second run", second.noise, first.noise, "one seed twice",
              "Something outlived the first call. Nothing that draws may.");
}

CASE("runs in between change nothing") {
  const std::uint64_t seed = any_seed();
  const Run first = begin_run(seed, 4, 4);
  (void)begin_run(seed + 1, 17, 3);
  check_close("the weights", begin_run(seed, 4, 4).weights, first.weights, "seeds s, s + 1, s",
              "Something outlived the call before. Nothing that draws may.");
}

CASE("another seed is another run") {
  const std::uint64_t seed = any_seed();
  const Run a = begin_run(seed, 6, 6), b = begin_run(seed + 1, 6, 6);
  double weights = 0, noise = 0;
  for (std::size_t i = 0; i < 6; ++i)
    weights += std::abs(a.weights[i] - b.weights[i]), noise += std::abs(a.noise[i] - b.noise[i]);
  check_true("the weights differ", weights > 1e-3, "seeds s and s + 1", "The seed has to be used.");
  check_true("the noise differs", noise > 1e-3, "seeds s and s + 1",
             "The seed has to be used for both.");
}

CASE("more weights leave the noise as it was, and more noise the weights") {
  const std::uint64_t seed = any_seed();
  const Run small = begin_run(seed, 3, 3);
  check_close("the noise", begin_run(seed, 50, 3).noise, small.noise, "3 weights and 50",
              "Each use needs a series of its own.");
  check_close("the weights", begin_run(seed, 3, 50).weights, small.weights,
              "3 numbers of noise and 50", "Each use needs a series of its own.");
}

CASE("the noise is not the weights once more") {
  const Run run = begin_run(any_seed(), 5, 5);
  double difference = 0;
  for (std::size_t i = 0; i < 5; ++i) difference += std::abs(run.weights[i] - run.noise[i]);
  check_true("weights and noise differ", difference > 1e-3, "5 weights, 5 numbers of noise",
             "One series used twice: the noise would know the weights.");
}

CASE("the series are those that were agreed on") {
  const std::uint64_t seed = any_seed();
  const Run run = begin_run(seed, 1, 1);
  check_close("the first weight", run.weights[0], Rng(seed).series(0).uniform(), "series 0");
  check_close("the first noise", run.noise[0], Rng(seed).series(1).uniform(), "series 1");
}
