#include "decode.hpp"

#include "course/checks.hpp"

CASE("a negative value can be reconstructed") {
  const Array one({1, 1}, {1}), b1({1});
  for (double target : {1.5, -1.5})
    check_close(
        "the reconstruction", decode(one, one, b1, Array({1, 1}, {target}), Array({1})),
        Array({1, 1}, {target}),
        "one latent dimension, hidden value 1, last weight " + std::to_string(target),
        "Standardised data are negative half of the time: every number has to be in reach.");
}

CASE("the hidden layer still has its ReLU") {
  const Array z({2, 1}, {2, -2}), w1({1, 1}, {-1}), w2({1, 1}, {3});
  check_close("the reconstructions", decode(z, w1, Array({1}), w2, Array({1}, {-1})),
              Array({2, 1}, {-1, 5}),
              "z = 2 and -2, times -1, with the ReLU 0 and 2, times 3, minus 1",
              "Two layers without a ReLU between them are one matrix.");
}

CASE("the last layer is linear: its weights and bias times -2, the reconstruction times -2") {
  const Array z = random_array({3, 2}, 1), w1 = random_array({2, 5}, 2), b1 = random_array({5}, 3);
  Array w2 = random_array({5, 4}, 4, -9, 9), b2 = random_array({4}, 5, -9, 9);
  Array once = decode(z, w1, b1, w2, b2);
  for (double& each : w2.data) each *= -2;
  for (double& each : b2.data) each *= -2;
  for (double& each : once.data) each *= -2;
  check_close("the reconstruction", decode(z, w1, b1, w2, b2), once,
              "(3, 2), hidden 5, last weights × -2",
              "What follows the last layer bends it or bounds its range.");
}
