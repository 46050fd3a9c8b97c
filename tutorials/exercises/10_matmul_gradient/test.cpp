#include "matmul_gradient.hpp"

#include "course/checks.hpp"

CASE("the first factor gets dc times the second, transposed") {
  const Array b = random_array({3, 4}, 1);
  check_jacobian(
      "a b in a", [&](const Array& a) { return matmul(a, b); },
      [&](const Array& a, const Array& dc) { return matmul_backward(a, b, dc).da; }, random_array({2, 3}, 2),
      "da = dc bᵀ.");
}

CASE("the second factor gets the first, transposed, times dc") {
  const Array a = random_array({2, 3}, 3);
  check_jacobian(
      "a b in b", [&](const Array& b) { return matmul(a, b); },
      [&](const Array& b, const Array& dc) { return matmul_backward(a, b, dc).db; }, random_array({3, 4}, 4),
      "db = aᵀ dc.");
}

CASE("square matrices, where every product fits, are right as well") {
  const Array a = random_array({3, 3}, 5);
  check_jacobian(
      "a b in b, all (3, 3)", [&](const Array& b) { return matmul(a, b); },
      [&](const Array& b, const Array& dc) { return matmul_backward(a, b, dc).db; }, random_array({3, 3}, 6),
      "The shapes fit, but the order or a transpose is wrong.");
  const Array b = random_array({3, 3}, 7);
  check_jacobian(
      "a b in a, all (3, 3)", [&](const Array& x) { return matmul(x, b); },
      [&](const Array& x, const Array& dc) { return matmul_backward(x, b, dc).da; }, random_array({3, 3}, 8),
      "The shapes fit, but the order or a transpose is wrong.");
}
