#include "hourglass/models/vq_vae.hpp"

#include "hourglass/models/core/inference.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// argmin_k ‖z − e_k‖² = argmax_k z·e_k − ½ ‖e_k‖²: one matrix product for all z.
VqVae::Choice VqVae::nearest(Var z) {
  Tape& tape = z.tape();
  Var e = new_constant("codebook", tape, {options_.codebook, dimension()});
  e.output() = vectors_;  // a copy, since the code vectors are updated before backward
  const Tensor& closeness = linear(stop_gradient(z), e, -0.5 * sum(square(e), {1})).value();
  Var indices = new_constant("nearest", tape, {z.shape()[0]});
  const Scalar* row = closeness.data();
  for (Scalar& index : indices.output()) {
    index = static_cast<Scalar>(std::max_element(row, row + options_.codebook) - row);
    row += options_.codebook;
  }
  return {indices, index_select(e, indices)};
}

/// How often each code vector was chosen: (K)
Var VqVae::count(Var indices) {
  Var counts = filled(indices.tape(), {options_.codebook}, 0);
  for (Scalar index : indices.value()) counts.output().data()[static_cast<std::size_t>(index)] += 1;
  return counts;
}

/// exp(−Σ p ln p), with p the relative frequencies of the code vectors: the effective number of
/// code vectors in use.
Var VqVae::perplexity(Var counts) {
  double total = 0, entropy = 0;
  for (Scalar n : counts.value()) total += n;
  for (Scalar n : counts.value())
    if (n > 0) entropy -= n / total * std::log(n / total);
  return filled(counts.tape(), {}, static_cast<Scalar>(std::exp(entropy)));
}

/// The dead-code reset: moves code vectors that are hardly used to encoder outputs of the batch,
/// and gives them the count of even use, so that they have time to settle.
void VqVae::reset_dead_codes(const Tensor& z, Rng& rng) {
  const std::size_t rows = z.shape()[0], d = dimension();
  const Scalar even = static_cast<Scalar>(rows) / static_cast<Scalar>(options_.codebook);
  for (std::size_t k = 0; k < options_.codebook; ++k) {
    if (sizes_.data()[k] >= static_cast<Scalar>(options_.revival) * even && sizes_.data()[k] > 0)
      continue;
    const Scalar* from = z.data() + d * rng.below(static_cast<std::uint32_t>(rows));
    sizes_.data()[k] = even;
    for (std::size_t j = 0; j < d; ++j) {
      vectors_.data()[k * d + j] = from[j];
      sums_.data()[k * d + j] = even * from[j];
    }
  }
}

/// The EMA update: updates the averages, and sets the code vectors to e_k = m_k / N_k. N_k is
/// smoothed as if each had been chosen a little more often, (N_k + ε) / (N + K ε) · N with
/// N = Σ N_k, so that nothing is divided by 0.
void VqVae::update_averages(const Tensor& z, const Tensor& indices, const Tensor& counts) {
  const std::size_t d = dimension(), size = options_.codebook;
  const auto keep = static_cast<Scalar>(options_.decay), take = 1 - keep;
  constexpr Scalar epsilon = 1e-5;
  for (Scalar& m : sums_) m *= keep;
  for (std::size_t i = 0; i < indices.size(); ++i) {
    Scalar* m = sums_.data() + d * static_cast<std::size_t>(indices.data()[i]);
    for (std::size_t j = 0; j < d; ++j) m[j] += take * z.data()[i * d + j];
  }
  Scalar total = 0;
  for (std::size_t k = 0; k < size; ++k) {
    sizes_.data()[k] = keep * sizes_.data()[k] + take * counts.data()[k];
    total += sizes_.data()[k];
  }
  for (std::size_t k = 0; k < size; ++k) {
    const Scalar n =
        (sizes_.data()[k] + epsilon) / (total + static_cast<Scalar>(size) * epsilon) * total;
    for (std::size_t j = 0; j < d; ++j) vectors_.data()[k * d + j] = sums_.data()[k * d + j] / n;
  }
}

void VqVae::after_training(const Dataset& train, Rng) {
  frequencies_.fill(0);
  infer_in_order(*this, train, [&](const InferenceBatch& batch) {
    const Tensor& indices = code_indices(batch.x()).value();
    for (std::size_t i = 0; i < indices.size(); ++i)
      frequencies_.data()[i % options_.positions * options_.codebook +
                          static_cast<std::size_t>(indices.data()[i])] +=
          1 / static_cast<Scalar>(train.size());
  });
}

Tensor VqVae::sample_codes(std::size_t count, Rng& rng) {
  const std::size_t d = dimension(), size = options_.codebook;
  Tensor codes = filled({count, latent()});
  for (std::size_t i = 0; i < count * options_.positions; ++i) {
    const Scalar* frequency = frequencies_.data() + i % options_.positions * size;
    double left = rng.uniform();
    std::size_t k = 0;
    while (k + 1 < size && (left -= frequency[k]) >= 0) ++k;
    std::copy_n(vectors_.data() + k * d, d, codes.data() + i * d);
  }
  return codes;
}

}}  // namespace hourglass
