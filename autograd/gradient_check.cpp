#include "autograd/gradient_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

/// "[1, 4]" for element 10 of a tensor of shape (2, 6)
std::string index_text(std::size_t flat, const Shape& shape) {
  std::string text;
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    text = fmt::format("{}{}", flat % shape[axis], text.empty() ? "" : ", " + text);
    flat /= shape[axis];
  }
  return "[" + text + "]";
}

Tensor value_of(const std::function<Var(Tape&)>& compute) {
  Tape tape(Tape::Gradients::off);
  return compute(tape).value();
}

/// ∂y_k / ∂p_i for all k, by the central difference at element i.
Tensor central_difference(const std::function<Var(Tape&)>& compute, Scalar& element) {
  const Scalar original = element;
  const Scalar h = 6e-6 * std::max(Scalar(1), std::abs(original));
  element = original + h;
  const Tensor above = value_of(compute);
  element = original - h;
  const Tensor below = value_of(compute);
  element = original;
  const Tensor slope = (above - below) / (2 * h);
  return slope;
}

/// Row k of the Jacobian: in each parameter's gradient, ∂y_k / ∂p.
void backward_row(const std::function<Var(Tape&)>& compute, std::size_t k,
                  const std::vector<Parameter*>& parameters) {
  for (Parameter* parameter : parameters) parameter->zero_grad();
  Tape tape;
  Var y = compute(tape);
  Tensor seed = filled(y.shape());
  seed.data()[k] = 1;
  tape.backward(y, seed);
}

}  // namespace

GradientCheck check_gradient(const std::string& operation, const std::function<Var(Tape&)>& compute,
                             const std::vector<Parameter*>& parameters, double relative,
                             double absolute) {
  GradientCheck check;
  const Shape shape = value_of(compute).shape();
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    Parameter& parameter = *parameters[p];
    std::vector<Tensor> columns;  // columns[i] = ∂y / ∂p_i
    for (Scalar& element : parameter.value) columns.push_back(central_difference(compute, element));

    for (std::size_t k = 0; k < element_count(shape); ++k) {
      backward_row(compute, k, parameters);
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const double expected = columns[i].data()[k];
        const double got = parameter.has_grad ? parameter.grad.data()[i] : 0;
        const double error = std::abs(got - expected) / (absolute + relative * std::abs(expected));
        ++check.entries;
        // Written so that a NaN is a failure too.
        if (!(error <= 1) && check.failure.empty())
          check.failure = fmt::format(
              "{}: d output{} / d {}{}: expected {:.9g} (central difference), got {:.9g} "
              "(backward)",
              operation, index_text(k, shape),
              parameter.name.empty() ? fmt::format("input {} ", p) : parameter.name,
              index_text(i, parameter.value.shape()), expected, got);
        if (!(error <= check.worst) && !std::isnan(check.worst)) check.worst = error;
      }
    }
  }
  return check;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
