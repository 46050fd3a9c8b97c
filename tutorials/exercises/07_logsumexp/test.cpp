#include "logsumexp.hpp"

#include "course/checks.hpp"

namespace {
constexpr double infinity = std::numeric_limits<double>::infinity();
}

CASE("it is the logarithm of the sum of the exponentials") {
  const Array x = random_array({6}, 1, -3, 3);
  double sum = 0;
  for (double each : x.data) sum += std::exp(each);
  check_close("logsumexp(x)", logsumexp(x.data), std::log(sum), "x = " + to_string(x));
}

CASE("adding a number to every x adds it to the result") {
  const Array x = random_array({4}, 2);
  const double here = logsumexp(x.data);
  for (double shift : {1000.0, -1000.0}) {
    std::vector<double> moved = x.data;
    for (double& each : moved) each += shift;
    check_close("logsumexp(x + shift) - shift", logsumexp(moved) - shift, here,
                "shift = " + std::to_string(shift),
                shift > 0 ? "exp(1000) overflows." : "exp(-1000) is 0, and log 0 is no answer.", 1e-9);
  }
}

CASE("numbers far apart do not lose the large one") {
  check_close("logsumexp", logsumexp({-800, 0, -900}), 0, "x = (-800, 0, -900)",
              "Is it the largest that is subtracted, or the first?");
  check_close("logsumexp", logsumexp({0, 800}), 800, "x = (0, 800)",
              "Is it the largest that is subtracted, or the first?");
}

CASE("terms that are 0 add nothing") {
  check_close("logsumexp", logsumexp({-infinity, 2}), 2, "x = (-inf, 2)");
  check_true("logsumexp is -inf", logsumexp({-infinity, -infinity}) == -infinity, "x = (-inf, -inf)",
             "-inf minus -inf is NaN: look at the edge first.");
}
