#include "hourglass/models/applications/imputation.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/batches.hpp"
#include "hourglass/models/miwae.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

const double missing = std::nan("");

/// A weight in kg, the same in g, and whether it is light or heavy: each tells the others.
Table weights(std::size_t rows) {
  Table table{.name = "weights",
              .columns = {{"kg", {}}, {"g", {}}, {"kind", {}, {"heavy", "light"}}}};
  Rng rng(1);
  for (std::size_t row = 0; row < rows; ++row) {
    const bool heavy = row / 4 % 2 == 1;
    const double kg = 50 + 20 * rng.uniform() + (heavy ? 60 : 0);
    table.columns[0].numbers.push_back(kg);
    table.columns[1].numbers.push_back(1000 * kg);
    table.columns[2].numbers.push_back(heavy ? 0 : 1);
  }
  return table;
}

/// The same with one value missing in most rows.
Table with_gaps(Table table) {
  for (std::size_t row = 0; row < table.rows(); ++row)
    if (row % 4 < 3) table.columns[row % 4].numbers[row] = missing;
  return table;
}

std::vector<std::uint32_t> all_rows(const Table& table) {
  std::vector<std::uint32_t> rows(table.rows());
  for (std::uint32_t i = 0; i < rows.size(); ++i) rows[i] = i;
  return rows;
}

/// A model of a table, and the scale of its columns.
struct Trained {
  TableScale scale;
  std::unique_ptr<Miwae> model;
};
Trained train(const Table& table) {
  Trained trained{TableScale::learnt(table, all_rows(table)), nullptr};
  const std::size_t width = trained.scale.features();
  Rng rng(1);
  trained.model = std::make_unique<Miwae>(
      Shape{width},
      MiwaeOptions{.iwae = {.vae = {.network = {.latent = 2, .hidden = {32}, .activation = "tanh"},
                                    .likelihood = {.likelihood = "gaussian"}},
                            .samples = 10}},
      rng);
  const Dataset data(table.name, {width}, trained.scale.apply(table), {}, {});
  Trainer trainer(*trained.model, {.epochs = 150, .batch = 32, .lr = 0.01}, Rng(2));
  Batches batches(data, 32, Rng(3));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
  return trained;
}

TEST(Imputation, PutsNumbersAndCategoriesBackIntoTheTable) {
  const Table truth = weights(400), gaps = with_gaps(truth);
  const Trained trained = train(gaps);
  const Table filled = impute(*trained.model, trained.scale, gaps, 200, Rng(4));
  for (std::size_t k = 0; k < 3; ++k)
    for (std::size_t row = 0; row < gaps.rows(); ++row)
      if (!std::isnan(gaps.columns[k].numbers[row])) {
        ASSERT_EQ(filled.columns[k].numbers[row], gaps.columns[k].numbers[row]);
      }
  const ImputationErrors errors = imputation_errors(gaps, filled, truth),
                         means = imputation_errors(gaps, impute_by_means(gaps), truth);
  EXPECT_EQ(errors.numbers, 200u);
  EXPECT_EQ(errors.categories, 100u);
  EXPECT_LT(errors.rmse, 0.25);
  EXPECT_GT(errors.categories_right, 0.98);
  EXPECT_NEAR(means.rmse, 1, 0.1);
  EXPECT_LT(means.categories_right, 0.7);
  const PcaImputation pca = impute_by_pca(gaps, Rng(5));
  EXPECT_EQ(pca.components, 1u) << "of two columns of numbers";
  EXPECT_LT(imputation_errors(gaps, pca.table, truth).rmse, 0.3);
}

TEST(Imputation, FillsInACategoryThatTheTableDoesNotHave) {
  const Trained trained = train(with_gaps(weights(400)));
  Table one{.name = "one",
            .columns = {{"kind", {missing}, {"light"}}, {"kg", {120}}, {"g", {missing}}}};
  const Table filled = impute(*trained.model, trained.scale, one, 200, Rng(4));
  const TableColumn& kind = filled.columns[0];
  EXPECT_EQ(kind.values.at(static_cast<std::size_t>(kind.numbers[0])), "heavy");
  EXPECT_NEAR(filled.columns[2].numbers[0], 120'000, 15'000);
}

TEST(Imputation, IsComparedWithTheSameRowsOnly) {
  const Table truth = weights(20), gaps = with_gaps(truth);
  EXPECT_EQ(imputation_errors(gaps, truth, truth).rmse, 0);
  EXPECT_EQ(imputation_errors(gaps, truth, truth).categories_right, 1);
  EXPECT_EQ(imputation_errors(truth, truth, truth).numbers, 0u);
  EXPECT_PRED2(contains,
               message_of<DataError>([&] { imputation_errors(gaps, truth, weights(19)); }),
               "has 19 rows, but weights has 20");
  Table other = truth;
  other.columns[1].name = "mg";
  EXPECT_PRED2(contains, message_of<DataError>([&] { imputation_errors(gaps, truth, other); }),
               "has no column 'g' of numbers");
}

}  // namespace
}  // namespace hourglass::testing
