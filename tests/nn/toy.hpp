#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include "hourglass/nn/layers/sequential.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/support/tensors.hpp"

// A small problem for tests of training: rebuild 5 numbers through 3, from inputs with noise.

namespace hourglass::testing {

/// 70 examples in shuffled batches of 16, the last one of 6.
class ToyBatches {
 public:
  std::size_t per_epoch() const { return 5; }
  std::size_t examples() const { return 70; }
  const Tensor& get(std::size_t epoch, std::size_t i) {
    if (before_batch) before_batch(epoch, i);
    std::vector<std::uint32_t> order(examples());
    Rng(3).fork(epoch).shuffle(order);
    const std::size_t first = 16 * i, rows = std::min<std::size_t>(16, examples() - first);
    batch_ = filled({rows, 5});
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t k = 0; k < 5; ++k) batch_(row, k) = data_(order[first + row], k);
    return batch_;
  }

  std::function<void(std::size_t epoch, std::size_t i)> before_batch;

 private:
  Tensor data_ = random_tensor({70, 5}, 1, 0, 1);
  Tensor batch_;
};

struct Toy {
  explicit Toy(TrainingOptions options = {.epochs = 4, .lr = 0.01}, std::uint64_t seed = 1)
      : rng(seed), trainer_rng(rng.fork(1)) {
    add_dense_layers(network, {5, 3, 5}, "tanh", rng);
    trainer.emplace(
        network,
        [this](Tape& tape, const Batch& batch, Rng& noise) { return loss(tape, batch, noise); },
        std::move(options), trainer_rng);
  }

  Loss loss(Tape& tape, const Batch& batch, Rng& noise) {
    Tensor noisy = filled({batch.size(), 5});
    noise.fill_normal(noisy, 0, 0.1);
    noisy += batch.x;
    Var x = tape.constant(batch.x), code = network(tape.constant(std::move(noisy)));
    Var rebuilding = per_example(squared_error(code, x)), size = mean(square(code));
    return Loss(rebuilding + 0.1 * size).with("rebuilding", rebuilding).with("size", size);
  }

  bool fit() {
    Progress quiet(Progress::Show::nothing);
    return trainer->fit(batches, quiet, [this] {
      if (at_evaluation) at_evaluation();
      return Metrics{{"weights", weights_sum()}};
    });
  }

  double weights_sum() const {
    double sum = 0;
    for (const Parameter* parameter : network.parameters())
      for (Scalar number : parameter->value) sum += number;
    return sum;
  }

  Rng rng, trainer_rng;
  Sequential network;
  ToyBatches batches;
  std::function<void()> at_evaluation;
  std::optional<Trainer> trainer;
};

inline ::testing::AssertionResult have_same_weights(const Toy& a, const Toy& b) {
  const auto from_a = a.network.parameters(), from_b = b.network.parameters();
  for (std::size_t i = 0; i < from_a.size(); ++i) {
    const auto same = is_same(from_a[i]->value, from_b[i]->value);
    if (!same) return ::testing::AssertionFailure() << from_a[i]->name << ": " << same.message();
  }
  return ::testing::AssertionSuccess();
}

/// A history without the time it took.
inline History without_seconds(History history) {
  for (Metrics& metrics : history.epochs)
    std::erase_if(metrics, [](const auto& metric) { return metric.first == "seconds"; });
  return history;
}

}  // namespace hourglass::testing
