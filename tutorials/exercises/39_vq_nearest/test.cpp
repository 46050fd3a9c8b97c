#include "vq.hpp"

#include "course/checks.hpp"

CASE("a row chooses what is nearest, not what is longest") {
  const Array e({3, 2}, {10, 10, 1, 1, -1, 0});
  check_equal("the choices", nearest(Array({3, 2}, {1.5, 2, -3, 0.5, 7, 8}), e), {1, 2, 0},
              "z = (1.5, 2), (-3, 0.5), (7, 8); e = (10, 10), (1, 1), (-1, 0)",
              "The smallest sum of squared differences, for each row.");
}

CASE("of two equally near vectors the first is taken") {
  check_equal("the choice", nearest(Array({1, 1}, {0}), Array({3, 1}, {5, 2, -2})), {1},
              "z = 0, e = 5, 2, -2", "A later one has to be nearer, not equally near.");
}

CASE("the loss is the mean over rows of both squared distances") {
  // z = 1 and 5; both choose 2: squared distances 1 and 9
  check_close("the loss", vq_loss(Array({2, 1}, {1, 5}), Array({2, 1}, {2, -20}), 0.25).loss,
              1.25 * 5, "z = 1 and 5, e = 2 and -20, β = ¼", "(1 + β) times the mean of 1 and 9.");
}

CASE("z is drawn to its vector by β, the vector to all rows that chose it") {
  const Array z = random_array({5, 3}, 1), e = random_array({2, 3}, 2);
  const double beta = 0.25;
  const std::vector<std::size_t> choice = nearest(z, e);
  // The same loss with the choice held, and with either side alone as the variable.
  const auto distance = [&](const Array& a, const Array& b, double weight) {
    Array sum({1});
    for (std::size_t i = 0; i < 5; ++i)
      for (std::size_t j = 0; j < 3; ++j) {
        const double d = a.at(i, j) - b.at(choice[i], j);
        sum[0] += weight * d * d / 5;
      }
    return sum;
  };
  check_jacobian(
      "dz", [&](const Array& x) { return distance(x, e, beta); },
      [&](const Array&, const Array&) { return vq_loss(z, e, beta).dz; }, z,
      "Only the second term moves z: 2 β (z - e) / n.");
  check_jacobian(
      "de", [&](const Array& x) { return distance(z, x, 1); },
      [&](const Array&, const Array&) { return vq_loss(z, e, beta).de; }, e,
      "Only the first term moves e, and it adds up over the rows that chose it.");
}

CASE("a vector that nobody chose does not move") {
  const Array de = vq_loss(Array({2, 2}, {1, 1, 2, 2}), Array({2, 2}, {1, 2, 90, 90}), 1).de;
  check_close("de of the far vector", de.at(1, 0), 0, "z = (1, 1), (2, 2); e = (1, 2), (90, 90)");
}
