#include "broadcast.hpp"

#include "course/checks.hpp"

namespace {

std::string text(const Shape& shape) {
  std::string all;
  for (std::size_t n : shape) all += (all.empty() ? "" : ", ") + std::to_string(n);
  return "(" + all + ")";
}

void check_shape(const Shape& a, const Shape& b, const Shape& expected,
                 const std::string& advice = "") {
  const std::string input = text(a) + " and " + text(b);
  std::string got;
  try {
    got = text(broadcast_shape(a, b));
  } catch (const std::exception& error) {
    got = std::string("an exception: ") + error.what();
  }
  check_equal("the shape", got, text(expected), input, advice);
}

}  // namespace

CASE("equal shapes stay as they are") {
  check_shape({2, 3}, {2, 3}, {2, 3});
  check_shape({}, {}, {}, "The shapes of two numbers.");
}

CASE("an axis of length 1 is stretched, on either side") {
  check_shape({2, 1}, {1, 3}, {2, 3});
  check_shape({1, 3}, {2, 1}, {2, 3});
}

CASE("shapes are aligned at their last axes") {
  check_shape({4, 2, 3}, {3}, {4, 2, 3}, "A bias belongs to the last axis.");
  check_shape({2, 1}, {5, 1, 7}, {5, 2, 7}, "The shorter shape may come first.");
  check_shape({}, {2, 3}, {2, 3});
}

CASE("an empty axis stays empty") {
  check_shape({0, 3}, {1, 3}, {0, 3},
              "1 is stretched to 0 too: it is not always the longer that counts.");
}

CASE("it is so for any lengths") {
  for (unsigned series = 0; series < 10; ++series) {
    Shape a, b, both;
    for (double x : random_array({4}, series, 2, 99).data) {
      const auto length = static_cast<std::size_t>(x);
      both.push_back(length);
      a.push_back(length % 3 == 0 ? 1 : length);
      b.push_back(length % 3 == 1 ? 1 : length);
    }
    a.erase(a.begin(), a.begin() + series % 3);
    for (std::size_t i = 0; i < series % 3; ++i) both[i] = b[i];
    check_shape(a, b, both);
    check_shape(b, a, both);
  }
}

CASE("lengths that differ and are not 1 are refused") {
  check_throws(
      "broadcast_shape",
      [] {
        broadcast_shape({2, 3}, {2, 4});
      },
      "broadcast", "(2, 3) and (2, 4)");
  check_throws(
      "broadcast_shape",
      [] {
        broadcast_shape({2, 3}, {2});
      },
      "broadcast", "(2, 3) and (2)", "They were aligned at their first axes.");
  check_throws(
      "broadcast_shape", [] { broadcast_shape({4}, {8}); }, "broadcast", "(4) and (8)",
      "8 is a multiple of 4, but repeating is not broadcasting.");
}
