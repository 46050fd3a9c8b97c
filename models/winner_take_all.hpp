#pragma once

#include <algorithm>
#include <cmath>

#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct WinnerTakeAllOptions {
  VanillaOptions base = {.network = {.latent = 2000, .hidden = {}}, .loss = "binary_cross_entropy"};
  double rate = 0.05;

  void describe(Settings& settings) {
    base.describe(settings);
    settings("rate", rate, above(0).at_most(1),
             "share of a batch's examples for which each unit stays active");
  }
};

/// The winner-take-all autoencoder: sparse across the examples of a batch instead of across the
/// code. Each unit keeps its largest activations in the batch and is 0 for all other examples.
///
///     h = max(0, f(x)),  code_bj = h_bj · (it is among the rate · B largest of h_1j … h_Bj)
///     minimise  −Σ x ln x̂ + (1 − x) ln(1 − x̂),  x̂ = σ(g(code)),  or ‖x − x̂‖²
///
/// Every unit wins as often as every other, so none is dead and each has to become useful. On
/// digits, units become strokes, and a linear classifier on them does well.
/// At inference there is no batch: the code is h itself, as in the paper. The decoder was trained
/// on winners only, so it keeps only what would have won in training: an h_j above the moving
/// average of unit j's smallest winning activation. `loss` updates that average, the buffer
/// `threshold`, in training, as batch norm updates its statistics. A batch is not cut into shards.
/// Metric: active_share, the fraction of the latent dimensions that the decoder sees.
/// Differences from the paper: the threshold above, and cross-entropy by default in place of squared
/// error.
/// Makhzani & Frey, "Winner-Take-All Autoencoders", NIPS 2015 (FC-WTA).
class WinnerTakeAll : public Vanilla {
 public:
  WinnerTakeAll(const Shape& example_shape, const WinnerTakeAllOptions& options, Rng& rng)
      : Vanilla(example_shape, options.base, rng),
        rate_(options.rate),
        threshold_(filled({latent()})) {
    check_options("model", options);
    register_buffer("threshold", threshold_);
  }

  Var encode(Var x) override { return relu(encoder(x)); }
  Var decode(Var code) override { return Vanilla::decode(above_threshold(code)); }

  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    Var x = tape.constant(batch.x);
    Var h = encode(x);
    Var code = training() ? winners(h) : above_threshold(h);
    return Loss("reconstruction", reconstruction_error(code, x))
        .with("active_share", mean(sign(code)));
  }

  bool is_regularized() const override { return true; }
  bool couples_examples() const override { return true; }

  static ModelInfo info() {
    return model_info<WinnerTakeAll, WinnerTakeAllOptions>({
        .name = "winner-take-all",
        .summary = "a wide code whose units each stay active for few examples of a batch",
        .objective = "minimise −Σ x ln x̂ + (1 − x) ln(1 − x̂), each unit silent but for its largest "
                     "activations",
        .paper = "Makhzani & Frey, Winner-Take-All Autoencoders, NIPS 2015",
        .training = {.lr = 3e-3},
    });
  }

 private:
  /// h where it is among its unit's largest in the batch, else 0. Updates the thresholds.
  Var winners(Var h) {
    const double share = rate_ * static_cast<double>(h.shape()[0]);
    const auto count = std::max<std::size_t>(1, static_cast<std::size_t>(std::lround(share)));
    Var by_unit = transpose(h);  // (L, B)
    Var mask = top_k_mask(by_unit, count);
    for (std::size_t j = 0; j < latent(); ++j) {
      const Scalar* row = by_unit.value().data() + j * h.shape()[0];
      const Scalar* won = mask.value().data() + j * h.shape()[0];
      Scalar least = *std::max_element(row, row + h.shape()[0]);
      for (std::size_t b = 0; b < h.shape()[0]; ++b)
        if (won[b] > 0) least = std::min(least, row[b]);
      threshold_.data()[j] += Scalar(0.01) * (least - threshold_.data()[j]);
    }
    return h * transpose(mask);
  }

  Var above_threshold(Var h) { return h * sign(relu(h - h.tape().constant(threshold_))); }

  double rate_;
  Tensor threshold_;
};

}}  // namespace hourglass
