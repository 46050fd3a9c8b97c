#include "broadcast.hpp"

#include "course/checks.hpp"

CASE("equal shapes stay as they are") {
  check_equal("the shape", broadcast_shape({2, 3}, {2, 3}), Shape{2, 3}, "(2, 3) and (2, 3)");
  check_equal("the shape", broadcast_shape({}, {}), Shape{}, "() and (), two numbers");
}

CASE("an axis of length 1 is stretched, on either side") {
  check_equal("the shape", broadcast_shape({2, 1}, {1, 3}), Shape{2, 3}, "(2, 1) and (1, 3)");
  check_equal("the shape", broadcast_shape({1, 3}, {2, 1}), Shape{2, 3}, "(1, 3) and (2, 1)");
}

CASE("shapes are aligned at their last axes") {
  check_equal("the shape", broadcast_shape({4, 2, 3}, {3}), Shape{4, 2, 3}, "(4, 2, 3) and (3)",
              "A bias belongs to the last axis.");
  check_equal("the shape", broadcast_shape({2, 1}, {5, 1, 7}), Shape{5, 2, 7},
              "(2, 1) and (5, 1, 7)", "The shorter shape may come first.");
  check_equal("the shape", broadcast_shape({}, {2, 3}), Shape{2, 3}, "() and (2, 3)");
}

CASE("an empty axis stays empty") {
  check_equal("the shape", broadcast_shape({0, 3}, {1, 3}), Shape{0, 3}, "(0, 3) and (1, 3)",
              "1 is stretched to 0, too: the longer of the two is not always meant.");
}

CASE("lengths that differ and are not 1 are refused") {
  check_throws("broadcast_shape", [] { broadcast_shape({2, 3}, {2, 4}); }, "broadcast",
               "(2, 3) and (2, 4)");
  check_throws("broadcast_shape", [] { broadcast_shape({2, 3}, {2}); }, "broadcast", "(2, 3) and (2)",
               "They were aligned at their first axes.");
  check_throws("broadcast_shape", [] { broadcast_shape({4}, {8}); }, "broadcast", "(4) and (8)",
               "8 is a multiple of 4, but repeating is not broadcasting.");
}
