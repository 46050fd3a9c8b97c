#include "vae_loss.hpp"

#include "course/checks.hpp"

namespace {
Array filled(std::vector<std::size_t> shape, double value) {
  Array a(shape);
  for (double& each : a.data) each = value;
  return a;
}
}  // namespace

CASE("a perfect image from a code that says nothing costs nothing") {
  const Array x = random_array({3, 4}, 1);
  check_close("the loss", vae_loss(x, x, Array({3, 2}), Array({3, 2})), 0, "y = x, mean 0, variance 1");
}

CASE("twice as many pixels, each as wrong, cost twice as much") {
  for (std::size_t pixels : {5u, 10u, 20u})
    check_close("the loss", vae_loss(filled({2, pixels}, 1), Array({2, pixels}), Array({2, 3}), Array({2, 3})),
                static_cast<double>(pixels) / 2, std::to_string(pixels) + " pixels, each off by 1",
                "The bound sums over the pixels of an image.");
}

CASE("twice as many images, each as wrong, cost the same") {
  for (std::size_t images : {1u, 2u, 8u})
    check_close("the loss", vae_loss(filled({images, 5}, 1), Array({images, 5}), filled({images, 3}, 2), Array({images, 3})),
                2.5 + 6, std::to_string(images) + " images, each pixel off by 1, each mean 2",
                "A mean is taken only over images.");
}

CASE("each latent dimension costs its divergence from a standard normal") {
  const Array mean = random_array({4, 3}, 2, -2, 2), log_variance = random_array({4, 3}, 3, -2, 2);
  double expected = 0;
  for (std::size_t i = 0; i < 12; ++i)
    expected += (mean[i] * mean[i] + std::exp(log_variance[i]) - 1 - log_variance[i]) / 2 / 4;
  check_close("the loss", vae_loss(Array({4, 6}), Array({4, 6}), mean, log_variance), expected,
              "4 images, 3 latent dimensions", "The bound sums over the code of an image.");
}
