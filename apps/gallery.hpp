#pragma once

#include <optional>
#include <vector>

#include "apps/evaluation_set.hpp"
#include "apps/report.hpp"
#include "datasets/dataset.hpp"
#include "models/autoencoder.hpp"
#include "models/pca.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

/// The pictures that show what a model has learnt, in a report's order, each with words that say
/// what one sees. Whichever apply to it:
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
/// Randomness is drawn from `rng`: the same generator gives the same pictures. `plane` is the
/// model's own (code_plane.hpp); without it one is fitted to the codes of `set`.
std::vector<ReportPicture> gallery(Autoencoder& model, const EvaluationSet& set, Rng rng,
                                   std::optional<Pca> plane = {});

}  // namespace hourglass::inline HOURGLASS_PRECISION
