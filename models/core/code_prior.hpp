#pragma once

#include <cstddef>

#include "hourglass/nn/layers/linear.hpp"
#include "hourglass/nn/layers/masked_linear.hpp"
#include "hourglass/nn/training/training_options.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A number below `choices`, each drawn with its probability.
std::size_t draw_index(const Scalar* probabilities, std::size_t choices, Rng& rng);

/// A distribution of codes k that are whole numbers, each predicted from those before it:
///
///     p(k) = Π_i p(k_i | k_1 … k_i−1),    p(k_i | …) = softmax(logits_i)      k: (B, P), below K
///
/// Each number becomes a vector (Embedding), and a masked network makes all factors in one pass:
/// MADE with choices of K in place of pixels. It is fitted to the codes of a trained model.
/// Germain, Gregor, Murray & Larochelle, "MADE: Masked Autoencoder for Distribution Estimation",
/// ICML 2015.
class CodePrior : public Module {
 public:
  /// Codes of `positions` numbers below `choices`.
  CodePrior(std::size_t positions, std::size_t choices, Rng& rng,
            const AutoregressiveOptions& options = {.hidden = {256}, .direct = false});

  /// The logits of all positions: (B, P) → (B, P K)
  Var forward(Var codes) override;
  /// ln p(k): (B), in nats.
  Var log_likelihood(Var codes);

  /// Trains it on all codes, (N, P).
  void fit(const Tensor& codes, const TrainingOptions& options, Rng rng);

  /// Draws codes, number by number: (count, P)
  Tensor draw(std::size_t count, Rng& rng);

 private:
  std::size_t positions_, choices_;
  Embedding vectors_;
  AutoregressiveNetwork network_;
};

}}  // namespace hourglass
