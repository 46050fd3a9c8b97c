// Losses, likelihoods, normalisation and noise allocate nothing from the second step on.

#include <gtest/gtest.h>

#include <deque>
#include <functional>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// How many allocations the third step of forward and backward makes. a, b: (4, 3)   w: (3)
std::size_t in_a_further_step(const std::function<Var(Var a, Var b, Var w)>& f) {
  Parameter a({4, 3}), b({4, 3}), w({3});
  a.value = random_tensor({4, 3}, 1, 0.1, 0.9);
  b.value = random_tensor({4, 3}, 2, 0.1, 0.9);
  w.value = random_tensor({3}, 3, 0.1, 0.9);
  Tape tape;
  std::size_t made = 0;
  for (int step = 1; step <= 3; ++step) {
    const std::size_t before = allocations();
    tape.reset();
    Var y = f(tape.parameter(a), tape.parameter(b), tape.parameter(w));
    tape.backward(y.dimension() == 0 ? y : sum(y));
    made = allocations() - before;
  }
  return made;
}

TEST(AllocationsOfOperations, AreNoneInAFurtherStepOfLossesNormalizationAndNoise) {
  Rng rng(1);
  Tensor mean = filled({3}), var = filled({3}, 1);
  const Tensor labels = tensor({4}, {0, 1, 2, 0}), counts = filled({4, 3}, 5);
  const std::function<Var(Var, Var, Var)> steps[] = {
      [](Var a, Var b, Var) { return squared_error(a, b); },
      [](Var a, Var b, Var) { return huber(a, b); },
      [](Var a, Var b, Var) { return binary_cross_entropy(a, b); },
      [&](Var a, Var, Var) { return cross_entropy(a, a.tape().constant(labels)); },
      [](Var a, Var b, Var) { return gaussian_log_likelihood(a, b, a); },
      [](Var a, Var b, Var) { return bernoulli_log_likelihood(a, b); },
      [](Var a, Var b, Var) { return discretized_logistic_log_likelihood(a, b, a); },
      [&](Var a, Var b, Var) {
        return beta_binomial_log_likelihood(a.tape().constant(counts), a, b);
      },
      [](Var a, Var b, Var) { return kl_divergence(a, b); },
      [](Var a, Var b, Var) { return kl_divergence(a, b, b, a); },
      [](Var, Var, Var w) { return kl_bernoulli(w, Scalar(0.1)); },
      [](Var a, Var b, Var) { return mmd_imq(a, b, 1); },
      [&](Var a, Var, Var w) { return batch_norm(a, w, w, mean, var, true); },
      [&](Var a, Var, Var w) { return batch_norm(a, w, w, mean, var, false); },
      [](Var a, Var, Var w) { return layer_norm(a, w, w); },
      [](Var a, Var, Var w) { return group_norm(a, 3, w, w); },
      [&](Var a, Var, Var) { return dropout(a, Scalar(0.5), rng); },
      [&](Var a, Var, Var) { return gaussian_noise(a, Scalar(0.5), rng); },
      [&](Var a, Var, Var) { return masking_noise(a, Scalar(0.5), rng); },
      [&](Var a, Var, Var) { return salt_and_pepper_noise(a, Scalar(0.5), rng); },
  };
  for (std::size_t i = 0; i < std::size(steps); ++i)
    EXPECT_EQ(in_a_further_step(steps[i]), 0u) << "operation " << i;
}

}  // namespace
}  // namespace hourglass::testing
