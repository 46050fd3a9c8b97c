#include "value.hpp"

#include "course/checks.hpp"

CASE("the gradient of a product is the other factor") {
  Node a = leaf(2), b = leaf(3);
  backward(multiply(a, b));
  check_close("d(ab)/da", a->grad, 3, "a = 2, b = 3",
              "The last node's gradient starts as 1, and only that one's; the others get theirs by "
              "propagate().");
  check_close("d(ab)/db", b->grad, 2, "a = 2, b = 3");
}

CASE("a number that is used twice collects both shares") {
  Node a = leaf(random_array({1}, 1)[0]);
  backward(multiply(a, a));
  check_close("d(a²)/da", a->grad, 2 * a->value, "a = " + std::to_string(a->value));
}

CASE("a node passes its gradient down only when everything that uses it is done") {
  // s = a + a is used by the product and by the sum above it: y = s s + s
  Node a = leaf(3), s = add(a, a);
  backward(add(multiply(s, s), s));
  check_close("d(4a² + 2a)/da", a->grad, 26, "a = 3",
              "A node was visited too early or more than once.");
}

CASE("a deep chain takes as many visits as it has nodes") {
  Node a = leaf(1), y = a;
  for (int i = 0; i < 20; ++i) y = add(y, y);  // 2²⁰ paths, 21 nodes
  backward(y);
  check_close("d(2²⁰ a)/da", a->grad, 1048576, "twenty doublings");
}
