#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/autograd/registry/naive.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

/// An operation that sums a term of its inputs' elements along rows: (B, N), … → (B). Thrice.
struct RowSum {
  const char* operation;
  std::function<Var(const Vars&)> compute;
  std::function<double(const Numbers&)> term;  ///< of one element of each input
  std::string torch = {};
  std::vector<Draw> draws = {};  ///< one for each input
  std::string name = {};
};

/// y_b = Σ_j term of the elements (b, j)
Tensor naive_row_sum(const Tensors& x, const std::function<double(const Numbers&)>& term);

/// A single element, SIMD lanes and a rest, no rows, empty rows, large, and one value as all
/// inputs.
void add_row_sum(Cases& cases, const RowSum& of);

/// (37 i mod modulus) / divisor for element i: whole numbers, or grey levels, that compute, naive
/// and PyTorch all know.
Tensor scrambled(const Shape& shape, std::size_t modulus, double divisor = 1);
/// The same as a PyTorch expression, in the precision of a.
std::string torch_scrambled(const Shape& shape, std::size_t modulus, double divisor = 1);

}  // namespace hourglass::testing
