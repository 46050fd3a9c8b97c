#pragma once

#include <deque>

#include "tests/autograd/registry/registry.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

/// A case with its inputs as parameters.
class Trial {
 public:
  explicit Trial(const Case& of) : case_(of) {
    for (const Tensor& input : case_.inputs) {
      parameters.emplace_back(input.shape()).value = input;
      parameters.back().name = std::string(1, static_cast<char>('a' + parameters.size() - 1));
    }
  }

  static constexpr std::size_t all_inputs = -1;

  /// The inputs on the tape, parameters or, but for number `only`, constants.
  Vars inputs(Tape& tape, std::size_t only = all_inputs) {
    Vars vars;
    for (std::size_t i = 0; i < parameters.size(); ++i)
      vars.push_back(only == all_inputs || only == i ? tape.parameter(parameters[i])
                                                     : tape.constant(parameters[i].value));
    return vars;
  }

  Var compute(Tape& tape) { return case_.compute(inputs(tape)); }

  /// A number of y's own for each of its elements, to start backward from.
  static Tensor seed(const Shape& shape) { return random_tensor(shape, 7, 0.5, 2); }

  Tensor backward(std::size_t only = all_inputs) {
    Tape tape;
    Var y = case_.compute(inputs(tape, only));
    tape.backward(y, seed(y.shape()));
    return y.value();
  }

  Tensors gradients() const {
    Tensors all;
    for (const Parameter& parameter : parameters)
      all.push_back(parameter.has_grad ? parameter.grad : filled(parameter.value.shape()));
    return all;
  }

  void zero_grad() {
    for (Parameter& parameter : parameters) parameter.zero_grad();
  }

  std::vector<Parameter*> pointers() {
    std::vector<Parameter*> all;
    for (Parameter& parameter : parameters) all.push_back(&parameter);
    return all;
  }

  std::deque<Parameter> parameters;

 private:
  const Case& case_;
};

}  // namespace hourglass::testing
