#include "k_nearest.hpp"

#include "course/checks.hpp"

CASE("with k = 1 a known row has its own class") {
  const Array known = random_array({6, 3}, 1);
  check_equal("the classes", k_nearest(known, known, {2, 0, 1, 1, 0, 2}, 1), {2, 0, 1, 1, 0, 2},
              "6 known rows", "The nearest is the one with the smallest distance.");
}

CASE("three votes overrule the very nearest") {
  const Array known({4, 1}, {0, 1, 2, 50});
  check_equal("the class", k_nearest(Array({1, 1}, {-1}), known, {0, 1, 1, 0}, 3), {1},
              "x = -1; known 0, 1, 2, 50 of classes 0, 1, 1, 0; k = 3",
              "Count the votes of the k nearest, and of no others.");
}

CASE("no more than k have a vote") {
  const Array known({5, 1}, {1, 2, 9, 9, 9});
  check_equal("the class", k_nearest(Array({1, 1}, {0}), known, {1, 1, 0, 0, 0}, 3), {1},
              "x = 0; known 1, 2 of class 1 and three times 9 of class 0; k = 3",
              "Count the votes of the k nearest, and of no others.");
}

CASE("ties go to the row that comes first and to the lowest class") {
  const Array known({3, 1}, {-1, 1, 1});
  check_equal("the class", k_nearest(Array({1, 1}, {0}), known, {2, 0, 0}, 1), {2},
              "three rows at distance 1, classes 2, 0, 0; k = 1",
              "Of rows equally near the first in `known` is taken.");
  check_equal("the class", k_nearest(Array({1, 1}, {0}), known, {2, 1, 1}, 2), {1},
              "the same with classes 2, 1, 1; k = 2",
              "One vote each for 2 and 1: the lowest of these classes.");
}

CASE("a little off in many directions is nearer than far off in one") {
  // from the origin: (3, 3, 3) has Σ² 27 and Σ|·| 9; (5.5, 0, 0) has 30.25 and 5.5
  check_equal("the class", k_nearest(Array({1, 3}), Array({2, 3}, {3, 3, 3, 5.5, 0, 0}), {0, 1}, 1),
              {0}, "x = 0; known (3, 3, 3) and (5.5, 0, 0)",
              "Differences are squared, then added up.");
}

CASE("if all have a vote, all rows get the most common class") {
  const Array x = random_array({20, 2}, 2), known = random_array({30, 2}, 3);
  std::vector<std::size_t> labels;
  for (std::size_t m = 0; m < 30; ++m) labels.push_back(known.at(m, 0) > 0 ? 1 : 0);
  const auto ones = static_cast<std::size_t>(std::count(labels.begin(), labels.end(), 1u));
  check_equal("the classes", k_nearest(x, known, labels, 30),
              std::vector<std::size_t>(20, ones > 15 ? 1 : 0), "k = 30 of 30");
}
