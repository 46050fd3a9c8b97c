#include "top_k.hpp"

#include "course/checks.hpp"

CASE("the k largest of each row stay") {
  const Array x({2, 4}, {1, 4, 3, 2, -1, -4, -2, -3});
  check_close("top_k(x, 2)", top_k(x, 2), Array({2, 4}, {0, 4, 3, 0, -1, 0, -2, 0}), "x = " + to_string(x),
              "Largest by value, row by row: -1 is larger than -4.");
}

CASE("of equal entries the leftmost stays, and exactly k stay") {
  const Array x({1, 4}, {5, 7, 5, 5});
  check_close("top_k(x, 2)", top_k(x, 2), Array({1, 4}, {5, 7, 0, 0}), "x = (5, 7, 5, 5)",
              "A threshold at the k-th largest value keeps all that are equal to it.");
}

CASE("all are kept if k is the row's length, none if it is 0") {
  const Array x = random_array({3, 5}, 1);
  check_close("top_k(x, 5)", top_k(x, 5), x, "x of (3, 5)");
  check_close("top_k(x, 0)", top_k(x, 0), Array({3, 5}), "x of (3, 5)");
}

CASE("the gradient goes where the numbers came from") {
  // Far apart, so that a small step changes no rank.
  const Array x({2, 4}, {0.1, 0.9, -0.6, 0.5, -0.3, 0.2, 0.8, -0.9});
  check_jacobian("top_k(x, 2)", [](const Array& a) { return top_k(a, 2); },
                 [](const Array& a, const Array& dy) { return top_k_backward(a, 2, dy); }, x,
                 "Kept or not is decided by x, not by the size of the gradient.");
  check_close("dx", top_k_backward(x, 1, Array({2, 4}, {9, 1, 9, 9, 9, 9, 2, 9})), Array({2, 4}, {0, 1, 0, 0, 0, 0, 2, 0}),
              "k = 1, dy large elsewhere", "Kept or not is decided by x, not by the size of the gradient.");
}
