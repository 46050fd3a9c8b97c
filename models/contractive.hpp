#pragma once

#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

enum class CodeActivation { sigmoid, tanh };
inline const Choices<CodeActivation>& code_activations() {
  static const Choices<CodeActivation> all(
      "code_activation",
      {{"sigmoid", CodeActivation::sigmoid, "0..1"}, {"tanh", CodeActivation::tanh, "−1..1"}});
  return all;
}

enum class JacobianNorm { exact, estimate };
inline const Choices<JacobianNorm>& jacobian_norms() {
  static const Choices<JacobianNorm> all(
      "jacobian",
      {{"exact", JacobianNorm::exact, "where the encoder is one dense layer"},
       {"estimate", JacobianNorm::estimate, "from one random direction, for any encoder"}});
  return all;
}

struct ContractiveOptions {
  VanillaOptions base = {.network = {.latent = 256, .hidden = {}}};
  std::string code_activation = "sigmoid";
  std::string jacobian = "exact";
  bool tied = true;
  double weight = 0.1, step = 0.01;

  void describe(Settings& settings) {
    base.describe(settings);
    settings("code_activation", code_activation, code_activations(), "s");
    settings("jacobian", jacobian, jacobian_norms(),
             "how its norm is computed; exact needs an encoder of one dense layer");
    settings("tied", tied, "decode with the transpose of the encoder's weights");
    settings("weight", weight, at_least(0), "of ‖J‖²");
    settings("step", step, above(0), "of the estimate: ε, in the unit of a pixel");
  }
};

/// The contractive autoencoder: a penalty keeps the code from changing much when the example
/// changes a little. Reconstruction opposes it, so the code stays sensitive along the directions in
/// which examples differ, and along no others.
///
///     code = s(W x + b),  x̂ = σ(Wᵀ code + c),  J = ∂ code / ∂ x: (L, F)
///     minimise  ‖x − x̂‖² + weight ‖J‖²
///     exact      code = s(W x + b):  ‖J‖² = Σ_j s'(…)_j² ‖W_j‖²,  s' = s (1 − s) for the sigmoid,
///                1 − s² for tanh: as cheap as the code itself
///     estimate   ‖J‖² = E_n ‖J n‖² ≈ ‖(code(x + ε n) − code(x)) / ε‖²,  n ~ N(0, 1): one draw per
///                example. Unbiased as ε → 0 (Hutchinson 1990); for ε > 0 off by order ε²
///
/// The weights are tied: a decoder with weights of its own would make up for any contraction by
/// larger ones, and the penalty would cost nothing. `tied = false` allows that, and more layers.
/// The term `jacobian` is ‖J‖², the mean over examples: the squared change of the code per squared
/// change of the pixels.
/// Rifai et al., "Contractive Auto-Encoders: Explicit Invariance During Feature Extraction", ICML
/// 2011; the estimate: Hutchinson, "A Stochastic Estimator of the Trace of the Influence Matrix",
/// Communications in Statistics 1990. (Rifai et al.'s "Higher Order Contractive Auto-Encoder", ECML
/// 2011, adds an estimate of the Hessian's norm, which is not here.)
class Contractive : public Vanilla {
 public:
  Contractive(const Shape& example_shape, const ContractiveOptions& options, Rng& rng)
      : Vanilla(example_shape, options.base, options.tied ? Weights::tied : Weights::separate, rng),
        weights_(*encoder.parameters().front()),
        tanh_(code_activations()[options.code_activation] == CodeActivation::tanh),
        exact_(jacobian_norms()[options.jacobian] == JacobianNorm::exact),
        weight_(static_cast<Scalar>(options.weight)),
        step_(static_cast<Scalar>(options.step)) {
    const NetworkOptions& network = options.base.network;
    if (exact_ && !(network.hidden.empty() && network.channels.empty()))
      throw ConfigError(
          "the exact jacobian is of an encoder of one dense layer: set model.hidden and "
          "model.channels to [], or model.jacobian to estimate");
    check_options("model", options);
  }

  Var encode(Var x) override {
    Var z = encoder(x);
    return tanh_ ? tanh(z) : sigmoid(z);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& rng) override {
    Var x = tape.constant(batch.x);
    Var code = encode(x);
    return Loss("reconstruction", reconstruction_error(code, x))
        .plus("jacobian", mean(exact_ ? exact_jacobian(code) : estimated_jacobian(x, code, rng)),
              weight_);
  }

  /// ‖J‖² of each example, for an encoder of one layer: (B)
  Var exact_jacobian(Var code) {
    Var slope = tanh_ ? 1 - square(code) : code * (1 - code);
    Var rows = sum(square(code.tape().parameter(weights_)), {1});  // ‖W_j‖²: (L)
    return sum(square(slope) * rows, {1});
  }

  /// The same from one random direction, for any encoder: (B)
  Var estimated_jacobian(Var x, Var code, Rng& rng) {
    Var moved = encode(gaussian_noise(x, step_, rng));
    return squared_error(moved, code) / (step_ * step_);
  }

  bool is_regularized() const override { return true; }

  static ModelInfo info() {
    return model_info<Contractive, ContractiveOptions>({
        .name = "contractive",
        .summary = "a code that changes little when the example changes a little",
        .objective = "minimise ‖x − x̂‖² + weight ‖∂ code / ∂ x‖², with tied weights",
        .paper = "Rifai et al., Contractive Auto-Encoders: Explicit Invariance During Feature "
                 "Extraction, ICML 2011",
        .training = {.lr = 3e-3},
        .older = {"tied=false"},
    });
  }

 private:
  Parameter& weights_;
  bool tanh_, exact_;
  Scalar weight_, step_;
};

}}  // namespace hourglass
