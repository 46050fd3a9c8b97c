#pragma once

#include <optional>
#include <vector>

#include "apps/evaluation/evaluation_set.hpp"
#include "apps/reports/report.hpp"
#include "hourglass/datasets/dataset.hpp"
#include "hourglass/models/core/autoencoder.hpp"
#include "hourglass/models/statistics/pca.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What is known of a model from its training.
struct GalleryFacts {
  std::optional<Pca> plane = {};          ///< its own (code_plane.hpp), or else the test codes'
  std::vector<std::size_t> classes = {};  ///< that it was shown; or else all that it has
};

/// The figures that show what a model has learnt, in a report's order, each with a caption that
/// explains it; only those that apply to the model:
///   reconstructions         if examples are pictures
///   repairs                 the same for corrupted examples, if training corrupts them
///   samples                 of pictures, if it draws new codes; class by class if it knows classes
///   interpolations          between examples
///   the sheet of all codes  if codes have two dimensions
///   traversals              of the latent dimensions, if there are more and no codebook
///   a map of the codes      coloured by class, on `plane` if codes have more than two dimensions
///   KL                      by latent dimension, if it is variational
///   use of the codebook     if it has one
///   first-layer filters     if these are pictures too
/// A model whose code is the example itself has no interpolations, sheet or traversals.
/// Randomness is drawn from `rng`: the same generator gives the same pictures.
std::vector<ReportFigure> gallery(Autoencoder& model, const EvaluationSet& set, Rng rng,
                                  GalleryFacts facts = {});

}}  // namespace hourglass
