#include "vae.hpp"

#include "course/checks.hpp"

namespace {
Draw fixed(const Array& noise) {
  return [noise](std::vector<std::size_t>) { return noise; };
}

/// Standard normal numbers from uniform ones (Box and Muller 1958).
Array normals(std::vector<std::size_t> shape, unsigned series) {
  Array a(shape);
  const Array u = random_array(shape, 2 * series, 0, 1), v = random_array(shape, 2 * series + 1, 0, 1);
  for (std::size_t i = 0; i < a.size(); ++i)
    a[i] = std::sqrt(-2 * std::log(u[i])) * std::cos(2 * std::acos(-1.0) * v[i]);
  return a;
}

/// 5 images of 4 pixels with 2 numbers of code, all at random.
struct Example {
  Vae vae{random_array({4, 4}, 1), random_array({2, 4}, 2), random_array({1, 4}, 3)};
  Array x{{5, 4}, {1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 0}};
  Array noise = random_array({5, 2}, 4, -2, 2);

  /// The loss as a function of one of the VAE's parts, its gradient by yours held against differences.
  void check(const std::string& what, Array Vae::*part, const std::string& advice) const {
    check_jacobian(
        "the loss (y) in the " + what + " (x)",
        [&](const Array& value) {
          Vae changed = vae;
          changed.*part = value;
          const VaeStep step = vae_step(changed, x, fixed(noise));
          return Array({1}, {step.reconstruction + step.kl});
        },
        [&](const Array& value, const Array& dy) {
          Vae changed = vae;
          changed.*part = value;
          Array gradient = vae_step(changed, x, fixed(noise)).gradient.*part;
          for (double& each : gradient.data) each *= dy[0];
          return gradient;
        },
        vae.*part, advice);
  }
};

/// Four patterns: the left half of 8 pixels black or white, and the right half.
Array patterns() {
  Array x({16, 8});
  for (std::size_t i = 0; i < 16; ++i)
    for (std::size_t j = 0; j < 8; ++j) x.at(i, j) = static_cast<double>(j < 4 ? i / 2 % 2 : i % 2);
  return x;
}

/// A VAE after 600 steps on the patterns. The encoder has no bias, so a pixel that is always white
/// stands beside them.
struct Trained {
  Array x{{16, 9}};
  Vae vae{random_array({9, 4}, 20, -0.1, 0.1), random_array({2, 9}, 21, -0.1, 0.1), Array({1, 9})};
  double reconstruction = 0, kl = 0;  // the mean over the last steps

  Trained() {
    const Array bare = patterns();
    for (std::size_t i = 0; i < 16; ++i) {
      for (std::size_t j = 0; j < 8; ++j) x.at(i, j) = bare.at(i, j);
      x.at(i, 8) = 1;
    }
    Adam encoder{.rate = 0.03}, decoder{.rate = 0.03}, bias{.rate = 0.03};
    const unsigned steps = 600, last = 100;
    for (unsigned s = 0; s < steps; ++s) {
      const VaeStep step =
          vae_step(vae, x, [&](std::vector<std::size_t> shape) { return normals(shape, 100 + s); });
      if (s >= steps - last) reconstruction += step.reconstruction / last, kl += step.kl / last;
      encoder.step(vae.encoder, step.gradient.encoder);
      decoder.step(vae.decoder, step.gradient.decoder);
      bias.step(vae.bias, step.gradient.bias);
    }
  }
};
}  // namespace

CASE("a model that knows nothing pays log 2 per pixel, and nothing for the code") {
  for (std::size_t pixels : {2u, 6u})
    for (std::size_t images : {1u, 4u}) {
      const Vae vae{Array({pixels, 4}), Array({2, pixels}), Array({1, pixels})};
      const std::string input = std::to_string(images) + " images of " + std::to_string(pixels) +
                                " pixels, all weights 0";
      const VaeStep step = vae_step(vae, random_array({images, pixels}, 5, 0, 1), fixed(Array({images, 2})));
      check_close("the reconstruction", step.reconstruction, static_cast<double>(pixels) * std::log(2.0),
                  input, "A sum over the pixels of an image, a mean over the images.");
      check_close("the KL", step.kl, 0, input, "μ = 0 and log σ² = 0 is the prior itself.");
    }
}

CASE("one image, by hand") {
  // μ = 2, log σ² = log 4, so σ = 2 and z = 2 + 2 · ½ = 3; the logits are 3 + ½ and −3.
  const Vae vae{Array({2, 2}, {2, std::log(4.0), 5, 5}), Array({1, 2}, {1, -1}), Array({1, 2}, {0.5, 0})};
  const VaeStep step = vae_step(vae, Array({1, 2}, {1, 0}), fixed(Array({1, 1}, {0.5})));
  const std::string input = "x = (1, 0), μ = 2, log σ² = log 4, ε = ½, decoder (1, −1), bias (½, 0)";
  check_close("the KL", step.kl, (4 + 4 - 1 - std::log(4.0)) / 2, input,
              "The encoder's left columns are μ, its right columns log σ².");
  check_close("the reconstruction", step.reconstruction, std::log1p(std::exp(-3.5)) + std::log1p(std::exp(-3.0)),
              input, "z = μ + σ ε = 3 with σ = exp(½ log σ²) = 2, and the logits are (3.5, −3).");
}

