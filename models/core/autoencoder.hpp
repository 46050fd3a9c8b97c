#pragma once

#include <string>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/datasets/dataset.hpp"
#include "hourglass/nn/batch.hpp"
#include "hourglass/nn/losses.hpp"
#include "hourglass/nn/module.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

class Variational;

/// The interface of every autoencoder, so that every application works with any trained model. A
/// batch x is (B, F), one example per row with values in 0..1; a code is (B, latent()).
///
/// Reports, warnings and applications know no model by name: they query this interface. A new model
/// is treated according to its answers; the defaults are those of a plain autoencoder.
class Autoencoder : public Module {
 public:
  /// code = f(x)
  virtual Var encode(Var x) = 0;

  /// x̂ = g(code), in 0..1
  virtual Var decode(Var code) = 0;

  /// x as corrupted in training, before the model has to reconstruct the original: with noise or
  /// masking. Returns x unchanged unless a model overrides it.
  virtual Var corrupt(Var x, Rng& /*rng*/) const { return x; }
  /// x̂ from a corrupted x, as the loss computes it.
  virtual Var repair(Var corrupted) { return forward(corrupted); }

  /// The loss that training minimises on a batch, with its named terms. Noise is drawn from `rng`.
  virtual Loss loss(Tape& tape, const Batch& batch, Rng& rng) = 0;

  /// How unlike the training examples each example is: (B). By default the squared reconstruction
  /// error; a model with a better measure overrides it.
  virtual Var anomaly_score(Var x);

  /// The unit of the loss: "nats per image", "squared error per image".
  virtual std::string loss_unit() const = 0;

  /// The number of latent dimensions.
  virtual std::size_t latent() const = 0;

  /// Whether something other than a bottleneck keeps the model from copying its input: noise, a
  /// penalty, a prior, a codebook. Without any of these it needs fewer latent dimensions than an
  /// example has values (it must be "undercomplete").
  virtual bool is_regularized() const { return false; }

  /// Whether the code is the example itself, so that nothing is compressed, and each value of x̂ is
  /// predicted from those before it in some order.
  virtual bool is_autoregressive() const { return false; }

  /// This model as a variational one; null if its code is not a random variable.
  virtual Variational* variational() { return nullptr; }

  /// New examples: (count, F), decoded from new codes.
  Tensor sample(std::size_t count, Rng& rng);

  /// Whether the model has a distribution of codes, so that new ones can be drawn …
  virtual bool can_sample() const { return false; }
  /// … and codes drawn from it: (count, latent()). Throws ConfigError if there is none.
  virtual Tensor sample_codes(std::size_t count, Rng& rng);

  /// The number of classes of a conditional model, 0 for any other …
  virtual std::size_t classes() const { return 0; }
  /// … and new codes of one class. Throws ConfigError if there is no such class.
  virtual Tensor sample_codes(std::size_t count, std::size_t label, Rng& rng);

  /// The number of code vectors in the codebook (0 without one), and how many of them form a code.
  virtual std::size_t codebook_size() const { return 0; }
  virtual std::size_t code_positions() const { return 0; }
  /// In how many stages of equal length they come, of which the first ones, of any number, are a
  /// coarser code by themselves.
  virtual std::size_t code_stages() const { return 1; }
  /// The indices of the code vectors of each example, as integers: (B, code_positions()) …
  virtual Var code_indices(Var x);
  /// … and x̂ decoded from them. Both throw ConfigError if there is no codebook.
  virtual Var decode_indices(Var indices);

  /// Whether the code was trained with labels to separate the classes …
  virtual bool is_classifier() const { return false; }
  /// … and the logits, ln p(class | x) up to a constant: (B, classes). Throws ConfigError if the
  /// model has no classifier.
  virtual Var class_logits(Var x);

  /// Whether numbers of an example may be missing, as NaN …
  virtual bool takes_missing() const { return false; }
  /// … and what the model expects of each number, given those that are not missing: (B, F),
  /// estimated from this many codes of each example. Throws ConfigError if none may be missing.
  virtual Var expectation(Var x, std::size_t samples, Rng& rng);

  /// Called once after training, for whatever is fitted to the trained codes.
  virtual void after_training(const Dataset& /*train*/, Rng /*rng*/) {}

  /// Whether the loss or a submodule couples the examples of a batch, so that it must not be cut
  /// into shards. A model with such a loss overrides this to return true.
  bool couples_examples() const override { return Module::couples_examples(); }

  /// x̂ = g(f(x))
  Var forward(Var x) override { return decode(encode(x)); }
};

}}  // namespace hourglass
