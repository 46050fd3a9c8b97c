#include <fmt/format.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/autograd/operations/rows.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// k(d²) = c / (c + d²)
struct InverseMultiquadric {
  Scalar value(Scalar distance) const { return c / (c + distance); }
  Scalar derivative(Scalar distance) const { return -value(distance) / (c + distance); }

  Scalar c;
};

/// Calls visit(i, j, ‖x_i − z_j‖²) for each i and j, or for each pair i < j where x and z are one
/// sample. By differences, so that equal points are at distance 0 exactly.
template <class Visit>
void for_each_distance(const Tensor& x, const Tensor& z, bool one_sample, const Visit& visit) {
  const std::size_t dimensions = x.shape()[1];
  const auto squared_difference = [](Lanes a, Lanes b) { return (a - b) * (a - b); };
  for (std::size_t i = 0; i < x.shape()[0]; ++i)
    for (std::size_t j = one_sample ? i + 1 : 0; j < z.shape()[0]; ++j)
      visit(i, j,
            sum_of_terms(dimensions, squared_difference, x.data() + i * dimensions,
                         z.data() + j * dimensions));
}

/// What each pair i < j of a sample of n counts in the mean of i ≠ j
double pair_weight(std::size_t n) {
  return 2 / (static_cast<double>(n) * static_cast<double>(n - 1));
}

/// What each pair of one of n and one of m counts in −2 times their mean
double cross_weight(std::size_t n, std::size_t m) {
  return -2 / (static_cast<double>(n) * static_cast<double>(m));
}

double sum_of_kernel(const Tensor& x, const Tensor& z, bool one_sample,
                     InverseMultiquadric kernel) {
  double total = 0;
  for_each_distance(x, z, one_sample, [&](std::size_t, std::size_t, Scalar distance) {
    total += kernel.value(distance);
  });
  return total;
}

/// Adds weight dk(‖a_i − b_j‖²) to the gradients: 2 k' (a_i − b_j) to a_i's, as much less to b_j's.
void add_kernel_gradients(Var a, Var b, bool one_sample, Scalar weight,
                          InverseMultiquadric kernel) {
  const Contribution to_a = a.grad_accumulator().contribute(),
                     to_b = b.grad_accumulator().contribute();
  if (to_a) to_a.begin_at_zero();
  if (to_b) to_b.begin_at_zero();
  Scalar *da = to_a ? to_a.sum->data() : nullptr, *db = to_b ? to_b.sum->data() : nullptr;
  const std::size_t dimensions = a.shape()[1];
  const auto difference = [](Scalar factor) {
    return [factor = Lanes(factor)](Lanes from, Lanes to) { return factor * (from - to); };
  };
  for_each_distance(a.value(), b.value(), one_sample,
                    [&](std::size_t i, std::size_t j, Scalar distance) {
                      const Scalar factor = 2 * weight * kernel.derivative(distance);
                      const Scalar *a_i = a.value().data() + i * dimensions,
                                   *b_j = b.value().data() + j * dimensions;
                      if (da)
                        add_terms(dimensions, da + i * dimensions, difference(factor), a_i, b_j);
                      if (db)
                        add_terms(dimensions, db + j * dimensions, difference(factor), b_j, a_i);
                    });
}

}  // namespace

Var mmd_imq(Var x, Var z, Scalar c) {
  if (!(c > 0))
    throw ConfigError(fmt::format("mmd_imq: c is {}: it must be positive{}", c, in_module(x)));
  if (x.dimension() != 2 || z.dimension() != 2 || x.shape()[1] != z.shape()[1] ||
      x.shape()[0] < 2 || z.shape()[0] < 2)
    throw ShapeError(fmt::format(
        "mmd_imq: x is {} and z is {}: they must be (n, D) and (m, D), n and m at least 2{}",
        to_text(x.shape()), to_text(z.shape()), in_module(x)));
  const InverseMultiquadric kernel{c};
  const std::size_t n = x.shape()[0], m = z.shape()[0];
  Var y = new_output("mmd_imq", {}, {x, z});
  *y.output().data() =
      static_cast<Scalar>(pair_weight(n) * sum_of_kernel(x.value(), x.value(), true, kernel) +
                          pair_weight(m) * sum_of_kernel(z.value(), z.value(), true, kernel) +
                          cross_weight(n, m) * sum_of_kernel(x.value(), z.value(), false, kernel));
  on_backward(y, [x, z, y, kernel] {
    const std::size_t n = x.shape()[0], m = z.shape()[0];
    const double dy = *y.grad().data();
    add_kernel_gradients(x, x, true, static_cast<Scalar>(dy * pair_weight(n)), kernel);
    add_kernel_gradients(z, z, true, static_cast<Scalar>(dy * pair_weight(m)), kernel);
    add_kernel_gradients(x, z, false, static_cast<Scalar>(dy * cross_weight(n, m)), kernel);
  });
  return y;
}

}}  // namespace hourglass
