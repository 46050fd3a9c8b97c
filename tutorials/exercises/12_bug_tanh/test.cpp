#include "tanh.hpp"

#include "course/checks.hpp"

CASE("near zero the slope is one") {
  const Array y = tanh_forward(Array({1}, {1e-9}));
  check_close("dx", tanh_backward(y, Array({1}, {1}))[0], 1, "x = 1e-9");
}

CASE("where tanh is flat, hardly anything is passed down") {
  const Array y = tanh_forward(Array({2}, {8, -8}));
  const Array dx = tanh_backward(y, Array({2}, {1, 1}));
  check_at_most("dx at 8", dx[0], 1e-6, "x = 8", "1 - tanh²(tanh 8) is 0.42: tanh was taken twice.");
  check_at_most("dx at -8", dx[1], 1e-6, "x = -8", "1 - tanh²(tanh -8) is 0.42: tanh was taken twice.");
}

CASE("every entry of the Jacobian is right") {
  check_jacobian("tanh", tanh_forward,
                 [](const Array& x, const Array& dy) { return tanh_backward(tanh_forward(x), dy); },
                 random_array({2, 3}, 1, -3, 3), "Between 0 and where it is flat the slope is wrong.");
}
