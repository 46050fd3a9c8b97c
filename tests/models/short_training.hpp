#pragma once

#include <algorithm>
#include <string>

#include "hourglass/datasets/batches.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/nn/training/trainer.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

/// Trains for a few epochs on a few digits, and says how they went: "train_loss", the terms, and
/// the figures on test digits.
inline History train_on_digits(Autoencoder& model, TrainingOptions options,
                               const std::string& examples = "2000") {
  const Dataset train = load_dataset("mnist?limit=" + examples, Split::train),
                test = load_dataset("mnist?limit=500", Split::test);
  Trainer trainer(model, options, Rng(2));
  Batches batches(train, options.batch, Rng(3));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet, [&] { return evaluate(model, test, Rng(4)); });
  return trainer.history();
}

/// Whether all numbers are in 0..1, as an image's are.
inline bool is_picture(const Tensor& images) {
  return std::all_of(images.begin(), images.end(), [](Scalar p) { return p >= 0 && p <= 1; });
}

}  // namespace hourglass::testing
