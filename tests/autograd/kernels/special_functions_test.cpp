#include "hourglass/autograd/kernels/special_functions.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace hourglass::testing { namespace {

TEST(Digamma, HasItsKnownValues) {
  const double gamma = std::numbers::egamma;
  EXPECT_NEAR(digamma(1), -gamma, 1e-14);
  EXPECT_NEAR(digamma(0.5), -gamma - 2 * std::numbers::ln2, 1e-14);
  EXPECT_NEAR(digamma(0.25), -gamma - std::numbers::pi / 2 - 3 * std::numbers::ln2, 1e-14);
  EXPECT_NEAR(digamma(10), 2.2517525890667211, 1e-14);
  EXPECT_NEAR(digamma(1e6), 13.815510057964191, 1e-13);
  EXPECT_NEAR(digamma(1e-8), -1e8 - gamma, 1e-6);
  for (double x : {0.1, 3.7, 9.5, 42.0}) EXPECT_NEAR(digamma(x + 1) - digamma(x), 1 / x, 1e-13);
}

TEST(LogGamma, IsTheLogarithmOfAFactorial) {
  EXPECT_NEAR(log_gamma(11), std::log(3628800), 1e-13);
  EXPECT_NEAR(log_gamma(0.5), std::log(std::numbers::pi) / 2, 1e-15);
}

TEST(DifferencesOfGammaFunctions, AreSumsOverTheStepsBetween) {
  for (double x : {0.5, 20.0, 999.5, 1e3, 1e6, 1e9}) {
    double logarithms = 0, inverses = 0;
    for (int i = 0; i < 255; ++i) {
      logarithms += std::log(x + i);
      inverses += 1 / (x + i);
    }
    EXPECT_NEAR(log_gamma_difference(x, 255), logarithms, 1e-11 * (1 + logarithms)) << x;
    EXPECT_NEAR(digamma_difference(x, 255), inverses, 1e-12 * (1 + inverses)) << x;
  }
}

}  // namespace
}  // namespace hourglass::testing
