#pragma once

#include <algorithm>
#include <array>
#include <xsimd/xsimd.hpp>

#include "autograd/operation.hpp"

// Sums along rows and their gradients, each in a single pass: what losses and likelihoods are made
// of. A term is a function of registers full of numbers, one register for each input:
//
//     sum_rows(y, [](Lanes x, Lanes t) { return (x - t) * (x - t); }, x.value(), t.value());

namespace hourglass::inline HOURGLASS_PRECISION {

/// As many numbers as the processor computes with at once.
using Lanes = xsimd::batch<Scalar>;

/// The next `count` numbers of x, zeros behind them.
inline Lanes load(const Scalar* x, std::size_t count = Lanes::size) {
  if (count >= Lanes::size) return Lanes::load_unaligned(x);
  std::array<Scalar, Lanes::size> padded{};
  std::copy_n(x, count, padded.begin());
  return Lanes::load_unaligned(padded.data());
}

/// The first `count` of the lanes into x.
inline void store(Lanes lanes, Scalar* x, std::size_t count = Lanes::size) {
  if (count >= Lanes::size) return lanes.store_unaligned(x);
  std::array<Scalar, Lanes::size> padded;
  lanes.store_unaligned(padded.data());
  std::copy_n(padded.begin(), count, x);
}

/// The sum of the lanes. xsimd 9 renamed it; unqualified, only the name that is there is looked up.
template <class Batch>
Scalar sum_of_lanes(const Batch& lanes) {
  if constexpr (requires { reduce_add(lanes); })
    return reduce_add(lanes);
  else
    return hadd(lanes);
}

/// Σ_i term(x_i, …), i = 0, …, n − 1
template <class Term, class... Numbers>
Scalar sum_of_terms(std::size_t n, const Term& term, const Numbers*... x) {
  Lanes sum(Scalar(0));
  std::size_t i = 0;
  for (; i + Lanes::size <= n; i += Lanes::size) sum += term(load(x + i)...);
  if (i == n) return sum_of_lanes(sum);
  std::array<Scalar, Lanes::size> rest{};  // what a term makes of the zeros may be anything
  store(term(load(x + i, n - i)...), rest.data(), n - i);
  return sum_of_lanes(sum + Lanes::load_unaligned(rest.data()));
}

/// into_i = term(x_i, …), i = 0, …, n − 1
template <class Term, class... Numbers>
void store_terms(std::size_t n, Scalar* into, const Term& term, const Numbers*... x) {
  std::size_t i = 0;
  for (; i + Lanes::size <= n; i += Lanes::size) store(term(load(x + i)...), into + i);
  if (i < n) store(term(load(x + i, n - i)...), into + i, n - i);
}

/// into_i += term(x_i, …), i = 0, …, n − 1
template <class Term, class... Numbers>
void add_terms(std::size_t n, Scalar* into, const Term& term, const Numbers*... x) {
  const auto added = [&](Lanes sum, auto... numbers) { return sum + term(numbers...); };
  store_terms(n, into, added, static_cast<const Scalar*>(into), x...);
}

/// y_b = Σ_j term(x_bj, …)      each x: (B, N), or of as many numbers   y: (B)
template <class Term, class... Tensors>
void sum_rows(Var y, const Term& term, const Tensors&... x) {
  const std::array<std::size_t, sizeof...(x)> sizes = {x.size()...};
  const std::size_t rows = y.value().size(), columns = rows ? sizes[0] / rows : 0;
  Scalar* sums = y.output().data();
  for (std::size_t b = 0; b < rows; ++b)
    sums[b] = sum_of_terms(columns, term, (x.data() + b * columns)...);
}

/// Its gradient: dx_bj += dy_b rate(x_bj, …), where rate is ∂ term / ∂ x
template <class Rate, class... Tensors>
void add_rates(Var x, Var y, const Rate& rate, const Tensors&... inputs) {
  const GradSum sum = x.grad_sum();
  if (!sum.is_wanted()) return;
  const bool accumulate = sum.begin() == Sum::accumulate;
  const std::size_t rows = y.value().size(), columns = rows ? x.value().size() / rows : 0;
  for (std::size_t b = 0; b < rows; ++b) {
    const Lanes dy(y.grad().data()[b]);
    const auto share = [&](auto... numbers) { return dy * rate(numbers...); };
    Scalar* dx = sum.tensor().data() + b * columns;
    // Two loops, since gcc 12 gets a conditional sum of AVX-512 registers within one wrong.
    if (accumulate) {
      add_terms(columns, dx, share, (inputs.data() + b * columns)...);
    } else {
      store_terms(columns, dx, share, (inputs.data() + b * columns)...);
    }
  }
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
