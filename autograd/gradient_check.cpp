#include "hourglass/autograd/gradient_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/random.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// "[1, 4]" for element 10 of a tensor of shape (2, 6)
std::string index_text(std::size_t flat, const Shape& shape) {
  std::string text;
  for (std::size_t axis = shape.size(); axis-- > 0;) {
    text = fmt::format("{}{}{}", flat % shape[axis], text.empty() ? "" : ", ", text);
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

double dot(const Tensor& a, const Tensor& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += double(a.data()[i]) * b.data()[i];
  return sum;
}

std::string name_of(const Parameter& parameter, std::size_t number) {
  return parameter.name.empty() ? fmt::format("input {} ", number) : parameter.name;
}

/// Counts one comparison; false where it is the first that fails.
bool note(GradientCheck& check, double got, double expected, double relative, double absolute) {
  const double distance = std::abs(got - expected);
  const double error = distance / (absolute + relative * std::abs(expected));
  const auto keep_worst = [](double& worst, double one) {
    if (!(one <= worst) && !std::isnan(worst)) worst = one;
  };
  ++check.entries;
  keep_worst(check.worst, error);
  keep_worst(check.worst_relative, distance / std::max(1.0, std::abs(expected)));
  return error <= 1 || !check.failure.empty();  // a NaN is a failure too
}

}  // namespace

GradientCheck check_gradient(const std::string& operation, const std::function<Var(Tape&)>& compute,
                             const std::vector<Parameter*>& parameters, double relative,
                             double absolute, const std::function<Var(Tape&)>& surrogate) {
  GradientCheck check;
  const std::function<Var(Tape&)>& differentiated = surrogate ? surrogate : compute;
  const Shape shape = value_of(compute).shape();
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    Parameter& parameter = *parameters[p];
    std::vector<Tensor> columns;  // columns[i] = ∂y / ∂p_i
    for (Scalar& element : parameter.value)
      columns.push_back(central_difference(differentiated, element));

    for (std::size_t k = 0; k < element_count(shape); ++k) {
      backward_row(compute, k, parameters);
      for (std::size_t i = 0; i < columns.size(); ++i) {
        const double expected = columns[i].data()[k];
        const double got = parameter.has_grad ? parameter.grad.data()[i] : 0;
        if (!note(check, got, expected, relative, absolute))
          check.failure = fmt::format(
              "{}: d output{} / d {}{}: expected {:.9g} (central difference), got {:.9g} "
              "(backward)",
              operation, index_text(k, shape), name_of(parameter, p),
              index_text(i, parameter.value.shape()), expected, got);
      }
    }
  }
  return check;
}

GradientCheck check_gradient_along_directions(const std::string& operation,
                                              const std::function<Var(Tape&)>& compute,
                                              const std::vector<Parameter*>& parameters,
                                              double relative, double absolute) {
  constexpr std::size_t directions = 8;
  constexpr Scalar h = 6e-6;
  GradientCheck check;
  Rng rng(1);
  Tensor seed = value_of(compute);
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    Parameter& parameter = *parameters[p];
    const Tensor original = parameter.value;
    Tensor direction = original;
    for (std::size_t number = 0; number < directions; ++number) {
      rng.fill_normal(seed, 0, 1);
      rng.fill_normal(direction, 0, 1);
      for (Parameter* each : parameters) each->zero_grad();
      Tape tape;
      tape.backward(compute(tape), seed);
      const double got = parameter.has_grad ? dot(parameter.grad, direction) : 0;
      parameter.value = original + h * direction;
      const Tensor above = value_of(compute);
      parameter.value = original - h * direction;
      const Tensor below = value_of(compute);
      parameter.value = original;
      // Element by element, so that what cancels leaves no more than each element's own rounding.
      const Tensor slope = (above - below) / (2 * h), size = above * seed;
      const double expected = dot(slope, seed);
      const double rounding = 2e-15 * std::sqrt(dot(size, size)) / h;
      if (!note(check, got, expected, relative, absolute + rounding))
        check.failure = fmt::format(
            "{}: along direction {} of {}: expected {:.9g} (central difference), got {:.9g} "
            "(backward)",
            operation, number, name_of(parameter, p), expected, got);
    }
  }
  return check;
}

}}  // namespace hourglass
