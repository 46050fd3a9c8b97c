#pragma once

#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct SparseOptions {
  VanillaOptions base = {.network = {.latent = 256, .hidden = {}}};
  double weight = 0.1;

  void describe(Settings& settings) {
    base.describe(settings);
    settings("weight", weight, at_least(0),
             "of Σ |code| ‖v‖: the larger, the fewer units are active");
  }
};

/// The sparse autoencoder: the code may be wide, but each example should activate few units.
///
///     code = max(0, f(x)),  x̂ = σ(V … code + …)
///     minimise  ‖x − x̂‖² + weight Σ_j |code_j| ‖v_j‖,      v_j: column j of V, g's first layer
///
/// The L1 penalty pulls small activations towards 0 as hard as large ones, and ReLU lets them reach
/// it: most of the code is exactly 0, a different part for each example, and each unit comes to
/// represent a stroke. Without ‖v_j‖ the decoder would evade the penalty by larger weights on a
/// smaller code; with it, the loss stays the same when a unit's code is divided by a number and its
/// column multiplied by it, so that it has the minima of L1 with columns of length 1 (Olshausen &
/// Field bound them, too), and there is no constraint to keep to.
/// Terms: l1 = Σ_j |code_j| ‖v_j‖ per example; active_share, the fraction of the code that is not 0.
/// Differences from the papers: the code is one pass of an encoder, not the result of a minimisation
/// for each image; x̂ ends in σ; the norm in the penalty is that of today's sparse autoencoders
/// (Conerly et al., "Update on how we train SAEs", Transformer Circuits, April 2024).
/// Olshausen & Field, "Emergence of Simple-Cell Receptive Field Properties by Learning a Sparse
/// Code for Natural Images", Nature 1996; Ranzato et al., "Efficient Learning of Sparse
/// Representations with an Energy-Based Model", NIPS 2006.
class Sparse : public Vanilla {
 public:
  Sparse(const Shape& example_shape, const SparseOptions& options, Rng& rng)
      : Vanilla(example_shape, options.base, rng), weight_(static_cast<Scalar>(options.weight)) {
    check_options("model", options);
  }

  Var encode(Var x) override { return relu(encoder(x)); }

  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    Var x = tape.constant(batch.x);
    Var code = encode(x);
    return Loss("reconstruction", reconstruction_error(code, x))
        .plus("l1", mean(sum(abs(code) * column_norms(tape), {1})), weight_)
        .with("active_share", mean(sign(code)));
  }

  bool is_regularized() const override { return true; }

  static ModelInfo info() {
    return model_info<Sparse, SparseOptions>({
        .name = "sparse",
        .summary = "a wide code with an L1 penalty, so that each example uses few units",
        .objective = "minimise ‖x − x̂‖² + weight Σ |code| ‖v‖",
        .paper = "Olshausen & Field, Emergence of Simple-Cell Receptive Field Properties by "
                 "Learning a Sparse Code for Natural Images, Nature 1996",
        .training = {.lr = 3e-3},
    });
  }

 private:
  Scalar weight_;
};

}}  // namespace hourglass
