#include "slerp.hpp"

#include "course/checks.hpp"

namespace {
double length(const Array& a) {
  double sum = 0;
  for (double each : a.data) sum += each * each;
  return std::sqrt(sum);
}
Array with_length(Array a, double wanted) {
  const double had = length(a);
  for (double& each : a.data) each *= wanted / had;
  return a;
}
}  // namespace

CASE("the walk begins at a and ends at b") {
  const Array a = random_array({5}, 1), b = random_array({5}, 2);
  check_close("the point at t = 0", slerp(a, b, 0), a,
              "a = " + to_string(a) + ", b = " + to_string(b));
  check_close("the point at t = 1", slerp(a, b, 1), b,
              "a = " + to_string(a) + ", b = " + to_string(b));
}

CASE("a third of a quarter turn is 30 degrees") {
  check_close("the point at t = 1/3", slerp(Array({2}, {1, 0}), Array({2}, {0, 1}), 1.0 / 3),
              Array({2}, {std::sqrt(3.0) / 2, 0.5}), "from (1, 0) to (0, 1)",
              "Equal shares of t have to be equal angles: a straight line, stretched or not, does "
              "not do that.");
}

CASE("between codes of one length every code has that length") {
  const Array a = with_length(random_array({20}, 3), 4.5),
              b = with_length(random_array({20}, 4), 4.5);
  for (double t : {0.1, 0.5, 0.8})
    check_close("the length", length(slerp(a, b, t)), 4.5,
                "20 numbers, |a| = |b| = 4.5, t = " + std::to_string(t),
                "The angle is between directions: divide a·b by both lengths.");
}

CASE("codes of different length keep their own") {
  check_close("the point at t = 1/2", slerp(Array({2}, {2, 0}), Array({2}, {0, 1}), 0.5),
              Array({2}, {std::sqrt(2.0), std::sqrt(0.5)}), "from (2, 0) to (0, 1)",
              "The weights are for a and b themselves, not for their directions.");
}

CASE("from a code to itself, or to its double, the walk is straight") {
  const Array a = random_array({7}, 5, 0.1, 1), twice = with_length(a, 2 * length(a));
  check_close("the point", slerp(a, a, 0.3), a, "b = a", "sin θ is 0: 0 / 0 is NaN.");
  check_close("the length", length(slerp(a, twice, 0.5)), 1.5 * length(a), "b = 2a, t = 1/2",
              "A cosine that rounding made larger than 1 has no acos.");
}
