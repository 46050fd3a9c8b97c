#pragma once

#include <functional>
#include <string>
#include <vector>

#include "hourglass/autograd/tape.hpp"

// Every operation, with sample inputs of every class of shapes: scalars, axes of size 1 and 0,
// broadcasting of either side, sizes that are not a multiple of a SIMD register, one value in two
// places, large. The proofs of proofs.hpp are made of these cases. A test fails where an operation
// of autograd/operations.hpp has none.

namespace hourglass::HOURGLASS_PRECISION::testing {

using Vars = std::vector<Var>;
using Tensors = std::vector<Tensor>;

/// One call of an operation, and what is needed to prove it.
struct Case {
  std::string operation = {};  ///< as operations.hpp names it: "add", "operator+"
  std::string name = {};       ///< "a_2x3_b_3": what is particular about this call
  /// What has a gradient, away from the operation's kinks. Labels and indices are constants that
  /// `compute` and `naive` both know.
  Tensors inputs = {};
  std::function<Var(const Vars&)> compute = {};
  /// The same by plain loops, sharing nothing with the engine.
  std::function<Tensor(const Tensors&)> naive = {};
  /// The same in PyTorch, of the inputs a, b, c, …: "F.linear(a, b)"; "" where it has none.
  std::string torch = {};
  /// Where backward is meant to differ from the derivative: what it differentiates instead.
  std::function<Var(const Vars&)> surrogate = {};
  /// Too large for a full Jacobian: checked along random directions.
  bool large = false;
  /// For a case of special values, where differences say nothing: the gradient of each input from
  /// this seed, by a formula in double.
  std::function<Tensors(const Tensors& inputs, const Tensor& seed)> gradients = {};
};
using Cases = std::vector<Case>;

/// The cases of ordinary numbers.
const Cases& registry();
/// Those of zeros, infinities, NaN and numbers at the ends of the range (special.hpp).
const Cases& special_cases();

// One function for each source file of operations, in a file of that name here.
void add_elementwise(Cases& cases);
void add_activations(Cases& cases);
void add_reductions(Cases& cases);
void add_shapes(Cases& cases);
void add_indexing(Cases& cases);
void add_products(Cases& cases);
void add_convolutions(Cases& cases);
void add_pooling(Cases& cases);
void add_normalization(Cases& cases);
void add_noise(Cases& cases);
void add_losses(Cases& cases);
void add_likelihoods(Cases& cases);

}  // namespace hourglass::testing
