#include "matmul.hpp"

#include "course/checks.hpp"

CASE("a product is the one worked out by hand") {
  const Array a({2, 3}, {1, 2, 3, 4, 5, 6}), b({3, 2}, {7, 8, 9, 10, 11, 12});
  check_close("a b", matmul(a, b), Array({2, 2}, {58, 64, 139, 154}), "a = " + to_string(a) + ", b = " + to_string(b));
}

CASE("the identity changes nothing, on either side") {
  const Array x = random_array({3, 3}, 1), one({3, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1});
  check_close("x 1", matmul(x, one), x, "x = " + to_string(x));
  check_close("1 x", matmul(one, x), x, "x = " + to_string(x));
}

CASE("order matters, but three factors may be grouped either way") {
  const Array a = random_array({2, 3}, 2), b = random_array({3, 4}, 3), c = random_array({4, 5}, 4);
  check_close("(a b) c = a (b c)", matmul(matmul(a, b), c), matmul(a, matmul(b, c)),
              "a of (2, 3), b of (3, 4), c of (4, 5)", "An entry is left out or counted twice.");
  const Array row = random_array({1, 4}, 5), column = random_array({4, 1}, 6);
  check_equal("the shape of row times column", matmul(row, column).shape, {1, 1}, "(1, 4) times (4, 1)");
  check_equal("the shape of column times row", matmul(column, row).shape, {4, 4}, "(4, 1) times (1, 4)");
}

CASE("shapes that do not fit are refused") {
  check_throws("matmul", [] { matmul(Array({2, 3}), Array({2, 3})); }, "matmul", "(2, 3) times (2, 3)",
               "The first must have as many columns as the second has rows.");
}
