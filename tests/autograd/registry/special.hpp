#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/autograd/registry/naive.hpp"
#include "tests/autograd/registry/registry.hpp"

// Cases of special values: zeros of both signs, the smallest numbers, large ones, infinities and
// NaN, each of them in every place of a SIMD register and behind the last full one, among others of
// its kind and alone. What is expected is a formula in double.

namespace hourglass::HOURGLASS_PRECISION::testing {

/// Zeros, numbers below and at the smallest normal one, where functions begin to overflow or to
/// saturate, infinities and NaN.
const Numbers& special_numbers();
/// All pairs of those that matter to two operands.
std::vector<Numbers> special_pairs();

/// An operation on each element by itself, with its derivatives.
struct SpecialPoints {
  std::string operation, name = {};
  std::function<Var(const Vars&)> compute;
  std::function<double(const Numbers&)> value;   ///< of one element of each input
  std::function<Numbers(const Numbers&)> rates;  ///< ∂ value / ∂ each of them
  std::vector<Numbers> points;
  std::string torch = {};
  bool (*unlike_torch)(double) = nullptr;  ///< the numbers where PyTorch is known to differ
};
void add_special_points(Cases& cases, const SpecialPoints& of);

/// An operation that sums a term along rows, (B, N), … → (B), or (N) → (): the first point is an
/// ordinary one, which the others stand among.
void add_special_rows(Cases& cases, const SpecialPoints& of, bool is_one_row = false);

/// An operation along an axis, with its gradient.
struct SpecialLines {
  std::string operation;
  std::function<Var(Var, int axis)> compute;
  std::function<Numbers(const Numbers& line)> value;  ///< one number, or one for each of the line's
  std::function<Numbers(const Numbers& line, const Numbers& seed)> gradient;
  std::string torch;         ///< of a, with {} for the axis
  bool keeps_lines = false;  ///< whether there is one number for each of the line's
};
void add_special_lines(Cases& cases, const SpecialLines& of);

// The tables, by kind: what every operation that computes with its numbers makes of special ones.
void add_special_functions(Cases& cases);
void add_special_operands(Cases& cases);
void add_special_reductions(Cases& cases);
void add_special_losses(Cases& cases);

}  // namespace hourglass::testing
