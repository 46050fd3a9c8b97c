#include "power_iteration.hpp"

#include "course/checks.hpp"

namespace {

double dot(const Array& a, const Array& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

/// A covariance with known eigenvalues: along two directions at an angle, and along the third axis.
Array known(double first, double second, double third, double angle) {
  const double c = std::cos(angle), s = std::sin(angle);
  return Array({3, 3}, {first * c * c + second * s * s, (first - second) * c * s, 0,
                        (first - second) * c * s, first * s * s + second * c * c, 0, 0, 0, third});
}

}  // namespace

CASE("for a diagonal matrix it is the axis of the largest entry") {
  const Eigen e = largest_eigenvector(Array({3, 3}, {1, 0, 0, 0, 5, 0, 0, 0, 2}));
  check_close("the eigenvalue", e.value, 5, "diagonal (1, 5, 2)", "", 1e-8);
  check_close("|v₁|", std::abs(e.vector[1]), 1, "diagonal (1, 5, 2)", "The vector has length 1.", 1e-7);
}

CASE("the vector has length one, and the matrix only stretches it") {
  const Array c = known(4, 2, 1, 0.3 + random_array({1}, 1, 0, 1)[0]);
  const Eigen e = largest_eigenvector(c);
  check_close("the length", std::sqrt(dot(e.vector, e.vector)), 1, "c = " + to_string(c), "The vector has length 1.");
  check_close("the eigenvalue", e.value, 4, "c = " + to_string(c),
              "Is it the factor by which c stretches a vector of length 1?", 1e-8);
  const Array stretched = matmul(c, e.vector);
  Array expected = e.vector;
  for (double& each : expected.data) each *= 4;
  check_close("c v", stretched, expected, "c = " + to_string(c), "", 1e-6);
}

CASE("it goes on until the vector no longer turns") {
  const Eigen e = largest_eigenvector(known(1, 0.98, 0.1, 1.1));
  check_close("the eigenvalue", e.value, 1, "eigenvalues 1, 0.98, 0.1",
              "The second is nearly as large as the first: it takes a thousand steps.", 1e-8);
}

CASE("large numbers do not overflow and small ones do not vanish") {
  check_close("the eigenvalue ÷ 1e150", largest_eigenvector(Array({1, 1}, {1e150})).value / 1e150, 1,
              "c = (1e150)", "Bring the vector to length 1 in every step.", 1e-8);
  const Array small({2, 2}, {2e-12, 0, 0, 1e-12});
  check_close("the eigenvalue ÷ 1e-12", largest_eigenvector(small).value / 1e-12, 2, "diagonal (2e-12, 1e-12)",
              "Was it stopped by the eigenvalue's size instead of the vector's turning?", 1e-8);
}
