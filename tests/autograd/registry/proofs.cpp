#include "tests/autograd/registry/proofs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/gradient_check.hpp"
#include "hourglass/autograd/operations.hpp"
#include "tests/autograd/registry/trial.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

/// Whether each element agrees within `tolerance` (1 + |expected|).
Finding compare(const std::string& what, const Tensor& got, const Tensor& expected,
                double tolerance) {
  const auto result = is_near(got, expected, tolerance);
  return {result ? "" : fmt::format("{}: {}", what, result.message()), 0};
}

Finding compare_all(const std::string& what, const Tensors& got, const Tensors& expected,
                    double tolerance) {
  for (std::size_t i = 0; i < got.size(); ++i) {
    const Finding one =
        compare(fmt::format("{} of input {}", what, i), got[i], expected[i], tolerance);
    if (!one.failure.empty()) return one;
  }
  return {};
}

Finding agrees_with_a_naive_loop(const Case& of) {
  if (!of.naive) return {"has no naive loop"};
  Tape tape(Tape::Gradients::off);
  Trial trial(of);
  // Sums of up to some ten thousand terms, in another order.
  return compare("value", trial.compute(tape).value(), of.naive(of.inputs), 1e-12);
}

Finding has_the_jacobian_of_central_differences(const Case& of) {
  Trial trial(of);
  const auto compute = [&](Tape& tape) { return trial.compute(tape); };
  const auto surrogate = [&](Tape& tape) { return of.surrogate(trial.inputs(tape)); };
  const GradientCheck check =
      of.large ? check_gradient_along_directions(of.operation, compute, trial.pointers())
      : of.surrogate
          ? check_gradient(of.operation, compute, trial.pointers(), 1e-6, 1e-8, surrogate)
          : check_gradient(of.operation, compute, trial.pointers(), 1e-6, 1e-8);
  return {check.failure, check.worst_relative};
}

Finding repeats_its_bits_on_a_fresh_tape(const Case& of) {
  Trial trial(of);
  const Tensor value = trial.backward();
  const Tensors gradients = trial.gradients();
  trial.zero_grad();
  if (!is_same(trial.backward(), value)) return {"the value differs the second time"};
  const Tensors again = trial.gradients();
  for (std::size_t i = 0; i < again.size(); ++i)
    if (!is_same(again[i], gradients[i]))
      return {fmt::format("the gradient of input {} differs the second time", i)};
  return {};
}

// In the next two the tolerance is that of adding up in another order: some ten roundings of 2⁻⁵³.

Finding adds_to_the_gradient_that_is_there(const Case& of) {
  Trial trial(of);
  trial.backward();
  Tensors twice = trial.gradients();
  for (Tensor& gradient : twice) gradient *= 2;
  trial.backward();
  return compare_all("gradient after a second backward", trial.gradients(), twice, 1e-14);
}

Finding adds_up_over_two_uses_of_its_inputs(const Case& of) {
  Trial trial(of);
  trial.backward();
  Tensors twice = trial.gradients();
  for (Tensor& gradient : twice) gradient *= 2;
  trial.zero_grad();
  Tape tape;
  const Vars inputs = trial.inputs(tape);
  Var both = of.compute(inputs) + of.compute(inputs);
  tape.backward(both, Trial::seed(both.shape()));
  return compare_all("gradient of two uses", trial.gradients(), twice, 1e-13);
}

Finding gives_the_same_gradient_beside_constants(const Case& of) {
  Trial trial(of);
  trial.backward();
  const Tensors together = trial.gradients();
  for (std::size_t i = 0; i < together.size(); ++i) {
    trial.zero_grad();
    trial.backward(i);
    for (std::size_t j = 0; j < together.size(); ++j)
      if (trial.parameters[j].has_grad && i != j)
        return {fmt::format("a gradient reached input {}, a constant", j)};
    if (!is_same(trial.gradients()[i], together[i]))
      return {fmt::format("the gradient of input {} differs beside constants", i)};
  }
  return {};
}

}  // namespace

const std::vector<Proof>& proofs() {
  static const std::vector<Proof> all = {
      {"AgreesWithANaiveLoop", agrees_with_a_naive_loop},
      {"HasTheJacobianOfCentralDifferences", has_the_jacobian_of_central_differences},
      {"RepeatsItsBitsOnAFreshTape", repeats_its_bits_on_a_fresh_tape},
      {"AddsToTheGradientThatIsThere", adds_to_the_gradient_that_is_there},
      {"AddsUpOverTwoUsesOfItsInputs", adds_up_over_two_uses_of_its_inputs},
      {"GivesTheSameGradientBesideConstants", gives_the_same_gradient_beside_constants},
  };
  return all;
}

}  // namespace hourglass::testing
