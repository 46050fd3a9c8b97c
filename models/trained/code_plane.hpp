#pragma once

#include <optional>

#include "hourglass/models/statistics/pca.hpp"
#include "hourglass/models/trained/model_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// The plane in which codes of more than two dimensions are drawn. A model has one, fitted to its
// training codes once and kept in its file, so that all pictures of its codes agree.

/// The mean of the training examples' codes, and the two directions in which they vary most:
///     position = (code − μ) W        μ: (L)   W: (L, 2), orthonormal columns
/// The component of largest magnitude in each direction is positive, so that the plane is not
/// mirrored from one fit to the next. Fitted to at most 10,000 evenly spaced examples (1,000 if a
/// code has more than 1,000 dimensions, which takes a second); codes that are not finite are
/// skipped. None if there are no examples or a code has fewer than two dimensions.
std::optional<Pca> fit_code_plane(Autoencoder& model, const Dataset& train);
/// The same from given codes: (N, L)
std::optional<Pca> fit_code_plane(const Tensor& codes);

/// Adds the plane to what else is derived from a model …
void store_code_plane(const Pca& plane, Derived& derived);
/// … and reads it back; none if a file holds none.
std::optional<Pca> stored_code_plane(const TrainedModel& trained);

}}  // namespace hourglass
