#pragma once

#include <hourglass/hourglass.hpp>

using namespace hourglass;

// [elbo]
/// −ELBO of a batch, the mean over its images, in nats, with its two terms. `divisor` is 1.
inline Loss negative_elbo(Vae& model, Tape& tape, const Batch& batch, Rng& rng, Scalar divisor) {
  const Var x = binarize(tape, batch.x, rng);  // zeros and ones: (B, 784)
  const Var outputs = model.encoder(x);        // (B, 2 L)
  const std::size_t numbers = model.latent();  // L
  const Var mu = slice(outputs, 1, 0, numbers), log_var = slice(outputs, 1, numbers, 2 * numbers);

  Tensor draw = filled(mu.shape());
  rng.fill_normal(draw, 0, 1);
  const Var noise = tape.constant(std::move(draw));  // an input, like x
  const Var z = mu + exp(0.5 * log_var) * noise;

  const Var logits = model.decoder(z);                                     // (B, 784)
  const Var reconstruction = sum(softplus(logits) - x * logits, {1});      // −ln p(x | z): (B)
  const Var kl = 0.5 * sum(square(mu) + exp(log_var) - log_var - 1, {1});  // (B)
  return Loss("reconstruction_nats", mean(reconstruction) / divisor).plus("kl_nats", mean(kl));
}
// [/elbo]

inline LossFunction loss_of(Vae& model, Scalar divisor = 1) {
  return [&, divisor](Tape& tape, const Batch& batch, Rng& noise) {
    return negative_elbo(model, tape, batch, noise, divisor);
  };
}

/// The reconstruction term and the KL term on test images.
inline std::array<double, 2> terms_of(Vae& model, const Dataset& test) {
  const Metrics f = evaluate(model, test, Rng(6));
  return {metric(f, "reconstruction_nats"), metric(f, "kl_nats")};
}

/// The reconstruction term of a decoder that draws the mean of the training images, whatever z is.
inline double without_code(const Dataset& images, const Dataset& test) {
  const Tensor x = to_tensor(test), p = xt::clip(fit_pca(images, 1).mean, 1e-4, 1 - 1e-4);
  return -xt::sum(x * xt::log(p) + (1 - x) * xt::log(1 - p))() / double(test.size());
}

/// Trains any module, and calls `watch` before the steps 0, 1, 2, 4, 8, … and after the last.
inline void train(
    Module& model, const LossFunction& loss, const Dataset& data, std::size_t epochs,
    const std::function<void(std::size_t)>& watch = [](std::size_t) {}) {
  Batches batches(data, 64, Rng(2));
  Trainer trainer(model, loss, {}, Rng(3));
  const std::size_t per_epoch = batches.per_epoch(), steps = epochs * per_epoch;
  for (std::size_t step = 0; step <= steps; ++step) {
    if ((step & (step - 1)) == 0 || step == steps) watch(step);
    if (step < steps) trainer.step(batches.get(step / per_epoch, step % per_epoch));
  }
}

// [estimators]
/// Mean and variance of an estimate, given one number per draw and latent dimension.
struct Estimate {
  double mean, variance;
};

/// The gradient of E[f(z)], z ~ N(μ, σ²), for μ, estimated in two ways from each row of μ and ln
/// σ², all rows being the same.
inline std::array<Estimate, 2> estimates(const Tensor& mu, const Tensor& log_var,
                                         const std::function<Var(Var)>& f, bool baseline = false) {
  Parameter means(mu.shape());
  means.value = mu;
  Tape tape;
  Rng rng(5);
  const Gaussian q{tape.parameter(means), tape.constant(log_var)};
  const Var z = q.draw(rng), value = f(z);
  const auto estimate = [&] {
    const Var each = tape.constant(Tensor(means.grad));
    means.zero_grad();
    return Estimate{mean(each).item(), mean(var(each, {0})).item()};
  };

  tape.backward(sum(value));  // ∇ f(μ + σ n): through the draw
  const Estimate through_the_draw = estimate();

  const Var reward = stop_gradient(baseline ? value - mean(value) : value);
  tape.backward(sum(reward * q.log_density(stop_gradient(z))));  // f(z) ∇ ln q(z)
  return {through_the_draw, estimate()};
}
// [/estimators]
