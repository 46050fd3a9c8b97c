#include "condition.hpp"

#include "course/checks.hpp"

CASE("class 2 of 4 is 0 0 1 0, after the features") {
  check_close("the row", with_condition(Array({1, 2}, {7, 8}), {2}, 4),
              Array({1, 6}, {7, 8, 0, 0, 1, 0}), "features 7 8, class 2 of 4",
              "Features first, then a column for each class, of which one is 1.");
}

CASE("every row gets its own class") {
  const Array x = random_array({4, 3}, 1);
  const std::vector<std::size_t> labels = {1, 0, 2, 1};
  const Array y = with_condition(x, labels, 3);
  check_equal("the shape", y.shape, {4, 6}, "x (4, 3), 3 classes");
  for (std::size_t n = 0; n < 4; ++n)
    for (std::size_t j = 0; j < 6; ++j)
      check_close("row " + std::to_string(n) + ", column " + std::to_string(j), y.at(n, j),
                  j < 3 ? x.at(n, j) : (j - 3 == labels[n] ? 1.0 : 0.0), "labels 1 0 2 1",
                  "Row n has the label labels[n], and its columns come one after another.");
}

CASE("a label that is not a class is refused") {
  const Array x = random_array({2, 3}, 2);
  check_throws(
      "a label too large",
      [&] {
        with_condition(x, {0, 3}, 3);
      },
      "label", "labels 0 3, 3 classes",
      "Class 3 of 3 would be written into the next row: throw instead.");
}

CASE("the gradient of the features passes, that of the class is dropped") {
  const std::vector<std::size_t> labels = {2, 0};
  check_jacobian(
      "dx", [&](const Array& x) { return with_condition(x, labels, 3); },
      [](const Array&, const Array& dy) { return with_condition_backward(dy, 3); },
      random_array({2, 2}, 3), "dx is the part of dy that belongs to the features.");
}
