#pragma once

#include <optional>

#include "hourglass/models/statistics/pca.hpp"
#include "hourglass/models/trained/model_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Where codes of more than two numbers stand in a picture. A model has one plane, fitted to its
// training codes once and kept in its file, so that all pictures of its codes agree.

/// The mean of the codes of training examples, and the two directions in which they vary most:
///     place = (code − μ) W        μ: (L)   W: (L, 2), orthonormal columns
/// The number of the largest size in each direction is positive, so that the plane is not mirrored
/// from one fit to the next. Fitted to at most 10,000 examples, evenly spread (1,000 where a code
/// has more than 1,000 numbers: a second); those whose code is not finite do not count. None where
/// there are no examples or a code has fewer than two numbers.
std::optional<Pca> fit_code_plane(Autoencoder& model, const Dataset& train);
/// The same of codes at hand: (N, L)
std::optional<Pca> fit_code_plane(const Tensor& codes);

/// Puts the plane beside what else is derived from a model …
void keep_code_plane(const Pca& plane, Derived& derived);
/// … and finds it there again; none where a file holds none.
std::optional<Pca> kept_code_plane(const TrainedModel& trained);

}}  // namespace hourglass
