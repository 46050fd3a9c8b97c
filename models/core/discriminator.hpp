#pragma once

#include <vector>

#include "hourglass/autograd/context.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/autograd/operations/straight_through.hpp"
#include "hourglass/nn/layers/sequential.hpp"
#include "hourglass/nn/losses.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The cross-entropy of logits with 1 for real examples or 0 for fake ones, per example, in nats:
/// −ln σ(logit) or −ln(1 − σ(logit)).
inline Var logit_loss(Var logits, Scalar is_real) {
  return per_example(binary_cross_entropy(logits, filled(logits.tape(), logits.shape(), is_real)));
}

/// A network D that learns to tell real examples from fake ones (Goodfellow et al., "Generative
/// Adversarial Nets", NeurIPS 2014): σ(D(z)) is the probability that z, (B, inputs), is real. Where
/// it has learnt that, its logit is ln p_real(z) / p_fake(z).
class Discriminator : public Sequential {
 public:
  /// Dense layers of the widths `hidden` with a leaky ReLU after each, and one logit.
  Discriminator(std::size_t inputs, const std::vector<std::size_t>& hidden, Rng& rng) {
    std::vector<std::size_t> sizes = {inputs};
    sizes.insert(sizes.end(), hidden.begin(), hidden.end());
    sizes.push_back(1);
    add_dense_layers(*this, sizes, "leaky_relu", rng);
  }

  /// D's own loss, −ln σ(D(real)) − ln(1 − σ(D(fake))), which trains nothing that made either. While
  /// D cannot tell, it is 2 ln 2 = 1.386.
  Var loss(Var real, Var fake) {
    return logit_loss(forward(stop_gradient(real)), 1) +
           logit_loss(forward(stop_gradient(fake)), 0);
  }

  /// D̄(z), the logits of D with its weights frozen: trains what made z, and not D. (B, 1)
  Var frozen(Var z) {
    const FrozenParameters frozen(z.tape().context());
    return forward(z);
  }
};

}}  // namespace hourglass
