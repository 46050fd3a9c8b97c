#pragma once

#include <algorithm>
#include <limits>

#include "hourglass/models/k_sparse.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct BatchTopKOptions {
  NetworkOptions network = {.latent = 1000, .hidden = {}};
  std::size_t k = 25, dead_after = 10000;
  double revival_weight = 0.03125;

  void describe(Settings& settings) {
    network.describe(settings);
    settings("k", k, "active units per example, on average");
    settings("dead_after", dead_after,
             "a unit is dead after so many examples without being active");
    settings("revival_weight", revival_weight, at_least(0),
             "weight of the loss that revives dead units");
  }
};

/// The BatchTopK autoencoder: the k-sparse one with a common budget. A batch of B examples keeps the
/// k B largest activations of all together, so that a plain example may use few units and an
/// intricate one many.
///
///     z = max(0, W (x − c) + b),  code = z · (z is among the k B largest of z_11 … z_BL)
///     x̂ = V code + c
///     minimise  ‖x − x̂‖² + revival_weight ‖e − V code'‖²,  e = sg[x − x̂]
///     code': the F / 2 largest z of each example's dead units                          (AuxK)
///
/// An example should not have another code beside other examples, so in evaluation the code is
/// z · (z > θ), a JumpReLU; θ, the buffer `threshold`, is the moving average of the smallest z that
/// training batches kept. A batch is not cut into shards.
/// Terms: those of the k-sparse autoencoder. `active` is k in training, about k in evaluation.
/// Differences from the paper: θ is a moving average over about 100 batches, where theirs is a mean
/// over many batches of the trained model; the columns of V have any length; what `decode` returns
/// is cut off at 0 and 1.
/// Bussmann, Leask & Nanda, "BatchTopK Sparse Autoencoders", 2024.
class BatchTopK : public KSparse {
 public:
  BatchTopK(const Shape& example_shape, const BatchTopKOptions& options, Rng& rng)
      : KSparse(example_shape, as_k_sparse(options), rng), k_(options.k) {
    register_buffer("threshold", threshold_);
  }

  static ModelInfo info() {
    return model_info<BatchTopK, BatchTopKOptions>({
        .name = "batch-top-k",
        .summary = "a wide code that keeps the largest activations of a whole batch",
        .objective = "minimise ‖x − x̂‖², x̂ linear in the k B largest of max(0, W (x − c) + b)",
        .paper = "Bussmann et al., BatchTopK Sparse Autoencoders, 2024",
    });
  }

 protected:
  Var pre_activations(Var x) override { return relu(KSparse::pre_activations(x)); }

  Var kept(Var z) const override {
    if (!training()) return z * sign(relu(z - z.tape().constant(threshold_)));
    Var all = reshape(z, {z.value().size()});
    return z * reshape(top_k_mask(all, k_ * z.shape()[0]), z.shape());
  }

  /// Moves θ towards the smallest activation of the code, too.
  void note_use(const Tensor& code) override {
    KSparse::note_use(code);
    Scalar least = std::numeric_limits<Scalar>::max();
    for (Scalar c : code)
      if (c > 0) least = std::min(least, c);
    if (least == std::numeric_limits<Scalar>::max()) return;  // it kept nothing
    threshold_(0) = threshold_(0) == 0 ? least : threshold_(0) + (least - threshold_(0)) / 100;
  }

 private:
  static KSparseOptions as_k_sparse(const BatchTopKOptions& options) {
    return {.base = {.network = options.network},
            .k = options.k,
            .anneal = 0,
            .tied = false,
            .centre = true,
            .revival = "auxk",
            .dead_after = options.dead_after,
            .revival_weight = options.revival_weight};
  }

  std::size_t k_;
  Tensor threshold_ = filled({1});
};

}}  // namespace hourglass
