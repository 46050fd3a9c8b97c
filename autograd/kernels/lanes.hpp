#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <xsimd/xsimd.hpp>

#include "hourglass/autograd/base/precision.hpp"

// Sums and stores of terms along a row of numbers, in a single pass. A term is a function of
// registers full of numbers, one register for each input:
//
//     sum_of_terms(n, [](Lanes x, Lanes t) { return (x - t) * (x - t); }, x, t);

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// As many numbers as the processor computes with at once.
using Lanes = xsimd::batch<Scalar>;

/// The next `count` numbers of x, zeros behind them.
inline Lanes load_lanes(const Scalar* x, std::size_t count = Lanes::size) {
  if (count >= Lanes::size) return Lanes::load_unaligned(x);
  std::array<Scalar, Lanes::size> padded{};
  std::copy_n(x, count, padded.begin());
  return Lanes::load_unaligned(padded.data());
}

/// The first `count` of the lanes into x.
inline void store_lanes(Lanes lanes, Scalar* x, std::size_t count = Lanes::size) {
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
  for (; i + Lanes::size <= n; i += Lanes::size) sum += term(load_lanes(x + i)...);
  if (i == n) return sum_of_lanes(sum);
  std::array<Scalar, Lanes::size> rest{};  // what a term makes of the zeros may be anything
  store_lanes(term(load_lanes(x + i, n - i)...), rest.data(), n - i);
  return sum_of_lanes(sum + Lanes::load_unaligned(rest.data()));
}

/// into_i = term(x_i, …), i = 0, …, n − 1
template <class Term, class... Numbers>
void store_terms(std::size_t n, Scalar* into, const Term& term, const Numbers*... x) {
  std::size_t i = 0;
  for (; i + Lanes::size <= n; i += Lanes::size) store_lanes(term(load_lanes(x + i)...), into + i);
  if (i < n) store_lanes(term(load_lanes(x + i, n - i)...), into + i, n - i);
}

/// into_i += term(x_i, …), i = 0, …, n − 1
template <class Term, class... Numbers>
void add_terms(std::size_t n, Scalar* into, const Term& term, const Numbers*... x) {
  const auto added = [&](Lanes sum, auto... numbers) { return sum + term(numbers...); };
  store_terms(n, into, added, static_cast<const Scalar*>(into), x...);
}

}}  // namespace hourglass
