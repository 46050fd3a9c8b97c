#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Paths through latent space: interpolation between pictures, and latent arithmetic. Both show how
// the space is organised: half-way between two pictures should be a picture, and the difference
// between two classes should be a direction that can be added to an example of a third.

/// How to interpolate between two codes a and b.
enum class LatentPath {
  /// Linear: (1 − t) a + t b. For codes without a prior.
  lerp,
  /// Spherical, along the great circle: sin((1 − t) ω) / sin ω · a + sin(t ω) / sin ω · b, with ω
  /// the angle between a and b. If codes are N(0, 1) in many dimensions, they lie in a shell around
  /// 0, and the straight line between two of them crosses its empty interior, where pictures are no
  /// worse but less varied, as if drawn at a lower temperature. White, "Sampling Generative
  /// Networks", 2016.
  slerp
};

struct InterpolationOptions {
  std::size_t steps = 10;  ///< codes from one given code to the next, both included
  LatentPath by = LatentPath::lerp;
  bool closed = false;  ///< continues from the last code to the first, so that it can loop
  bool eased = false;   ///< slower near the given codes, faster between them: for films
};

/// A path of codes through the given `codes`, (K, L), in their order, each of them once: it has
/// (K − 1) (steps − 1) + 1 codes, or K (steps − 1) if it is closed. Only the first `style` latent
/// dimensions are interpolated spherically; those after them in a conditional model, the class
/// probabilities, linearly. Throws ConfigError for fewer than two codes or steps.
Tensor interpolate(const Tensor& codes, std::size_t style, const InterpolationOptions& options);

/// One term of latent arithmetic: an example's code, or the mean code of a class.
struct LatentTerm {
  double sign = 1;
  std::string text;         ///< as it was written: "12", "class:7"
  std::size_t example = 0;  ///< its number, if no class is named
  std::string label = {};   ///< the class's name or number, or empty
};

/// Parses latent arithmetic such as `12 - class:1 + class:7`: numbers of examples and means of
/// classes, added and subtracted. Throws ConfigError, which says where parsing failed.
std::vector<LatentTerm> parse_latent_arithmetic(const std::string& text);

/// The result of latent arithmetic with the codes of one set of examples.
struct LatentSum {
  Tensor terms;             ///< (T, L): the code of each term, its sign not applied
  Tensor sum;               ///< (1, L)
  std::size_t nearest = 0;  ///< the example, not itself a term, with the nearest code
  /// The example, not itself a term, that is most like the decoded sum by squared error.
  std::size_t most_similar = 0;
  /// The most probable class of the sum, if codes include the class. The nearest code is then
  /// searched among examples of this class, if there are any: distances in style and in class are
  /// not comparable, and a similar style would outweigh a different class.
  std::optional<std::size_t> label = {};
};

/// Latent arithmetic: Σ_t sign_t code_t. Classes differ by the difference of their means, and
/// adding it to one example's code changes its class while it keeps its own style (Radford, Metz &
/// Chintala, "Unsupervised Representation Learning with Deep Convolutional GANs", ICLR 2016, after
/// Mikolov et al., "Linguistic Regularities in Continuous Space Word Representations", NAACL 2013).
/// Throws ConfigError for an example or a class that `data` does not have.
LatentSum latent_arithmetic(Autoencoder& model, const Dataset& data,
                            const std::vector<LatentTerm>& terms);

}}  // namespace hourglass
