#pragma once

#include <array>
#include <string>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/nn/module.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct CodebookOptions {
  std::size_t size = 256;      ///< K, the number of code vectors
  std::size_t dimension = 64;  ///< D, of each
  double decay = 0.99;         ///< γ of the moving averages
  double revival = 0.05;       ///< the share of even use below which a code vector is dead
};

/// A codebook of K code vectors e of D numbers, which are not parameters but follow the vectors z
/// that choose them:
///
///     k(z) = argmin_k ‖z − e_k‖²
///     N_k ← γ N_k + (1 − γ) n_k,    m_k ← γ m_k + (1 − γ) Σ z,    e_k = m_k / N_k
///
/// n_k is how many z of a batch chose e_k, Σ z their sum. N_k is smoothed as if each had been
/// chosen a little more often, (N_k + ε) / (N + K ε) · N with N = Σ N_k, so that nothing is divided
/// by 0. A code vector that hardly any z chooses is dead and would remain so: it is reset to a z of
/// the batch, drawn at random. At the first step all are dead, so they start among the data.
/// van den Oord, Vinyals & Kavukcuoglu, "Neural Discrete Representation Learning", NeurIPS 2017
/// (the averages); Łańcucki et al., "Robust Training of Vector Quantized Bottleneck Models", IJCNN
/// 2020 (the reset).
class Codebook {
 public:
  Codebook(const CodebookOptions& options, Rng& rng);

  /// What the codebook makes of vectors z, (B, D). None of it passes a gradient.
  struct Choice {
    Var indices;  ///< of the nearest code vectors: (B)
    Var vectors;  ///< the nearest code vectors, as they were when chosen: (B, D)
    Var counts;   ///< how often each was chosen: (K)

    /// exp(−Σ p ln p), with p the relative frequencies of the code vectors: the effective number of
    /// code vectors in use.
    Var perplexity() const;
  };
  Choice nearest(Var z) const;

  /// The same in training: dead code vectors are reset before the choice, all are moved after it.
  Choice learn(Var z, Rng& rng);

  std::size_t size() const { return options_.size; }
  const Tensor& vectors() const { return vectors_; }  ///< (K, D)

  /// The codebook's state, for the module that it belongs to to register: "codebook." gives
  /// "codebook.vectors", "codebook.sums" and "codebook.sizes". (It is no module itself: the
  /// fingerprints of models in older files depend on the order of these tensors among the others.)
  std::array<Buffer, 3> buffers(const std::string& prefix);

 private:
  void reset_dead_codes(const Tensor& z, Rng& rng);
  void update_averages(const Tensor& z, const Tensor& indices, const Tensor& counts);

  CodebookOptions options_;
  Tensor vectors_, sums_, sizes_;  ///< e: (K, D), m: (K, D), N: (K)
};

}}  // namespace hourglass
