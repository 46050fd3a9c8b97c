#include "sum_axis.hpp"

#include "course/checks.hpp"

namespace {

/// By its definition, with three indices.
Array by_hand(const Array& x, std::size_t axis) {
  std::vector<std::size_t> shape = x.shape;
  shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  Array y(shape);
  for (std::size_t a = 0; a < x.shape[0]; ++a)
    for (std::size_t b = 0; b < x.shape[1]; ++b)
      for (std::size_t c = 0; c < x.shape[2]; ++c) {
        const std::size_t index[] = {a, b, c};
        std::size_t place = 0;
        for (std::size_t k = 0; k < 3; ++k)
          if (k != axis) place = place * x.shape[k] + index[k];
        y[place] += x[(a * x.shape[1] + b) * x.shape[2] + c];
      }
  return y;
}

std::string named(std::size_t axis) { return "x of shape (2, 3, 4), axis " + std::to_string(axis); }

}  // namespace

CASE("rows and columns of a matrix are summed") {
  const Array x({2, 3}, {1, 2, 3, 10, 20, 30});
  check_close("along axis 0", sum_axis(x, 0), Array({3}, {11, 22, 33}), "x = " + to_string(x),
              "Axis 0 counts the rows: summing along it adds row to row.");
  check_close("along axis 1", sum_axis(x, 1), Array({2}, {6, 60}), "x = " + to_string(x));
}

CASE("every axis of a cube is summed, and is gone from the shape") {
  const Array x = random_array({2, 3, 4}, 1);
  for (std::size_t axis = 0; axis < 3; ++axis)
    check_close("the sum", sum_axis(x, axis), by_hand(x, axis), named(axis),
                "The middle axis needs both the outer and the inner part.");
}

CASE("backward gives every entry its sum's gradient") {
  const Array x = random_array({2, 3, 4}, 2);
  for (std::size_t axis = 0; axis < 3; ++axis)
    check_jacobian(
        "sum along axis " + std::to_string(axis), [&](const Array& a) { return sum_axis(a, axis); },
        [&](const Array& a, const Array& dy) { return sum_axis_backward(a, axis, dy); }, x,
        "Each x went into one y with slope 1: not a share of it, and not x.");
}
