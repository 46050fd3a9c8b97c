#include "hourglass/models/core/codebook.hpp"

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/operations.hpp"
#include "hourglass/autograd/operations/straight_through.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// How often each of `size` code vectors was chosen: (K)
Var count(Var indices, std::size_t size) {
  Var counts = filled(indices.tape(), {size}, 0);
  for (Scalar index : indices.value()) counts.output().data()[static_cast<std::size_t>(index)] += 1;
  return counts;
}

}  // namespace

Codebook::Codebook(const CodebookOptions& options, Rng& rng)
    : options_(options),
      vectors_(filled({options.size, options.dimension})),
      sums_(vectors_),
      sizes_(filled({options.size})) {
  rng.fill_normal(vectors_, 0, 1);
}

std::array<Buffer, 3> Codebook::buffers(const std::string& prefix) {
  return {
      {{prefix + "vectors", &vectors_}, {prefix + "sums", &sums_}, {prefix + "sizes", &sizes_}}};
}

/// argmin_k ‖z − e_k‖² = argmax_k z·e_k − ½ ‖e_k‖²: one matrix product for all z.
Codebook::Choice Codebook::nearest(Var z) const {
  Tape& tape = z.tape();
  Var e = new_constant("codebook", tape, {options_.size, options_.dimension});
  e.output() = vectors_;  // a copy, since the code vectors are updated before backward
  const Tensor& closeness = linear(stop_gradient(z), e, -0.5 * sum(square(e), {1})).value();
  Var indices = new_constant("nearest", tape, {z.shape()[0]});
  const Scalar* row = closeness.data();
  for (Scalar& index : indices.output()) {
    index = static_cast<Scalar>(std::max_element(row, row + options_.size) - row);
    row += options_.size;
  }
  return {indices, index_select(e, indices), count(indices, options_.size)};
}

Codebook::Choice Codebook::learn(Var z, Rng& rng) {
  reset_dead_codes(z.value(), rng);
  const Choice choice = nearest(z);
  update_averages(z.value(), choice.indices.value(), choice.counts.value());
  return choice;
}

Var Codebook::Choice::perplexity() const {
  double total = 0, entropy = 0;
  for (Scalar n : counts.value()) total += n;
  for (Scalar n : counts.value())
    if (n > 0) entropy -= n / total * std::log(n / total);
  return filled(counts.tape(), {}, static_cast<Scalar>(std::exp(entropy)));
}

/// The dead-code reset: moves code vectors that are hardly used to vectors z of the batch, and
/// gives them the count of even use, so that they have time to settle.
void Codebook::reset_dead_codes(const Tensor& z, Rng& rng) {
  const std::size_t rows = z.shape()[0], d = options_.dimension;
  const Scalar even = static_cast<Scalar>(rows) / static_cast<Scalar>(options_.size);
  for (std::size_t k = 0; k < options_.size; ++k) {
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

/// The EMA update: updates the averages, and sets the code vectors to e_k = m_k / N_k.
void Codebook::update_averages(const Tensor& z, const Tensor& indices, const Tensor& counts) {
  const std::size_t d = options_.dimension, size = options_.size;
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

}}  // namespace hourglass
