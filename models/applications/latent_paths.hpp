#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Moving through latent space: interpolation between pictures, and latent arithmetic. Both show
// what the space knows: half-way between two pictures should be a picture, and what two classes
// differ in should be a direction that can be added to an example of a third.

/// How to interpolate between two codes a and b.
enum class LatentPath {
  /// Linear: (1 − t) a + t b. Right where codes have no prior.
  lerp,
  /// Spherical, along the great circle: sin((1 − t) ω) / sin ω · a + sin(t ω) / sin ω · b, with ω
  /// the angle between a and b. Where codes are N(0, 1) in many dimensions they lie in a shell
  /// around 0, and the straight line between two of them leads through its empty inside, where
  /// pictures are no worse but less varied, as if drawn at a lower temperature. White, "Sampling
  /// Generative Networks", 2016.
  slerp
};

struct InterpolationOptions {
  std::size_t steps = 10;  ///< codes from one of the given ones to the next, both included
  LatentPath by = LatentPath::lerp;
  bool closed = false;  ///< on from the last code to the first, so that it can be repeated
  bool eased = false;   ///< slowly past the given codes, faster between them: for films
};

/// Codes that lead past the given `codes`, (K, L), in their order: each of those once, so that there
/// are (K − 1) (steps − 1) + 1 of them, and K (steps − 1) where the way is closed. Only the first
/// `style` latent dimensions are interpolated spherically; what a conditional model's code has after
/// them, the probabilities of classes, linearly. Throws ConfigError for less than two codes or steps.
Tensor interpolate(const Tensor& codes, std::size_t style, const InterpolationOptions& options);

/// One term of latent arithmetic: an example's code, or the mean of those of a class.
struct LatentTerm {
  double sign = 1;
  std::string text;         ///< as it was written: "12", "class:7"
  std::size_t example = 0;  ///< its number, where no class is named
  std::string label = {};   ///< the class's name or number, or empty
};

/// Reads latent arithmetic such as `12 - class:1 + class:7`: numbers of examples and means of
/// classes, added and subtracted. Throws ConfigError, which says where it stops making sense.
std::vector<LatentTerm> parse_latent_arithmetic(const std::string& text);

/// The result of latent arithmetic with the codes of one set of examples.
struct LatentSum {
  Tensor terms;             ///< (T, L): the code of each term, its sign not applied
  Tensor sum;               ///< (1, L)
  std::size_t nearest = 0;  ///< the example, itself no term, whose code is nearest to it
  /// The example, itself no term, that looks most like the sum decoded: by squared error.
  std::size_t most_alike = 0;
  /// The class that the sum names, where the class is a part of a code: the most probable. The
  /// nearest code is then looked for among examples of this class, where there are some: style and
  /// class are no distances of one kind, and a near style would outweigh another class.
  std::optional<std::size_t> label = {};
};

/// Σ_t sign_t code_t. What classes differ in is the difference of their means, and adding it to
/// one example's code moves that across while it keeps its own style (Radford, Metz & Chintala,
/// "Unsupervised Representation Learning with Deep Convolutional GANs", ICLR 2016, after Mikolov et
/// al., "Linguistic Regularities in Continuous Space Word Representations", NAACL 2013).
/// Throws ConfigError for an example or a class that `data` does not have.
LatentSum latent_arithmetic(Autoencoder& model, const Dataset& data,
                            const std::vector<LatentTerm>& terms);

}}  // namespace hourglass
