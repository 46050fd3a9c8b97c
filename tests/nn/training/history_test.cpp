#include "hourglass/nn/training/history.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

TEST(History, ReadsBackEveryNumberThatItWrote) {
  const History written{{{{"loss", 0.1}, {"mse", 1e-300}},
                         {{"loss", 1.0 / 3}, {"mse", -1.7976931348623157e308}},
                         {{"loss", 5e-324}, {"mse", 12345678901234567890.0}}}};
  EXPECT_EQ(History::from_csv(written.to_csv()).epochs, written.epochs);
}

TEST(History, KeepsNumbersThatAreNone) {
  const double inf = std::numeric_limits<double>::infinity();
  const History read = History::from_csv(History{{{{"a", std::nan("")}, {"b", -inf}}}}.to_csv());
  EXPECT_TRUE(std::isnan(read.epochs.at(0).at(0).second));
  EXPECT_EQ(read.epochs.at(0).at(1).second, -inf);
}

TEST(History, IsATableWithALineAnEpoch) {
  const History history{{{{"loss", 2}, {"mse", 0.5}}, {{"loss", 1}, {"mse", 0.25}}}};
  EXPECT_EQ(history.to_csv(), "epoch,loss,mse\n1,2,0.5\n2,1,0.25\n");
}

TEST(History, OfNoEpochsIsEmpty) {
  EXPECT_EQ(History{}.to_csv(), "");
  EXPECT_TRUE(History::from_csv("").epochs.empty());
  EXPECT_TRUE(History::from_csv("epoch,loss\n").epochs.empty());
}

TEST(History, RefusesATextThatIsNoSuchTable) {
  const auto error = [](const char* csv) {
    return message_of<DataError>([&] { History::from_csv(csv); });
  };
  EXPECT_EQ(error("epoch,loss\n1,2,3\n"), "metrics: a line has 3 cells under 2 names");
  EXPECT_EQ(error("epoch,loss\n1\n"), "metrics: a line has 1 cells under 2 names");
  EXPECT_EQ(error("epoch,loss\n1,high\n"), "metrics: 'high' is not a number");
  EXPECT_EQ(error("epoch,loss\n1,2 \n"), "metrics: '2 ' is not a number");
  EXPECT_EQ(error("epoch,loss\n1,1e999\n"), "metrics: '1e999' is not a number");
  EXPECT_EQ(error("epoch,loss,mse\n1,,2\n"), "metrics: '' is not a number");
}

TEST(History, GivesTheCurveOfAFigure) {
  const History history{{{{"loss", 2}, {"mse", 0.5}}, {{"loss", 1}, {"mse", 0.25}}}};
  EXPECT_EQ(history.curve("mse"), (std::vector<double>{0.5, 0.25}));
  EXPECT_TRUE(history.curve("accuracy").empty());
}

}  // namespace
}  // namespace hourglass::testing
