#include "dot.hpp"

#include "course/checks.hpp"

namespace {

/// A number that knows how many operations had to be done one after the other to make it.
struct Counted {
  double value = 0;
  std::size_t waited = 0;
  static inline std::size_t operations = 0;
};
Counted operator+(const Counted& a, const Counted& b) {
  ++Counted::operations;
  return {a.value + b.value, std::max(a.waited, b.waited) + 1};
}
Counted operator*(const Counted& a, const Counted& b) {
  ++Counted::operations;
  return {a.value * b.value, std::max(a.waited, b.waited) + 1};
}

}  // namespace

CASE("it is the sum of the products, whatever the length") {
  for (std::size_t n : {0u, 1u, 7u, 8u, 9u, 31u, 100u}) {
    const Array a = random_array({n}, 1), b = random_array({n}, 2);
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += a[i] * b[i];
    check_close("dot(a, b)", dot(a.data, b.data), sum, std::to_string(n) + " numbers", "Terms are left over at the end.");
  }
}

CASE("at most an eighth of the operations wait for each other") {
  const std::vector<Counted> a(800, {1}), b(800, {2});
  const Counted result = dot(a, b);
  check_close("dot(a, b)", result.value, 1600, "800 ones and twos");
  check_at_most("operations one after the other", static_cast<double>(result.waited), 116, "800 numbers",
                "One sum waits for itself 800 times; two wait 400 times.");
}

CASE("no more is computed than before") {
  const std::vector<Counted> a(800, {1}), b(800, {2});
  Counted::operations = 0;
  dot(a, b);
  check_at_most("operations", static_cast<double>(Counted::operations), 1640, "800 numbers", "Each product is made once.");
}
