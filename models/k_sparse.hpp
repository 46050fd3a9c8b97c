#pragma once

#include <algorithm>
#include <limits>

#include "hourglass/autograd/operations/straight_through.hpp"
#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct KSparseOptions {
  VanillaOptions base = {.network = {.latent = 1000, .hidden = {}}};
  std::size_t k = 25;
  std::size_t dead_after = 10000;
  double revival_weight = 0.01;

  void describe(Settings& settings) {
    base.describe(settings);
    settings("k", k, "active units per example");
    settings("dead_after", dead_after,
             "a unit is dead after so many examples without being active");
    settings("revival_weight", revival_weight, at_least(0),
             "weight of the loss that revives dead units");
  }
};

/// The k-sparse autoencoder: each example keeps only the k largest activations of a wide linear
/// code. There is no penalty and no weight to tune: exactly k units are active.
///
///     z = f(x),  code = z · (z is among its example's k largest),  x̂ = σ(g(code))
///     minimise  ‖x − x̂‖²  +  revival_weight Σ_dead j max(0, t − z_j) sg[‖v_j‖]
///
/// A unit that is never among the k largest gets no gradient and stays dead. So a revival loss
/// pulls dead units up to t, the smallest activation that the example keeps, until they are among
/// the k largest and learn like the others; v_j is the column of the decoder's weights that a unit is
/// multiplied by. It is the pre-activation loss of Conerly et al. with t in place of a learnt
/// threshold, and 0 if no unit is dead. A buffer, `idle`, counts the examples since each unit was last used, so a
/// batch is not cut into shards.
/// Terms: revival, that loss summed over the dead units; dead_units, their fraction.
/// Differences from the paper: x̂ ends in σ, the decoder has weights of its own, k is the same from
/// the first step to the last, and in evaluation too.
/// Makhzani & Frey, "k-Sparse Autoencoders", ICLR 2014; Conerly et al., "Dictionary Learning
/// Optimization Techniques", Transformer Circuits, 2025.
class KSparse : public Vanilla {
 public:
  KSparse(const Shape& example_shape, KSparseOptions options, Rng& rng)
      : Vanilla(example_shape, options.base, rng),
        k_(options.k),
        dead_after_(static_cast<Scalar>(options.dead_after)),
        revival_weight_(static_cast<Scalar>(options.revival_weight)),
        idle_(filled({latent()})) {
    check_options("model", options);
    at_least(1).at_most(static_cast<double>(latent())).expect("model.k", static_cast<double>(k_));
    register_buffer("idle", idle_);
  }

  Var encode(Var x) override { return largest(encoder(x)); }

  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    Var x = tape.constant(batch.x);
    Var z = encoder(x);
    Var code = largest(z);
    if (training()) note_use(code.value());
    Var dead = dead_units(tape);
    return Loss("reconstruction", reconstruction_error(code, x))
        .plus("revival", revival(z, code, dead), revival_weight_)
        .with("dead_units", mean(dead));
  }

  bool is_regularized() const override { return true; }
  bool couples_examples() const override { return true; }

  static ModelInfo info() {
    return model_info<KSparse, KSparseOptions>({
        .name = "k-sparse",
        .summary = "a wide code that keeps only the k largest activations of each example",
        .objective = "minimise ‖x − x̂‖² with x̂ = σ(g(the k largest of f(x)))",
        .paper = "Makhzani & Frey, k-Sparse Autoencoders, ICLR 2014",
    });
  }

 private:
  Var largest(Var z) const { return z * top_k_mask(z, k_); }

  /// Σ max(0, t − z_j) over the dead units, the mean over the batch; t gets no gradient.
  Var revival(Var z, Var code, Var dead) {
    Var least = new_constant("smallest kept", z.tape(), {z.shape()[0], 1});
    for (std::size_t i = 0; i < z.shape()[0]; ++i) {
      const Scalar* row = code.value().data() + i * latent();
      Scalar& t = least.output().data()[i] = std::numeric_limits<Scalar>::max();
      for (std::size_t j = 0; j < latent(); ++j)
        if (row[j] != 0) t = std::min(t, row[j]);
      if (t == std::numeric_limits<Scalar>::max()) t = 0;  // it kept nothing
    }
    return mean(sum(relu(least - z) * dead * stop_gradient(column_norms(z.tape())), {1}));
  }

  /// 1 for a dead unit, 0 for any other: (L)
  Var dead_units(Tape& tape) const {
    Var dead = new_constant("dead units", tape, {latent()});
    for (std::size_t j = 0; j < latent(); ++j)
      dead.output().data()[j] = idle_.data()[j] >= dead_after_;
    return dead;
  }

  /// Counts the examples since each unit was last used.
  void note_use(const Tensor& code) {
    for (std::size_t i = 0; i < code.shape()[0]; ++i)
      for (std::size_t j = 0; j < latent(); ++j) {
        Scalar& idle = idle_.data()[j];
        idle = code.data()[i * latent() + j] != 0 ? 0 : std::min(idle + 1, dead_after_);
      }
  }

  std::size_t k_;
  Scalar dead_after_, revival_weight_;
  Tensor idle_;
};

}}  // namespace hourglass
