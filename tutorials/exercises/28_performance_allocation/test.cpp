#include "smooth.hpp"

#include "course/checks.hpp"

namespace {

/// By its definition, round for round.
std::vector<double> plain(std::vector<double> x, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    const std::vector<double> before = x;
    const std::size_t n = x.size();
    for (std::size_t i = 0; i < n; ++i)
      x[i] = (before[i == 0 ? 0 : i - 1] + before[i] + before[i + 1 == n ? i : i + 1]) / 3;
  }
  return x;
}

}  // namespace

CASE("it smooths") {
  check_close("smooth(x, 1)", smooth({0, 3, 0, 0}, 1), {1, 1, 1, 0}, "x = (0, 3, 0, 0)",
              "Neighbours as they were before the round, not as the round has made them.");
  const Array x = random_array({20}, 1);
  for (int rounds : {0, 1, 2, 5})
    check_close("smooth(x, " + std::to_string(rounds) + ")", smooth(x.data, rounds), plain(x.data, rounds), "20 numbers");
}

CASE("short signals are signals, too") {
  check_close("smooth((6), 3)", smooth({6}, 3), {6}, "one number");
  check_close("smooth((), 3)", smooth({}, 3), std::vector<double>{}, "no number");
  check_close("smooth((0, 3), 1)", smooth({0, 3}, 1), {1, 2}, "two numbers");
}

CASE("a thousand rounds ask for memory twice") {
  const Array x = random_array({100}, 2);
  const auto asked = count_allocations([&] { smooth(x.data, 1000); });
  check_at_most("allocations", static_cast<double>(asked), 3, "100 numbers, 1,000 rounds (one is the argument's own copy)",
                "Whatever is made inside the loop is asked for in every round.");
}
