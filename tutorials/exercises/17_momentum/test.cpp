#include "momentum.hpp"

#include "course/checks.hpp"

CASE("without momentum it is plain descent") {
  Momentum m{.rate = 0.5, .momentum = 0};
  Array w({2}, {1, 2});
  m.step(w, Array({2}, {1, -1}));
  m.step(w, Array({2}, {1, -1}));
  check_close("w", w, Array({2}, {0, 3}), "w = (1, 2), g = (1, -1) twice, rate 0.5");
}

CASE("the same gradient again and again moves further each time") {
  Momentum m{.rate = 1, .momentum = 0.5};
  Array w({1});
  for (double expected : {-1.0, -2.5, -4.25}) {
    m.step(w, Array({1}, {1}));
    check_close(
        "w", w[0], expected, "g = 1 in every step, rate 1, momentum 0.5",
        "v = 1, then 1.5, then 1.75: the gradient is added in full, not (1 - momentum) of it.");
  }
}

CASE("it rolls on where the gradient is zero") {
  Momentum m{.rate = 1, .momentum = 0.5};
  Array w({1});
  m.step(w, Array({1}, {1}));
  m.step(w, Array({1}, {0}));
  check_close("w", w[0], -1.5, "g = 1, then 0; rate 1, momentum 0.5",
              "The velocity is kept between steps.");
}

CASE("each weight has its own velocity") {
  Momentum m{.rate = 1, .momentum = 0.5};
  Array w({2});
  m.step(w, Array({2}, {1, 0}));
  m.step(w, Array({2}, {0, 1}));
  check_close("w", w, Array({2}, {-1.5, -1}), "g = (1, 0), then (0, 1)",
              "One velocity was shared by all.");
}

CASE("nesterov looks a step ahead") {
  Momentum m{.rate = 1, .momentum = 0.5, .nesterov = true};
  Array w({1});
  m.step(w, Array({1}, {1}));
  check_close("w", w[0], -1.5, "g = 1, rate 1, momentum 0.5",
              "w moves by g + momentum · v, with the new v.");
  m.step(w, Array({1}, {1}));
  check_close("w", w[0], -3.25, "g = 1 twice", "w moves by g + momentum · v, with the new v.");
}

CASE("the rate scales the step, not the memory") {
  Momentum m{.rate = 1, .momentum = 0.5};
  Array w({1});
  m.step(w, Array({1}, {1}));
  m.rate = 0.1;
  m.step(w, Array({1}, {0}));
  check_close("w", w[0], -1.05, "g = 1 at rate 1, then 0 at rate 0.1",
              "The velocity held the old rate: a schedule would act too late.");
}

CASE("gradients add up, older ones with less weight") {
  const Array g = random_array({3}, 1, -2, 2);
  Momentum m{.rate = 1, .momentum = 0.5};
  Array w({1});
  for (std::size_t t = 0; t < 3; ++t) m.step(w, Array({1}, {g[t]}));
  check_close("w", w[0], -(1.75 * g[0] + 1.5 * g[1] + g[2]),
              "g = " + to_string(g) + ", rate 1, momentum 0.5");
}
