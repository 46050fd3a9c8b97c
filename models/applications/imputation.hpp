#pragma once

#include <optional>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/datasets/table.hpp"
#include "hourglass/models/core/autoencoder.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// Missing values of examples and of tables (NaN), filled in.

/// The examples with what the model expects of each missing number, given the others of its example
/// (Autoencoder::expectation), estimated from this many codes: (N, F). Known numbers stay as they
/// are. The same `rng` gives the same on any number of threads. Throws ConfigError for a model that
/// needs all numbers, and NonFiniteError if an expectation is not finite.
Tensor impute(Autoencoder& model, const Dataset& data, std::size_t samples, Rng rng);

/// A table without gaps in the columns that the model was trained on: there a missing number is the
/// expectation on the column's scale, put back on that of the table, and a missing category the most
/// probable of those known to the model. Throws as `impute` does, and as TableScale::apply.
Table impute(Autoencoder& model, const TableScale& scale, Table table, std::size_t samples,
             Rng rng);

// Baselines, which fill in missing categories by the most frequent one …

/// … and numbers by the mean of their column …
Table impute_by_means(Table table);
/// … or by iterated PCA of the standardised columns of numbers (statistics/imputation.hpp), with as
/// many components, at most ten, as find hidden numbers best.
struct PcaImputation {
  Table table;
  std::size_t components;
};
PcaImputation impute_by_pca(Table table, Rng rng);

/// How far what was filled into a table is from the truth.
struct ImputationErrors {
  std::size_t numbers = 0, categories = 0;  ///< how many were filled in, and are known
  double rmse = 0;              ///< of numbers, in standard deviations of their columns in `truth`
  double categories_right = 0;  ///< the share of them
};
/// Compares what is in `filled` where `gaps` has nothing with `truth`, a table of the same rows whose
/// columns are found by name. Throws DataError if it has another number of rows, or lacks a column.
ImputationErrors imputation_errors(const Table& gaps, const Table& filled, const Table& truth);

}}  // namespace hourglass
