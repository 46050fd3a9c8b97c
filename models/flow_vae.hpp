#pragma once

#include <memory>
#include <string>
#include <vector>

#include "hourglass/models/core/flows.hpp"
#include "hourglass/models/vae.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The kinds of flow that a posterior can have.
enum class FlowKind { planar, iaf };
const Choices<FlowKind>& flow_kinds();

struct FlowVaeOptions {
  VaeOptions vae = {.network = {.latent = 20, .hidden = {400}}};
  std::string flow = "planar";
  std::size_t steps = 10;
  std::vector<std::size_t> flow_hidden = {128};

  void describe(Settings& settings) {
    vae.describe(settings);
    settings("flow", flow, flow_kinds(), "what a step does to the code");
    settings("steps", steps, at_least(0).at_most(1000), "of the flow; 0 is the VAE");
    settings("flow_hidden", flow_hidden, "iaf: widths of the masked layers of each step");
  }
};

/// The VAE with a flow posterior: a draw from a normal distribution passes through K invertible
/// steps, so that q can be tilted, bent or split as the true posterior p(z | x) is.
///
///     z_0 ~ N(μ(x), σ(x)²),   z_k = f_k(z_k−1),   z = z_K,   p(z) = N(0, 1)
///     ln q(z | x) = ln N(z_0; μ, σ²) − Σ_k ln |det ∂f_k / ∂z_k−1|
///     minimise  E_q[ −ln p(x | z) + ln q(z | x) − ln p(z) ]
///
///     planar:  f(z) = z + û tanh(wᵀz + b),   u, w and b of each step from the encoder
///     iaf:     f(z)_i = g_i z_i + (1 − g_i) m_i,   (g, m)_i from masked layers, which see the z_j
///              before z_i in an order and numbers h from the encoder; each step reverses the order
///
/// (models/core/flows.hpp). The bound misses ln p(x) by KL(q(z | x) ‖ p(z | x)), and a VAE can do
/// nothing about it but avoid decoders with posteriors that are not normal. One planar step bends
/// the code along one direction, so many are needed; an autoregressive one moves all dimensions.
///
/// kl_nats is the estimate of E_q[ln q(z | x) − ln p(z)] from the one draw. encode(x) = f_K ∘ … ∘
/// f_1 (μ); kl_per_dimension divides ln |det| among the dimensions as the diagonal of ln J does.
/// Differences from the papers: dense layers with ReLU (planar: maxout; iaf: a ResNet with several
/// layers of latent variables); the KL has its full weight from the first step (planar: it rises);
/// planar steps begin as the identity.
/// Rezende & Mohamed, "Variational Inference with Normalizing Flows", ICML 2015; Kingma, Salimans,
/// Jozefowicz, Chen, Sutskever & Welling, "Improved Variational Inference with Inverse
/// Autoregressive Flow", NIPS 2016.
class FlowVae : public Vae {
 public:
  /// Throws ConfigError for options that make no flow.
  FlowVae(const Shape& example_shape, const FlowVaeOptions& options, Rng& rng);

  /// The normal distribution of z_0.
  Gaussian posterior(Var x) override { return start(encoder(x)); }

  Var encode(Var x) override {
    Var outputs = encoder(x);
    return flow(start(outputs).mean, outputs).z;
  }

  Var kl_per_dimension(Var x, Rng& rng) override;

  std::optional<VaeNetworks> networks_for_bits_back() override { return {}; }

  static ModelInfo info() {
    return model_info<FlowVae, FlowVaeOptions>({
        .name = "flow-vae",
        .summary = "a VAE whose posterior is bent by a normalising flow, for a tighter bound",
        .objective = "minimise E_q[−ln p(x | z) + ln N(z_0; μ, σ²) − Σ ln |det ∂f_k| − ln p(z)]",
        .paper = "Rezende & Mohamed, Variational Inference with Normalizing Flows, ICML 2015",
    });
  }

 protected:
  Draw draw(Var x, const Batch&, std::size_t samples, Rng& rng) override {
    Var outputs = encoder(x);
    if (samples > 1) outputs = repeat(outputs, 0, samples);
    const Gaussian q = start(outputs);
    const auto [z_0, noise] = q.draw_with_noise(rng);
    const auto [z, log_det] = flow(z_0, outputs);
    return {q, z, noise, log_det};
  }
  Var kl(const Draw& drawn, const Batch& batch) override {
    return log_posterior(drawn) - log_prior(drawn.z, batch);
  }

 private:
  /// The encoder's outputs are those of the normal distribution, (2 L), then the steps' contexts.
  Gaussian start(Var outputs) const { return Gaussian::of(slice(outputs, 1, 0, 2 * latent())); }
  Var context(Var outputs, std::size_t step) const {
    const std::size_t first = 2 * latent() + (shared_context_ ? 0 : step * context_size_);
    return slice(outputs, 1, first, first + context_size_);
  }
  /// z_K of z_0, and the sum of the steps' ln |det|
  Flow::Moved flow(Var z, Var outputs);

  std::size_t context_size_;
  bool shared_context_;
  std::vector<std::unique_ptr<Flow>> steps_;
};

}}  // namespace hourglass