CASE("a logit of 800 does not become infinity") {
  const Vae vae{Array({1, 2}), Array({1, 1}), Array({1, 1}, {800})};
  const VaeStep step = vae_step(vae, Array({2, 1}, {1, 0}), fixed(Array({2, 1})));
  check_close("the reconstruction", step.reconstruction, 400, "a bias of 800, one white pixel, one black",
              "log(1 + eˡ) is max(l, 0) + log(1 + e^−|l|), in which nothing overflows.");
}

CASE("the noise is drawn once, one number per latent dimension") {
  const Example example;
  int draws = 0;
  std::vector<std::size_t> asked;
  vae_step(example.vae, example.x, [&](std::vector<std::size_t> shape) {
    ++draws, asked = shape;
    return Array(shape);
  });
  check_equal("how often noise is drawn", draws, 1, "one step",
              "Backward needs the very noise of forward: draw it once and keep it.");
  check_equal("the requested shape", asked, {5, 2}, "5 images, 2 latent dimensions");
}

CASE("the bias gets its gradient") {
  Example().check("bias", &Vae::bias, "The derivative of log(1 + eˡ) − x l is σ(l) − x. The bias serves all images: "
                                      "sum over them, and divide by their number once.");
}

CASE("the decoder gets its gradient") {
  Example().check("decoder", &Vae::decoder, "matmul_backward of z and the decoder, from d logits.");
}

CASE("where the decoder does not listen, the encoder feels only the KL") {
  Example example;
  example.vae.decoder = Array({2, 4});
  example.check("encoder", &Vae::encoder,
                "The KL has gradients of its own: μ for μ and ½ (σ² − 1) for log σ², for each image, divided by the "
                "number of images.");
}

CASE("where it listens, the encoder feels both terms") {
  Example().check("encoder", &Vae::encoder,
                  "dz goes on through reparameterize_backward, into μ and into log σ², and joins the KL's gradients.");
}

CASE("600 steps of Adam teach it four patterns") {
  const Trained trained;
  const std::string input = "16 images of four patterns, the mean over the last 100 steps";
  check_at_most("reconstruction + KL", trained.reconstruction + trained.kl, 2.8, input,
                "About 2.2 is usual. Without a code it is 8 log 2 = 5.5 nats, and log 4 = 1.4 is the name of one of "
                "four patterns.");
  check_at_most("what the KL lacks to 1 nat", 1 - trained.kl, 0, input,
                "A KL near 0 says that the code has collapsed: its term weighs too much.");
}

CASE("rebuilt from the mean, each pattern is itself, each time the same") {
  const Trained trained;
  const Array once = rebuild(trained.vae, trained.x), twice = rebuild(trained.vae, trained.x);
  check_equal("the shape", once.shape, trained.x.shape, "16 images of 8 pixels and a constant one");
  for (std::size_t i = 0; i < 16; ++i)
    for (std::size_t j = 0; j < 9; ++j) {
      const std::string pixel = "image " + std::to_string(i) + ", pixel " + std::to_string(j);
      check_true("a probability", once.at(i, j) >= 0 && once.at(i, j) <= 1, pixel, "1 / (1 + e⁻ˡ), not the logit l.");
      check_equal("white or black, rounded", static_cast<long long>(once.at(i, j) + 0.5),
                  static_cast<long long>(trained.x.at(i, j)), pixel, "z is μ here.");
      check_true("the same again", once.at(i, j) == twice.at(i, j), pixel, "Without noise.");
    }
}

CASE("the mean of one image, rebuilt by hand") {
  const Vae vae{Array({2, 2}, {2, 1, 5, 5}), Array({1, 2}, {1, -1}), Array({1, 2}, {0.5, 0})};
  check_close("the probabilities", rebuild(vae, Array({1, 2}, {1, 0})),
              Array({1, 2}, {1 / (1 + std::exp(-2.5)), 1 / (1 + std::exp(2.0))}),
              "x = (1, 0), μ = 2, decoder (1, −1), bias (½, 0)",
              "z = μ = 2, so the logits are (2.5, −2); then 1 / (1 + e⁻ˡ).");
}

CASE("five images at random are rebuilt each from its own mean") {
  const Example example;
  Array expected({5, 4});
  for (std::size_t i = 0; i < 5; ++i)
    for (std::size_t j = 0; j < 4; ++j) {
      double l = example.vae.bias[j];
      for (std::size_t k = 0; k < 2; ++k)
        for (std::size_t p = 0; p < 4; ++p)
          l += example.x.at(i, p) * example.vae.encoder.at(p, k) * example.vae.decoder.at(k, j);
      expected.at(i, j) = 1 / (1 + std::exp(-l));
    }
  check_close("the probabilities", rebuild(example.vae, example.x), expected, "5 images of 4 pixels, 2 latent dimensions",
              "σ(μ · decoder + bias), row by row.");
}
