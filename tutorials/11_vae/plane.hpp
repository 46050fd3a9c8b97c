#pragma once

#include <set>

#include "elbo.hpp"
#include "hourglass/drawing/plot.hpp"

/// The images as the model sees them: zeros and ones, drawn once.
inline Dataset drawn(const Dataset& images) {
  Tape tape;
  Rng rng(8);
  const Tensor x = 255 * binarize(tape, to_tensor(images), rng).value();
  return Dataset("drawn", images.example_shape(), {x.begin(), x.end()});
}

/// The middles of n × n cells of the square from −width to width, row by row from above: (n², 2)
inline Tensor square_grid(double width, std::size_t n) {
  Tensor codes = filled({n * n, 2});
  for (std::size_t i = 0; i < n * n; ++i) {
    codes(i, 0) = Scalar(width * (2 * (double(i % n) + 0.5) / double(n) - 1));
    codes(i, 1) = Scalar(width * (1 - 2 * (double(i / n) + 0.5) / double(n)));
  }
  return codes;
}

// [counted]
/// What a 2-dimensional VAE says of images x, (B, 784), and of each code on a grid, (M, 2), whose
/// cells have this area. An integral over codes is a sum over cells: nothing is drawn.
struct Counted {
  Var joint, log_q;         // ln p(x, z), ln q(z | x): (B, M)
  Var evidence, elbo, gap;  // ln p(x), (B, 1); ELBO and KL(q ‖ p(z | x)), (B)

  Counted(Tape& tape, Vae& model, const Tensor& images, const Tensor& codes, Scalar area) {
    const Var x = tape.constant(images), z = tape.constant(codes), logits = model.decoder(z);
    const Var log_p = linear(x, logits) - sum(softplus(logits), {1});  // ln p(x | z)
    joint = log_p + standard_normal_log_density(z);

    const Gaussian q = model.posterior(x);
    const Shape row{x.shape()[0], 1, 2};
    const Var mu = reshape(q.mean, row), log_var = reshape(q.log_variance, row);
    log_q = -0.5 * sum(square(z - mu) * exp(-log_var) + log_var, {2}) - std::log(2 * M_PI);

    evidence = logsumexp(joint, {1}, true) + std::log(area);
    elbo = area * sum(exp(log_q) * (joint - log_q), {1});
    gap = area * sum(exp(log_q) * (log_q - (joint - evidence)), {1});
  }
};
// [/counted]

/// The images x, p(z | x) and q(z | x) around its mean, five of its deviations each way: each a
/// picture of 28 × 28, the largest number 1.
inline std::array<Tensor, 3> close_up(Vae& model, const Tensor& images) {
  std::array<Tensor, 3> rows{images, images, images};
  Tape tape(Tape::Gradients::off);
  for (std::size_t i = 0; i < images.shape()[0]; ++i) {
    const Tensor x = slice(tape.constant(images), 0, i, i + 1).value();
    const Gaussian q = model.posterior(tape.constant(x));
    const Var codes = q.mean + exp(0.5 * q.log_variance) * tape.constant(square_grid(5, 28));
    const Counted here(tape, model, x, codes.value(), 1);
    const Var p = exp(here.joint - max(here.joint)), ours = exp(here.log_q - max(here.log_q));
    std::copy_n(p.value().data(), 784, &rows[1](i, 0));
    std::copy_n(ours.value().data(), 784, &rows[2](i, 0));
  }
  return rows;
}

inline Scatter scatter_of(const Tensor& codes, const std::vector<std::uint8_t>& labels) {
  Scatter scatter{"first number", "second number", {}, labels};
  for (std::size_t i = 0; i < codes.shape()[0]; ++i)
    scatter.points.push_back({codes(i, 0), codes(i, 1)});
  return scatter;
}

/// Codes on a square sheet, two deviations of these codes around their mean each way.
inline Tensor sheet(const Tensor& codes, std::size_t n) {
  Tape tape(Tape::Gradients::off);
  const Var all = tape.constant(codes), grid = tape.constant(square_grid(2, n));
  return (mean(all, {0}) + sqrt(var(all, {0})) * grid).value();
}

// [empty]
/// Of 20 × 20 cells within two deviations of the codes' mean, the share in which no code lies.
inline double empty(const Tensor& codes) {
  std::set<std::array<int, 2>> cells;
  Tape tape;
  const Var all = tape.constant(codes), z = (all - mean(all, {0})) / sqrt(var(all, {0}));
  const Tensor at = (5 * z + 10).value();
  for (std::size_t i = 0; i < codes.shape()[0]; ++i)
    if (std::min(at(i, 0), at(i, 1)) >= 0 && std::max(at(i, 0), at(i, 1)) < 20)
      cells.insert({int(at(i, 0)), int(at(i, 1))});
  return 100 - double(cells.size()) / 4;
}
// [/empty]
