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
  std::optional<Pca> plane = {};          ///< its own (code_plane.hpp); or else of the test codes
  std::vector<std::size_t> classes = {};  ///< that it was shown; or else all that it has
};

/// The figures that show what a model has learnt, in a report's order, each with a caption that says
/// what one sees; those that apply to the model:
///   reconstructions         where examples are pictures
///   repairs                 where training damages examples, too: what is rebuilt from those
///   samples                 where it draws new codes, too; class by class where it knows classes
///   interpolations          between examples
///   the sheet of all codes  where a code has two numbers
///   traversals              of the numbers of a code, where it has more and no codebook
///   a map of the codes      coloured by class, in `plane` where a code has more than two numbers
///   KL by number            of the code, where it is variational
///   use of the codebook     where it has one
///   first-layer filters     where these are pictures, too
/// Randomness is drawn from `rng`: the same generator gives the same pictures.
std::vector<ReportFigure> gallery(Autoencoder& model, const EvaluationSet& set, Rng rng,
                                  GalleryFacts facts = {});

}}  // namespace hourglass
