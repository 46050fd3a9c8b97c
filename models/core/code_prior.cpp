#include "hourglass/models/core/code_prior.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "hourglass/autograd/operations.hpp"
#include "hourglass/nn/initialization.hpp"
#include "hourglass/nn/training/trainer.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t dimension = 8;  // of the vector of a number

/// One order, in which each of `positions` has `size` values; `first` is the degree of the first.
Tensor degrees_of(std::size_t positions, std::size_t size, Scalar first) {
  Tensor degrees = filled(weight_shape("CodePrior", {1, positions * size}));
  for (std::size_t i = 0; i < degrees.size(); ++i) {
    const std::size_t position = i / size;
    degrees(0, i) = first + static_cast<Scalar>(position);
  }
  return degrees;
}

/// Codes in batches, shuffled anew for each epoch.
class CodeBatches {
 public:
  CodeBatches(const Tensor& codes, std::size_t batch, Rng rng)
      : codes_(codes), batch_(std::min(batch, examples())), rng_(rng), order_(examples()) {}

  std::size_t examples() const { return codes_.shape()[0]; }
  std::size_t per_epoch() const { return examples() / batch_; }  // what is left over waits
  const Tensor& get(std::size_t epoch, std::size_t i) {
    if (i == 0) rng_.fork(epoch).shuffle(order_);
    const std::size_t positions = codes_.shape()[1];
    rows_ = filled({batch_, positions});
    for (std::size_t row = 0; row < batch_; ++row)
      std::copy_n(codes_.data() + order_[i * batch_ + row] * positions, positions,
                  rows_.data() + row * positions);
    return rows_;
  }

 private:
  const Tensor& codes_;
  std::size_t batch_;
  Rng rng_;
  std::vector<std::uint32_t> order_;
  Tensor rows_;
};

}  // namespace

std::size_t draw_index(const Scalar* probabilities, std::size_t choices, Rng& rng) {
  double left = rng.uniform();
  std::size_t k = 0;
  while (k + 1 < choices && (left -= probabilities[k]) >= 0) ++k;
  return k;
}

CodePrior::CodePrior(std::size_t positions, std::size_t choices, Rng& rng,
                     const AutoregressiveOptions& options)
    : positions_(positions),
      choices_(choices),
      vectors_(choices, dimension, rng),
      network_(degrees_of(positions, dimension, 1), degrees_of(positions, choices, 0), options,
               rng) {
  register_module("vectors", vectors_);
  register_module("network", network_);
}

Var CodePrior::forward(Var codes) {
  return network_(reshape(vectors_(codes), {codes.shape()[0], positions_ * dimension}));
}

Var CodePrior::log_likelihood(Var codes) {
  const std::size_t numbers = codes.shape()[0] * positions_;
  Var surprise =
      cross_entropy(reshape((*this)(codes), {numbers, choices_}), reshape(codes, {numbers}));
  return -sum(reshape(surprise, codes.shape()), {1});
}

void CodePrior::fit(const Tensor& codes, const TrainingOptions& options, Rng rng) {
  const auto loss = [this](Tape& tape, const Batch& batch, Rng&) {
    return Loss("nll_nats", -mean(log_likelihood(tape.constant(batch.x))));
  };
  Trainer trainer(*this, loss, options, rng.fork(0));
  CodeBatches batches(codes, options.batch, rng.fork(1));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
}

Tensor CodePrior::draw(std::size_t count, Rng& rng) {
  const ModeGuard mode = ModeGuard::evaluation(*this);
  Tensor codes = filled({count, positions_});
  Tape tape(Tape::Gradients::off);
  for (std::size_t i = 0; i < positions_; ++i) {
    tape.reset();
    Var logits = slice((*this)(tape.constant(codes)), 1, i * choices_, (i + 1) * choices_);
    const Tensor& p = softmax(logits).value();
    for (std::size_t n = 0; n < count; ++n)
      codes(n, i) = static_cast<Scalar>(draw_index(&p(n, 0), choices_, rng));
  }
  return codes;
}

}}  // namespace hourglass
