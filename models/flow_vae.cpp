#include "hourglass/models/flow_vae.hpp"

#include "hourglass/nn/bounds.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

const Choices<FlowKind>& flow_kinds() {
  static const Choices<FlowKind> all(
      "flow", {{"planar", FlowKind::planar, "pushes codes away from a plane or towards it"},
               {"iaf", FlowKind::iaf, "moves each dimension by those before it"}});
  return all;
}

namespace {

/// The numbers that a step gets from the encoder: its own, or (iaf) the same for all steps.
std::size_t context_size(const FlowVaeOptions& options) {
  const std::size_t latent = options.vae.network.latent;
  if (flow_kinds()[options.flow] == FlowKind::planar) return PlanarFlow::context_size(latent);
  return options.flow_hidden.empty() ? latent : options.flow_hidden.front();
}

std::size_t outputs_of_encoder(const FlowVaeOptions& options) {
  check_options("model", options);
  at_least(1).expect("model.latent", static_cast<double>(options.vae.network.latent));
  const std::size_t contexts =
      flow_kinds()[options.flow] == FlowKind::planar || options.steps == 0 ? options.steps : 1;
  return 2 * options.vae.network.latent + contexts * context_size(options);
}

}  // namespace

FlowVae::FlowVae(const Shape& example_shape, const FlowVaeOptions& options, Rng& rng)
    : Vae(example_shape, options.vae, {.encoder_outputs = outputs_of_encoder(options)}, rng),
      context_size_(context_size(options)),
      shared_context_(flow_kinds()[options.flow] == FlowKind::iaf) {
  const AutoregressiveOptions layers = {.hidden = options.flow_hidden,
                                        .activation = options.vae.network.activation};
  for (std::size_t k = 0; k < options.steps; ++k) {
    if (shared_context_)
      steps_.push_back(
          std::make_unique<AutoregressiveFlow>(latent(), context_size_, k % 2 == 1, layers, rng));
    else
      steps_.push_back(std::make_unique<PlanarFlow>());
    if (Module* network = steps_.back()->network())
      register_module("flow." + std::to_string(k), *network);
  }
}

Flow::Moved FlowVae::flow(Var z, Var outputs) {
  Flow::Moved moved = {z, filled(z.tape(), {z.shape()[0]}, 0)};
  for (std::size_t k = 0; k < steps_.size(); ++k) {
    const auto [next, log_det] = steps_[k]->move(moved.z, context(outputs, k));
    moved = {next, moved.log_det + log_det};
  }
  return moved;
}

/// Of one draw: ln N(z_0j; μ_j, σ_j²) − Σ_k (ln J_k)_jj − ln N(z_j; 0, 1)
Var FlowVae::kl_per_dimension(Var x, Rng& rng) {
  Var outputs = encoder(x);
  const Gaussian q = start(outputs);
  auto [z, noise] = q.draw_with_noise(rng);
  Var log_q = -0.5 * (square(noise) + q.log_variance);
  for (std::size_t k = 0; k < steps_.size(); ++k) {
    log_q = log_q - steps_[k]->log_scale(z, context(outputs, k));
    z = steps_[k]->move(z, context(outputs, k)).z;
  }
  return log_q + 0.5 * square(z);
}

}}  // namespace hourglass
