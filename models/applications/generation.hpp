#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/models/statistics/mixture.hpp"
#include "hourglass/nn/choices.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// New examples from any autoencoder. What it takes is a distribution of codes, and there are four:
//
//   prior      the one that the model was trained with (N(0, 1), a VampPrior, …) or has fitted
//   gaussian   one normal distribution with a whole covariance, fitted to the training codes now
//   gmm        a mixture of them (mixture.hpp), fitted likewise
//   kernel     a small normal distribution around each training code, all of them with the shape
//              C of the covariance of all: N(z_i, (h t)² C), h = (4 / ((L + 2) N))^(1 / (L + 4)),
//              t the temperature. For few examples, of which nothing else can be fitted
//
// The last three need no model that knows of a prior, and help where training has left codes in
// other places than its prior says: decoded from between them, images are nobody's. Fitted to the
// codes of one class they give new examples of that class, whatever the model was told. Ghosh et
// al., "From Variational to Deterministic Autoencoders", ICLR 2020, on fitting afterwards;
// Silverman, "Density Estimation for Statistics and Data Analysis", 1986, on the width h.

/// New examples, and the class of each where classes were drawn.
struct Samples {
  Tensor examples;                        ///< (count, F)
  std::vector<std::uint8_t> labels = {};  ///< (count), or none
};

/// Draws new examples by the model's prior. Where the model knows classes, all are of `label`, or
/// without it of all classes in equal shares, class after class. Throws ConfigError where the model
/// draws none, or knows no such class.
Samples draw_samples(Autoencoder& model, std::size_t count, std::optional<std::size_t> label,
                     Rng& rng);

enum class Sampler { prior, gaussian, gmm, kernel };
const Choices<Sampler>& samplers();

struct SamplerOptions {
  std::string sampler = "prior";
  /// Below 1 codes are drawn nearer to where they are densest: more like the typical, less varied.
  double temperature = 1;
  std::size_t components = 20;  ///< of a gmm
  /// The classes that a conditional model was shown (classes_shown), all that it has where empty:
  /// no other is drawn.
  std::vector<std::size_t> classes = {};
};

/// Throws ConfigError, which names the classes, where a conditional model that was shown these was
/// not shown this one: what it would draw means nothing. No classes: any may be asked for.
void expect_known_class(const std::vector<std::size_t>& shown, std::size_t label);

/// The same by any of the samplers. `label` asks for one class; without it a model that knows
/// classes gives all of them in equal shares, class after class, and so does another with
/// `by_class`. `train` are the examples to whose codes a distribution is fitted; a prior asks
/// nothing of them. Throws ConfigError where the model has no prior or knows no such class, or
/// where classes are asked for and the examples have no labels.
Samples draw_samples(Autoencoder& model, const SamplerOptions& options, const Dataset& train,
                     std::size_t count, std::optional<std::size_t> label, bool by_class, Rng& rng);

}}  // namespace hourglass
