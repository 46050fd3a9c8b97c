#include "standardize.hpp"

#include "course/checks.hpp"

CASE("the scale is that of the training rows") {
  // training column: 1, 3 (mean 2, deviation 1), 10, 30 (mean 20, deviation 10)
  const Split scaled = standardize({Array({2, 2}, {1, 10, 3, 30}), Array({1, 2}, {7, 0})});
  check_close("the training rows", scaled.train, Array({2, 2}, {-1, -1, 1, 1}),
              "training (1, 10), (3, 30), test (7, 0)",
              "Mean 0 and deviation 1 in the training rows, column by column.");
  check_close("the test row", scaled.test, Array({1, 2}, {5, -2}), "the same",
              "The test rows are scaled by the mean and deviation of the training rows.");
}

CASE("training rows do not know what the test rows are") {
  const Array train = random_array({8, 3}, 1);
  const Array absurd = random_array({5, 3}, 2, 1000, 2000);
  check_close(
      "the training rows", standardize({train, absurd}).train, standardize({train, train}).train,
      "the same training rows with other test rows",
      "Something learnt on test rows is in the training rows: the test is no longer a test.");
}

CASE("a test row is scaled the same way alone and among others") {
  const Array train = random_array({8, 2}, 3, -3, 9), test = random_array({4, 2}, 4, -3, 9);
  const Array together = standardize({train, test}).test;
  for (std::size_t i = 0; i < 4; ++i) {
    const Array row({1, 2}, {test.at(i, 0), test.at(i, 1)});
    check_close("the row", standardize({train, row}).test,
                Array({1, 2}, {together.at(i, 0), together.at(i, 1)}),
                "test row " + std::to_string(i) + " alone, and with 3 others",
                "What is said of a row must not depend on the company it comes in.");
  }
}

CASE("a column without any variation is only shifted") {
  const Split scaled = standardize({Array({3, 1}, {4, 4, 4}), Array({1, 1}, {6})});
  check_close("the test row", scaled.test, Array({1, 1}, {2}), "training 4, 4, 4, test 6",
              "A deviation of 0 counts as 1.");
}
