#include <fmt/format.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/autograd/operations/rows.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// A loss's output, one number for each row. x and t: (B, N)
Var new_loss(const char* name, Var x, Var t) {
  if (x.dimension() != 2 || x.shape() != t.shape())
    throw ShapeError(
        fmt::format("{}: the prediction is {} but the target is {}: both must be (B, N){}", name,
                    to_text(x.shape()), to_text(t.shape()), in_module(x)));
  return new_output(name, {x.shape()[0]}, {x, t});
}

void check_labels(Var logits, Var labels) {
  if (logits.dimension() != 2 || labels.shape() != Shape{logits.shape()[0]})
    throw ShapeError(fmt::format(
        "cross_entropy: the logits are {} but the labels are {}: they must be (B, K) and (B){}",
        to_text(logits.shape()), to_text(labels.shape()), in_module(logits)));
  const auto classes = static_cast<Scalar>(logits.shape()[1]);
  for (std::size_t b = 0; b < labels.value().size(); ++b) {
    const Scalar label = labels.value().data()[b];
    if (!(label >= 0 && label < classes && label == std::floor(label)))
      throw ShapeError(
          fmt::format("cross_entropy: label {} of example {} is none of {} classes: labels must be "
                      "whole numbers from 0 to {}{}",
                      label, b, classes, classes - 1, in_module(logits)));
  }
}

/// p = softmax(z) of one row; returns ln Σ e^(z_j − z_label).
Scalar softmax_row(const Scalar* z, Scalar* p, std::size_t n, std::size_t label) {
  const Scalar largest = *std::max_element(z, z + n);
  const auto shifted = [&](Lanes x) { return exp(x - Lanes(largest)); };
  store_terms(n, p, shifted, z);
  const Scalar sum = sum_of_terms(n, [](Lanes x) { return x; }, p);
  store_terms(n, p, [&](Lanes x) { return x / Lanes(sum); }, p);
  return std::log(sum) + (largest - z[label]);
}

}  // namespace

Var squared_error(Var x, Var t) {
  Var y = new_loss("squared_error", x, t);
  sum_rows(y, [](Lanes a, Lanes b) { return (a - b) * (a - b); }, x.value(), t.value());
  on_backward(y, [x, t, y] {
    const auto derivative = [](Lanes a, Lanes b) { return 2 * (a - b); };
    add_derivatives(x, y, derivative, x.value(), t.value());
    add_derivatives(t, y, derivative, t.value(), x.value());
  });
  return y;
}

Var absolute_error(Var x, Var t) {
  Var y = new_loss("absolute_error", x, t);
  sum_rows(y, [](Lanes a, Lanes b) { return abs(a - b); }, x.value(), t.value());
  on_backward(y, [x, t, y] {
    const auto derivative = [](Lanes a, Lanes b) { return sign(a - b); };
    add_derivatives(x, y, derivative, x.value(), t.value());
    add_derivatives(t, y, derivative, t.value(), x.value());
  });
  return y;
}

Var huber(Var x, Var t, Scalar delta) {
  if (!(delta > 0))
    throw ConfigError(
        fmt::format("huber: delta is {}: it must be positive{}", delta, in_module(x)));
  Var y = new_loss("huber", x, t);
  sum_rows(
      y,
      [delta](Lanes a, Lanes b) {
        const Lanes d = abs(a - b);
        return select(d <= Lanes(delta), d * d / 2, delta * (d - delta / 2));
      },
      x.value(), t.value());
  on_backward(y, [x, t, y, delta] {
    // h'(d) = d where |d| ≤ δ, else δ sign d
    const auto derivative = [delta](Lanes a, Lanes b) {
      const Lanes d = a - b;
      return select(abs(d) <= Lanes(delta), d, delta * sign(d));
    };
    add_derivatives(x, y, derivative, x.value(), t.value());
    add_derivatives(t, y, derivative, t.value(), x.value());
  });
  return y;
}

Var binary_cross_entropy(Var logits, Var targets) {
  Var z = logits, t = targets;
  Var y = new_loss("binary_cross_entropy", z, t);
  sum_rows(
      y,
      [](Lanes z, Lanes t) {
        const Lanes zero(Scalar(0));
        return select(z <= zero, zero, z) - z * t + log1p(exp(-abs(z)));
      },
      z.value(), t.value());
  on_backward(y, [z, t, y] {
    // ∂y/∂z = σ(z) − t,  ∂y/∂t = −z
    const auto derivative_of_z = [](Lanes z, Lanes t) { return 1 / (1 + exp(-z)) - t; };
    add_derivatives(z, y, derivative_of_z, z.value(), t.value());
    add_derivatives(t, y, [](Lanes z) { return -z; }, z.value());
  });
  return y;
}

Var cross_entropy(Var logits, Var labels) {
  check_labels(logits, labels);
  Var z = logits;
  Var p = save_for_backward("softmax of cross_entropy", z, z.shape());
  p.output().fill(0);  // a tape that checks its values looks at p when y is recorded
  Var y = new_output("cross_entropy", labels.shape(), {z, labels});
  const std::size_t rows = z.shape()[0], classes = z.shape()[1];
  for (std::size_t b = 0; b < rows; ++b)
    y.output().data()[b] =
        softmax_row(z.value().data() + b * classes, p.output().data() + b * classes, classes,
                    static_cast<std::size_t>(labels.value().data()[b]));
  on_backward(y, [z, labels, p, y] {
    if (!z.needs_grad()) return;
    // y = ln Σ e^(z_j − z_label), so dz_j += dy (p_j − [j = label])
    add_derivatives(z, y, [](Lanes p) { return p; }, p.value());
    Scalar* dz = z.grad_accumulator().contribute().sum->data();
    const std::size_t classes = z.shape()[1];
    for (std::size_t b = 0; b < y.value().size(); ++b) {
      const auto label = static_cast<std::size_t>(labels.value().data()[b]);
      dz[b * classes + label] -= y.grad().data()[b];
    }
  });
  return y;
}

}}  // namespace hourglass
