#include "tests/autograd/registry/evaluate.hpp"

#include "tests/autograd/registry/trial.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

NumbersOf numbers_of(const Tensor& tensor) {
  return {{tensor.shape().begin(), tensor.shape().end()}, numbers(tensor)};
}

std::vector<NumbersOf> numbers_of(const Tensors& tensors) {
  std::vector<NumbersOf> all;
  for (const Tensor& tensor : tensors) all.push_back(numbers_of(tensor));
  return all;
}

Outcome evaluate(const Case& of) {
  Trial trial(of);
  const Tensor value = trial.backward();
  return {of.operation,
          of.name,
          of.torch,
          numbers_of(of.inputs),
          numbers_of(Trial::seed(value.shape())),
          numbers_of(value),
          numbers_of(trial.gradients())};
}

}  // namespace

std::vector<Outcome> evaluate_registry() {
  std::vector<Outcome> outcomes;
  for (const Case& of : registry()) outcomes.push_back(evaluate(of));
  return outcomes;
}

std::vector<Outcome> evaluate_special_cases() {
  std::vector<Outcome> outcomes;
  for (const Case& of : special_cases()) outcomes.push_back(evaluate(of));
  return outcomes;
}

}  // namespace hourglass::testing
