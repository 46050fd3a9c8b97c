#pragma once

#include <string>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/datasets/dataset.hpp"
#include "hourglass/nn/batch.hpp"
#include "hourglass/nn/losses.hpp"
#include "hourglass/nn/module.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

class Variational;

/// What every autoencoder can do, so that one trained model serves every application. A batch x is
/// (B, F): an example a row, its numbers in 0..1; a code is (B, latent()).
///
/// Reports, warnings and applications know no model by name: they ask it. So a new model gets what
/// its answers say, and where it gives none, what a plain autoencoder gets.
class Autoencoder : public Module {
 public:
  /// code = f(x)
  virtual Var encode(Var x) = 0;

  /// x̂ = g(code), in 0..1
  virtual Var decode(Var code) = 0;

  /// x as training damages it before the model has to rebuild it whole: with noise, or parts
  /// masked. A model that does nothing of the kind leaves it as it is.
  virtual Var corrupt(Var x, Rng& /*rng*/) const { return x; }

  /// What training minimises on a batch, with its named terms. Noise is drawn from `rng`.
  virtual Loss loss(Tape& tape, const Batch& batch, Rng& rng) = 0;

  /// How unlike the training examples each example is: (B). Unless a model has a better measure,
  /// the squared error of its reconstruction.
  virtual Var anomaly_score(Var x);

  /// What the loss is measured in: "nats per image", "squared error per image".
  virtual std::string loss_unit() const = 0;

  /// The latent dimensions: how many numbers a code has.
  virtual std::size_t latent() const = 0;

  /// Whether something besides a narrow code keeps the model from copying its input: noise, a
  /// penalty, a prior, a codebook. One that has nothing of the kind needs fewer latent dimensions
  /// than an example has numbers (it must be "undercomplete").
  virtual bool is_regularized() const { return false; }

  /// This model, where its code is a random variable; null for any other.
  virtual Variational* variational() { return nullptr; }

  /// New examples: (count, F), decoded from new codes.
  Tensor sample(std::size_t count, Rng& rng);

  /// Whether the model describes how codes are distributed, so that new ones can be drawn …
  virtual bool can_sample() const { return false; }
  /// … and new codes: (count, latent()). Throws ConfigError where none can be drawn.
  virtual Tensor sample_codes(std::size_t count, Rng& rng);

  /// How many classes a conditional model was told of, 0 for every other …
  virtual std::size_t classes() const { return 0; }
  /// … and new codes of one of them. Throws ConfigError where there is no such class.
  virtual Tensor sample_codes(std::size_t count, std::size_t label, Rng& rng);

  /// How many vectors the codebook has, 0 where there is none, and how many of them make a code.
  virtual std::size_t codebook_size() const { return 0; }
  virtual std::size_t code_positions() const { return 0; }
  /// Which of the vectors make the code of each example, as whole numbers: (B, code_positions()) …
  virtual Var code_indices(Var x);
  /// … and x̂ from them. Both throw ConfigError where there is no codebook.
  virtual Var decode_indices(Var indices);

  /// Whether the code was learnt to tell classes apart, from labels …
  virtual bool is_classifier() const { return false; }
  /// … and ln of the odds of each class, up to a constant: (B, classes). Throws ConfigError where
  /// the model has no classifier.
  virtual Var class_logits(Var x);

  /// Told once when training has ended, for what is fitted to the trained codes.
  virtual void after_training(const Dataset& /*train*/, Rng /*rng*/) {}

  /// Whether the loss or a part couples the examples of a batch, so that it must not be cut into
  /// shards. A model whose own loss does so says `return true`.
  bool couples_examples() const override { return Module::couples_examples(); }

  /// x̂ = g(f(x))
  Var forward(Var x) override { return decode(encode(x)); }
};

}}  // namespace hourglass
