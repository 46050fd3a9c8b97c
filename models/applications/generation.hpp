#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/models/statistics/flow_matching.hpp"
#include "hourglass/models/statistics/mixture.hpp"
#include "hourglass/nn/choices.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// New examples from any autoencoder. All it takes is a distribution of codes; there are five:
//
//   prior      the model's own: trained with (N(0, 1), a VampPrior, …) or fitted after training
//   gaussian   a normal distribution with a full covariance, fitted to the training codes on demand
//   gmm        a mixture of these (mixture.hpp), fitted likewise
//   flow       noise that a learnt velocity moves to where training codes are (flow_matching.hpp)
//   kernel     a small normal distribution around each training code, with the scaled covariance C
//              of all codes: N(z_i, (h t)² C), h = (4 / ((L + 2) N))^(1 / (L + 4)), t the
//              temperature. For few examples, to which nothing else can be fitted
//
// The last four do not need a model with a prior, and help if training left codes elsewhere than
// its prior says: images decoded from the gaps between codes look like no example. Fitted to the
// codes of one class they give new examples of that class, even if the model knows no classes.
// Ghosh et al., "From Variational to Deterministic Autoencoders", ICLR 2020, on fitting afterwards;
// Rombach et al., "High-Resolution Image Synthesis with Latent Diffusion Models", CVPR 2022, on
// learning to turn noise into codes;
// Silverman, "Density Estimation for Statistics and Data Analysis", 1986, on the width h.

/// New examples, and the class of each if classes were drawn.
struct Samples {
  Tensor examples;                        ///< (count, F)
  std::vector<std::uint8_t> labels = {};  ///< (count), or empty
};

/// Draws new examples from the model's prior. If the model is conditional, all are of class `label`
/// or, without it, of all classes in equal shares, class by class. Throws ConfigError if the model
/// has no prior, or no such class.
Samples draw_samples(Autoencoder& model, std::size_t count, std::optional<std::size_t> label,
                     Rng& rng);

enum class Sampler { prior, gaussian, gmm, flow, kernel };
const Choices<Sampler>& samplers();

struct SamplerOptions {
  std::string sampler = "prior";
  /// Below 1, codes are drawn closer to where they are densest: more typical, less varied.
  double temperature = 1;
  std::size_t components = 20;  ///< of a gmm
  FlowOptions flow = {};        ///< how a flow is fitted
  /// The classes that a conditional model was trained on (classes_shown); empty: all that it has.
  /// No others are drawn.
  std::vector<std::size_t> classes = {};
  /// Of class 0, 1, …, for messages; none if they are numbers.
  std::vector<std::string> class_names = {};
};

/// "cat", or "3" if this class has no name.
std::string class_name(std::size_t label, const std::vector<std::string>& names);

/// Throws ConfigError, which lists the classes, if a conditional model was trained on the classes
/// `shown` but not on `label`: what it would draw is meaningless. An empty `shown` allows all.
void expect_known_class(const std::vector<std::size_t>& shown, std::size_t label,
                        const std::vector<std::string>& names = {});

/// The same with any of the samplers. `label` selects one class; without it a conditional model
/// gives all classes in equal shares, class by class, and so does any other model with `by_class`.
/// `train` are the examples whose codes a distribution is fitted to; the prior does not need them.
/// Throws ConfigError if the model has no prior or no such class, or if classes are requested and
/// the examples have no labels.
Samples draw_samples(Autoencoder& model, const SamplerOptions& options, const Dataset& train,
                     std::size_t count, std::optional<std::size_t> label, bool by_class, Rng& rng);

}}  // namespace hourglass
