#include <cmath>

#include "hourglass/autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

// Each case draws from a generator of its own that starts anew at every call, and the naive loops
// draw the same numbers in the order that operations.hpp promises. PyTorch draws others.

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

/// An operation with noise, twice.
struct Noise {
  const char* operation;
  Var (*compute)(Var, Rng&);
  double (*naive)(double x, double draw);
  bool is_normal = false;  ///< whether the draws are N(0, 1), else uniform in (0, 1)
};

void add_noise_of(Cases& cases, const Noise& of) {
  const auto naive = [of](const Tensors& x) {
    Tensor y = x[0], draws = x[0];
    Rng rng(1);
    of.is_normal ? rng.fill_normal(draws, 0, 1) : rng.fill_uniform(draws, 0, 1);
    for (std::size_t i = 0; i < y.size(); ++i)
      y.data()[i] = static_cast<Scalar>(of.naive(x[0].data()[i], draws.data()[i]));
    return y;
  };
  const auto compute = [f = of.compute](const Vars& v) {
    Rng rng(1);
    return f(v[0], rng);
  };
  for (const Shape& shape : {Shape{}, Shape{1, 3, 1}, Shape{3, 7}, Shape{0, 2}, Shape{64, 1031}})
    cases.push_back({.operation = of.operation,
                     .name = shape_name(shape),
                     .inputs = {away_from_zero(shape)},
                     .compute = compute,
                     .naive = naive,
                     .large = shape == Shape{64, 1031}});
}

}  // namespace

void add_noise(Cases& cases) {
  add_noise_of(cases,
               {.operation = "dropout",
                .compute = [](Var x, Rng& rng) { return dropout(x, Scalar(0.375), rng); },
                .naive = [](double x, double draw) { return x * (draw < 0.375 ? 0 : 1.6); }});
  add_noise_of(cases,
               {.operation = "gaussian_noise",
                .compute = [](Var x, Rng& rng) { return gaussian_noise(x, Scalar(0.5), rng); },
                .naive = [](double x, double draw) { return x + 0.5 * draw; },
                .is_normal = true});
  add_noise_of(cases,
               {.operation = "masking_noise",
                .compute = [](Var x, Rng& rng) { return masking_noise(x, Scalar(0.375), rng); },
                .naive = [](double x, double draw) { return x * (draw < 0.375 ? 0 : 1); }});
  add_noise_of(
      cases,
      {.operation = "salt_and_pepper_noise",
       .compute = [](Var x, Rng& rng) { return salt_and_pepper_noise(x, Scalar(0.5), rng); },
       .naive = [](double x, double draw) { return draw < 0.25 ? 0 : (draw < 0.5 ? 1 : x); }});
}

}  // namespace hourglass::testing
