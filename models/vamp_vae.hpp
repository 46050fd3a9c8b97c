#pragma once

#include <cmath>
#include <numbers>

#include "hourglass/models/vae.hpp"
#include "hourglass/nn/training/schedules.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct VampVaeOptions {
  VaeOptions vae = {.network = {.latent = 20, .hidden = {512}, .activation = "silu"}};
  std::size_t pseudo_inputs = 200;
  double warm_up = 0.25;

  void describe(Settings& settings) {
    vae.describe(settings);
    settings("pseudo_inputs", pseudo_inputs, at_least(1),
             "learnt inputs whose posteriors make up the prior");
    settings("warm_up", warm_up, at_least(0).at_most(1),
             "share of training over which the weight of the KL rises");
  }
};

/// The VAE with a VampPrior ("variational mixture of posteriors"): the prior is learnt, too.
///
///     u_1 … u_K: learnt images, the pseudo-inputs        p(z) = 1/K Σ_k q(z | u_k)
///     minimise  E_q[ −ln p(x | z) + ln q(z | x) − ln p(z) ],   q(z | x) = N(μ(x), σ(x)²)
///
/// The best prior for the bound is the aggregated posterior, q(z) = E_x q(z | x): no code is then
/// pushed to where no example lies. That would be a mixture of 60,000 components, and overfit; K
/// pseudo-inputs summarise it. They pass through the encoder itself, so their only parameters are
/// their pixels, u = σ(pseudo_inputs): (K, F), and prior and encoder improve together. After
/// training each looks like a blurred example; drawing one and a code from its posterior makes a
/// new image.
///
/// The KL to a mixture has no closed form: kl_nats is the estimate from the one draw z. The
/// log-density of all codes under all components is two matrix products:
///     ln N(z; μ_k, σ_k²) = −½ Σ_j z_j² / σ_kj² + Σ_j z_j μ_kj / σ_kj² + b_k
///     b_k = −½ Σ_j μ_kj² / σ_kj² + ln σ_kj² + ln 2π
/// Differences from the paper: 200 pseudo-inputs in place of 500; σ in place of a hard limit to 0..1,
/// which has no slope where their pseudo-inputs start; dense layers without gates; the weight of the
/// KL rises over the first `warm_up` of training, theirs over 100 epochs.
/// Tomczak & Welling, "VAE with a VampPrior", AISTATS 2018.
class VampVae : public Vae {
 public:
  /// Throws ConfigError if there are no pseudo-inputs.
  VampVae(const Shape& example_shape, const VampVaeOptions& options, Rng& rng)
      : Vae(example_shape, options.vae, rng),
        pseudo_inputs({options.pseudo_inputs, element_count(example_shape)}),
        warm_up_(options.warm_up) {
    check_options("model", options);
    rng.fill_normal(pseudo_inputs.value, -1, 1);
    register_parameter("pseudo_inputs", pseudo_inputs);
  }

  void before_step(std::size_t step, std::size_t steps) override {
    kl_weight_ = annealed_weight(step, steps, {.ramp = warm_up_});
  }

  /// q(z | u_k) of all K: the components of the prior.
  Gaussian components(Tape& tape) { return posterior(sigmoid(tape.parameter(pseudo_inputs))); }

  /// By the chain rule, dimension by dimension: ln q(z_j | x) − ln p(z_j | z_1 … z_j−1) for one
  /// draw z; these add up to the estimate of KL.
  Var kl_per_dimension(Var x, Rng& rng) override {
    const Gaussian q = posterior(x), prior = components(x.tape());
    Var z = q.draw(rng);
    const std::size_t examples = z.shape()[0], count = pseudo_inputs.value.shape()[0];
    const Gaussian each = {reshape(prior.mean, {1, count, dimensions()}),
                           reshape(prior.log_variance, {1, count, dimensions()})};
    Var density = log_densities(reshape(z, {examples, 1, dimensions()}), each);  // (B, K, L)
    Tensor ones = filled({dimensions(), dimensions()});  // column j sums dimensions 0 … j
    for (std::size_t j = 0; j < dimensions(); ++j)
      for (std::size_t i = 0; i <= j; ++i) ones(i, j) = 1;
    Var up_to = logsumexp(matmul(density, x.tape().constant(std::move(ones))), {1}) - log_count();
    Var before = pad(slice(up_to, 1, 0, dimensions() - 1), 1, 1, 0);
    return log_densities(z, q) - (up_to - before);
  }

  Tensor sample_codes(std::size_t count, Rng& rng) override {
    Tape tape(Tape::Gradients::off);
    const Gaussian prior = components(tape);
    Tensor codes = filled({count, dimensions()});
    rng.fill_normal(codes, 0, 1);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t k = rng.below(static_cast<std::uint32_t>(prior.mean.shape()[0]));
      for (std::size_t j = 0; j < dimensions(); ++j)
        codes(i, j) =
            prior.mean.value()(k, j) + std::exp(prior.log_variance.value()(k, j) / 2) * codes(i, j);
    }
    return codes;
  }

  std::optional<VaeNetworks> networks_for_bits_back() override { return {}; }

  static ModelInfo info() {
    return model_info<VampVae, VampVaeOptions>({
        .name = "vamp-vae",
        .summary = "a VAE whose prior is a mixture of the posteriors of learnt pseudo-inputs",
        .objective = "minimise E_q[−ln p(x | z) + ln q(z | x) − ln p(z)], p(z) = 1/K Σ q(z | u_k)",
        .paper = "Tomczak & Welling, VAE with a VampPrior, AISTATS 2018",
        .training = {.lr = 0.002},
        .older = {"warm_up=0"},
    });
  }

  Parameter pseudo_inputs;  ///< before the sigmoid that turns them into pixels

 protected:
  Var log_prior(Var z, const Batch&) override {
    const Gaussian prior = components(z.tape());
    Var precision = exp(-prior.log_variance);
    Var offsets = -0.5 * sum(square(prior.mean) * precision + prior.log_variance + log_2_pi, {1});
    Var densities =
        linear(square(z), -0.5 * precision) + linear(z, prior.mean * precision, offsets);
    return logsumexp(densities, {1}) - log_count();
  }
  Var kl(const Draw& drawn, const Batch& batch) override {
    return drawn.q.log_density(drawn.z) - log_prior(drawn.z, batch);
  }
  Loss regularised(Loss loss, Var kl, const Draw&) override {
    return loss.plus("kl_nats", kl, static_cast<Scalar>(training() ? kl_weight_ : 1));
  }

 private:
  static constexpr Scalar log_2_pi = 1.8378770664093453;

  /// ln N(z_j; μ_j, σ_j²), of each dimension
  static Var log_densities(Var z, const Gaussian& q) {
    return -0.5 * (square(z - q.mean) * exp(-q.log_variance) + q.log_variance + log_2_pi);
  }
  Scalar log_count() const { return std::log(static_cast<Scalar>(pseudo_inputs.value.shape()[0])); }

  double warm_up_, kl_weight_ = 1;
};

}}  // namespace hourglass
