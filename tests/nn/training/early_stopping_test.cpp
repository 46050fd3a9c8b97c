#include "hourglass/nn/training/early_stopping.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "tests/nn/toy.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

History history_of(const std::vector<double>& losses) {
  History history;
  for (const double loss : losses)
    history.epochs.push_back({{"train_loss", 1}, {"test_loss", loss}, {"seconds", 2}});
  return history;
}

TEST(EarlyStopping, WaitsForSoManyEpochsWithoutANewLow) {
  EXPECT_FALSE(is_out_of_patience(history_of({}), "", 2));
  EXPECT_FALSE(is_out_of_patience(history_of({3, 2, 2}), "", 2));
  EXPECT_TRUE(is_out_of_patience(history_of({3, 2, 2, 2.5}), "", 2));
  EXPECT_FALSE(is_out_of_patience(history_of({3, 2, 2.5, 1.9}), "", 2));
  EXPECT_TRUE(is_out_of_patience(history_of({3, 2, 2.5, 1.9, 4, 5}), "", 2));
}

TEST(EarlyStopping, NeverComesWithoutPatience) {
  EXPECT_FALSE(is_out_of_patience(history_of({1, 2, 3, 4, 5}), "", 0));
}

TEST(EarlyStopping, TakesALossThatIsNoNumberForNoLow) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(is_out_of_patience(history_of({3, nan, nan}), "", 2));
}

TEST(EarlyStopping, KnowsSinceWhen) {
  const Stagnation state = stagnation(history_of({3, 1, 2, 2, 2}), "test_loss");
  EXPECT_EQ(state.best_epoch, 2u);
  EXPECT_EQ(state.best, 1);
  EXPECT_EQ(state.epochs_since, 3u);
}

TEST(EarlyStopping, WatchesTheEvaluatedLossUnlessToldOtherwise) {
  const Metrics epoch = {{"train_loss", 1}, {"validation_loss", 2}, {"validation_mse", 3}};
  EXPECT_EQ(watched_metric(epoch, ""), "validation_loss");
  EXPECT_EQ(watched_metric(epoch, "validation_mse"), "validation_mse");
  EXPECT_EQ(watched_metric({{"train_loss", 1}, {"weights", 2}}, ""), "train_loss");
}

TEST(EarlyStopping, NamesTheFiguresThatThereAre) {
  EXPECT_EQ(message_of<ConfigError>([] { watched_metric({{"train_loss", 1}, {"mse", 2}}, "f1"); }),
            "there is no metric 'f1' to watch; there are train_loss, mse");
}

TEST(EarlyStopping, EndsTrainingBeforeItsLastEpoch) {
  Toy toy({.epochs = 9, .lr = 0.01, .patience = 2, .watch = "weights"});
  const std::vector<double> sums = {5, 4, 4.5, 4.25, 1};
  std::size_t evaluation = 0;
  Progress quiet(Progress::Show::nothing);
  EXPECT_TRUE(toy.trainer->fit(toy.batches, quiet,
                               [&] { return Metrics{{"weights", sums.at(evaluation++)}}; }));
  EXPECT_TRUE(toy.trainer->finished());
  EXPECT_EQ(toy.trainer->history().curve("weights"), (std::vector<double>{5, 4, 4.5, 4.25}));
}

TEST(EarlyStopping, SaysWhichFigureStoppedItAndWhereItWasBest) {
  Toy toy({.epochs = 9, .lr = 0.01, .patience = 1, .watch = "weights"});
  double sum = 3;
  Progress shown;
  ::testing::internal::CaptureStderr();
  toy.trainer->fit(toy.batches, shown, [&] { return Metrics{{"weights", sum++}}; });
  EXPECT_PRED2(contains, ::testing::internal::GetCapturedStderr(),
               "stopped early: weights has reached no new low since epoch 1 (3)\n");
}

}  // namespace
}  // namespace hourglass::testing
