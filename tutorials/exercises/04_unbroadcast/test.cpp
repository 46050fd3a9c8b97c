#include "unbroadcast.hpp"

#include "course/checks.hpp"

using Shape = std::vector<std::size_t>;

CASE("a bias collects the gradient of every row") {
  const Array dy({2, 3}, {1, 2, 3, 10, 20, 30});
  check_close("db", unbroadcast(dy, {3}), Array({3}, {11, 22, 33}), "dy = " + to_string(dy),
              "A bias was used once in every row. Collect all rows.");
}

CASE("a column collects the gradient of its row") {
  const Array dy({2, 3}, {1, 2, 3, 10, 20, 30});
  check_close("the gradient of (2, 1)", unbroadcast(dy, {2, 1}), Array({2, 1}, {6, 60}),
              "dy = " + to_string(dy), "Each row has one number: it collects its own row, and keeps its axis of length 1.");
}

CASE("where nothing was stretched nothing is summed") {
  const Array dy = random_array({3, 4}, 1);
  check_close("the gradient of (3, 4)", unbroadcast(dy, {3, 4}), dy, "dy of shape (3, 4)");
}

CASE("a number collects everything") {
  const Array dy = random_array({2, 3, 4}, 2);
  double sum = 0;
  for (double each : dy.data) sum += each;
  check_close("the gradient of a number", unbroadcast(dy, {}), Array(Shape{}, {sum}),
              "dy of shape (2, 3, 4)");
}

CASE("axes are summed in the middle and at both ends") {
  // Every entry of the gradient is 1, so that an entry of the result counts its uses.
  Array dy({2, 3, 4, 5});
  for (double& each : dy.data) each = 1;
  Array uses({3, 1, 5});
  for (double& each : uses.data) each = 8;
  check_close("uses of each number of (3, 1, 5)", unbroadcast(dy, {3, 1, 5}), uses,
              "ones of shape (2, 3, 4, 5)", "Sums, not means.");
  // And the place is right: only one entry of the gradient is not zero.
  Array one({2, 3, 4});
  one[1 * 12 + 2 * 4 + 3] = 7;
  Array there({3, 1});
  there[2] = 7;
  check_close("where dy[1, 2, 3] goes in (3, 1)", unbroadcast(one, {3, 1}), there,
              "dy of shape (2, 3, 4) with one 7");
}
