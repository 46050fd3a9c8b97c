#include "iwae_bound.hpp"

#include "course/checks.hpp"

CASE("with one draw it is the ordinary bound") {
  const Array l = random_array({1, 4}, 1, -5, 5);
  check_close("the bound", iwae_bound(l), (l[0] + l[1] + l[2] + l[3]) / 4,
              "one draw for each of 4 examples");
}

CASE("weights 1 and 3 have the mean 2") {
  check_close("the bound", iwae_bound(Array({2, 1}, {0, std::log(3.0)})), std::log(2.0),
              "weights 1 and 3",
              "The logarithm of the mean of the weights, not the mean of their logarithms.");
}

CASE("the same draw k times says no more than once") {
  for (std::size_t k : {1u, 2u, 64u}) {
    Array l({k, 1});
    for (double& each : l.data) each = -3;
    check_close("the bound", iwae_bound(l), -3, std::to_string(k) + " draws of log-weight -3",
                "A mean over the draws: divide by k inside the logarithm.");
  }
}

CASE("an example counts only its own draws, and all examples count equally") {
  const Array l = random_array({3, 2}, 2, -5, 5);
  double product = 1;
  for (std::size_t b = 0; b < 2; ++b)
    product *= (std::exp(l.at(0, b)) + std::exp(l.at(1, b)) + std::exp(l.at(2, b))) / 3;
  check_close("the bound", iwae_bound(l), std::log(product) / 2, "3 draws for each of 2 examples",
              "Draws are rows, examples are columns.");
}

CASE("weights of a real image, about exp(-800), are not lost") {
  check_close("the bound", iwae_bound(Array({2, 2}, {-800, -801, -800, -801})), -800.5,
              "log-weights -800 and -801", "exp(-800) is 0 in a double: stay with logarithms.");
}
