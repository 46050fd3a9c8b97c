#pragma once

#include <array>

#include "hourglass/autograd/kernels/lanes.hpp"
#include "hourglass/autograd/operation.hpp"

// Sums along rows and their gradients, each in a single pass: what losses and likelihoods are made
// of. A term is a function of registers full of numbers (lanes.hpp), one register for each input:
//
//     sum_rows(y, [](Lanes x, Lanes t) { return (x - t) * (x - t); }, x.value(), t.value());

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// y_b = Σ_j term(x_bj, …)      each x: (B, N), or of as many numbers   y: (B)
template <class Term, class... Tensors>
void sum_rows(Var y, const Term& term, const Tensors&... x) {
  const std::array<std::size_t, sizeof...(x)> sizes = {x.size()...};
  const std::size_t rows = y.value().size(), columns = rows ? sizes[0] / rows : 0;
  Scalar* sums = y.output().data();
  for (std::size_t b = 0; b < rows; ++b)
    sums[b] = sum_of_terms(columns, term, (x.data() + b * columns)...);
}

/// Its gradient: dx_bj += dy_b derivative(x_bj, …), where derivative is ∂ term / ∂ x
template <class Derivative, class... Tensors>
void add_derivatives(Var x, Var y, const Derivative& derivative, const Tensors&... inputs) {
  const Contribution contribution = x.grad_accumulator().contribute();
  if (!contribution) return;
  const std::size_t rows = y.value().size(), columns = rows ? x.value().size() / rows : 0;
  for (std::size_t b = 0; b < rows; ++b) {
    const Lanes dy(y.grad().data()[b]);
    const auto scaled = [&](auto... numbers) { return dy * derivative(numbers...); };
    Scalar* dx = contribution.sum->data() + b * columns;
    // Two loops, since gcc 12 gets a conditional sum of AVX-512 registers within one wrong.
    if (contribution.how == Sum::accumulate) {
      add_terms(columns, dx, scaled, (inputs.data() + b * columns)...);
    } else {
      store_terms(columns, dx, scaled, (inputs.data() + b * columns)...);
    }
  }
}

}}  // namespace hourglass
