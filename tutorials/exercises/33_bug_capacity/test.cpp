#include "capacity_loss.hpp"

#include "course/checks.hpp"

CASE("without a capacity it is the loss of a plain VAE") {
  for (double kl : {0.0, 0.5, 5.0})
    check_close("the loss", capacity_loss(100, kl), 100 + kl,
                "reconstruction 100, KL " + std::to_string(kl),
                "With the default capacity all of the divergence has to count.");
}

CASE("the divergence has a slope, so that training feels it") {
  check_close("d loss / d KL", capacity_slope(5, 4), 4, "KL 5, γ 4, capacity 0",
              "Where the slope is 0 the term does not train anything.", 1e-6);
}

CASE(
    "a code that carries more than its capacity is drawn down, one that carries less is drawn up") {
  const double gamma = random_array({1}, 1, 1, 10)[0];
  check_close("d loss / d KL", capacity_slope(25, gamma, 20), gamma, "KL 25, capacity 20",
              "Above the capacity every nat costs γ.", 1e-6);
  check_close("d loss / d KL", capacity_slope(12, gamma, 20), -gamma, "KL 12, capacity 20",
              "Below the capacity one more nat has to be a gain.", 1e-6);
}

CASE("a code that carries its capacity costs the reconstruction alone") {
  const double capacity = random_array({1}, 2, 1, 30)[0];
  check_close("the loss", capacity_loss(7, capacity, 1000, capacity), 7, "KL = capacity, γ 1000",
              "At the capacity nothing is added.");
}
