#pragma once

#include <string>

#include "hourglass/models/core/centred.hpp"
#include "hourglass/models/core/unit_use.hpp"
#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

enum class LinearOutput { linear, sigmoid };
const Choices<LinearOutput>& linear_outputs();

enum class Revival { pre_activation, auxk };
const Choices<Revival>& revivals();

struct KSparseOptions {
  VanillaOptions base = {.network = {.latent = 1000, .hidden = {}}};
  std::size_t k = 25, first_k = 100;
  double anneal = 0.5, alpha = 1;
  bool tied = true, centre = false;
  std::string output = "linear", revival = "pre_activation";
  std::size_t dead_after = 10000;
  double revival_weight = 0.01;

  void describe(Settings& settings);
};

/// The k-sparse autoencoder: each example keeps only the k largest activations of a wide linear
/// code. There is no penalty and no weight to tune: exactly k units are active.
///
///     z = W x + b,  code = z · (z is among its example's k largest),  x̂ = V code + c,  V = Wᵀ
///     minimise  ‖x − x̂‖²  +  revival_weight · revival
///     pre_activation   Σ_dead j max(0, t − z_j) sg[‖v_j‖],   t: the smallest z that is kept
///     auxk             ‖e − V code'‖²,  e = sg[x − x̂],  code': the F / 2 largest z of dead units,
///                      where they are positive
///
/// A unit that is never among the k largest gets no gradient and stays dead. So k begins large: it
/// falls linearly from first_k to k over the share `anneal` of the training. In evaluation the α k
/// largest are kept. And two losses revive units that are dead nevertheless: one pulls them up to t,
/// until they are kept and learn like the others (v_j is the column of V by which a unit is
/// multiplied; it is the pre-activation loss of Conerly et al. with t in place of a learnt
/// threshold); the other lets them rebuild what the living units leave over. Both are 0 if no unit
/// is dead. A buffer, `idle`, counts the examples since each unit was last used, so a batch is not
/// cut into shards.
/// With tied = false V has numbers of its own, which start as Wᵀ if each is one layer. With
/// centre = true, z = W (x − c) + b. With both, anneal = 0, revival = auxk and revival_weight =
/// 0.03125 this is the TopK autoencoder of Gao et al.
/// Terms: revival; dead_units, their fraction; active, how many units an example uses.
/// Differences from the paper: α is 1 by default, since the decoder has learnt from k units (the
/// paper chooses it for a classifier of the codes); dead units are revived; what `decode` returns is
/// cut off at 0 and 1. From Gao et al.: v_j has any length; no ReLU of the code, as
/// hardly any of the k largest is negative; AuxK is in the unit of ‖x − x̂‖²; a unit is dead after
/// 10,000 examples (10 million tokens).
/// Makhzani & Frey, "k-Sparse Autoencoders", ICLR 2014; Gao et al., "Scaling and Evaluating Sparse
/// Autoencoders", 2024; Conerly et al., "Dictionary Learning Optimization Techniques", Transformer
/// Circuits, 2025.
class KSparse : public Vanilla {
 public:
  /// Throws ConfigError for options that make no network, and for tied weights of several layers.
  KSparse(const Shape& example_shape, const KSparseOptions& options, Rng& rng);

  void before_step(std::size_t step, std::size_t steps) override;

  Var encode(Var x) override { return kept(pre_activations(x)); }
  Var decode(Var code) override {
    return linear_ ? clamp(decoder(code), 0, 1) : Vanilla::decode(code);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    Var x = tape.constant(batch.x);
    Var z = pre_activations(x);
    Var code = kept(z);
    if (training()) note_use(code.value());
    Var dead = use_.dead(tape), output = decoder(code);
    Var error = linear_ ? per_example(squared_error(output, x)) : logits_error(output, x);
    Var revival = auxk_ ? auxk(z, dead, x, output) : pull(z, dead, code);
    return Loss("reconstruction", error)
        .plus("revival", revival, revival_weight_)
        .with("dead_units", mean(dead))
        .with("active", mean(sum(abs(sign(code)), {1})));
  }

  bool is_regularized() const override { return true; }
  bool couples_examples() const override { return true; }

  static ModelInfo info() {
    return model_info<KSparse, KSparseOptions>({
        .name = "k-sparse",
        .summary = "a wide code that keeps only the k largest activations of each example",
        .objective = "minimise ‖x − x̂‖², x̂ linear in the k largest of W x + b",
        .paper = "Makhzani & Frey, k-Sparse Autoencoders, ICLR 2014",
        .older = {"tied=false", "output=sigmoid", "anneal=0"},
    });
  }

 protected:
  /// z, of which `kept` chooses.
  virtual Var pre_activations(Var x) { return encoder(centre_ ? centred(x, *bias_) : x); }
  virtual Var kept(Var z) const {
    return z * top_k_mask(z, training() ? k_now_ : k_in_evaluation_);
  }
  /// Called with the codes of each training batch.
  virtual void note_use(const Tensor& code) { use_.note(code); }

 private:
  /// Σ max(0, t − z_j) ‖v_j‖ over the dead units, the mean over the batch; only z gets a gradient.
  Var pull(Var z, Var dead, Var code) const;
  /// ‖e − V code'‖², the mean over the batch; V and z get a gradient, x̂ does not.
  Var auxk(Var z, Var dead, Var x, Var output);

  std::size_t k_, first_k_, k_now_, k_in_evaluation_;
  bool centre_, linear_, auxk_;
  double anneal_;
  Scalar revival_weight_;
  Parameter* bias_;  ///< c
  UnitUse use_;
};

}}  // namespace hourglass
