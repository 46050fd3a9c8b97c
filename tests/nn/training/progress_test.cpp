#include "hourglass/nn/training/progress.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include "tests/nn/toy.hpp"

namespace hourglass::testing { namespace {

/// What `action` writes to stderr, which is no terminal meanwhile.
template <class Action>
std::string on_stderr(const Action& action) {
  ::testing::internal::CaptureStderr();
  action();
  return ::testing::internal::GetCapturedStderr();
}

TEST(Progress, PrintsOnePlainLineAnEpochWhereThereIsNoTerminal) {
  const std::string text = on_stderr([] {
    Progress progress;
    for (std::size_t epoch = 9; epoch <= 10; ++epoch) {
      progress.begin_epoch(epoch, 10, 100);
      progress.update(50, 2.5);
      progress.end_epoch("loss 2.5");
    }
  });
  EXPECT_EQ(text, "epoch  9/10  loss 2.5\nepoch 10/10  loss 2.5\n");
}

TEST(Progress, PrintsNothingWhenQuiet) {
  EXPECT_EQ(on_stderr([] {
              Progress progress(Progress::Show::nothing);
              progress.begin_epoch(1, 1, 100);
              progress.update(50, 2.5);
              progress.end_epoch("loss 2.5");
            }),
            "");
  EXPECT_EQ(on_stderr([] { Toy().fit(); }), "");
}

TEST(Progress, NamesTheFiguresOfEachEpochOfTraining) {
  const std::string text = on_stderr([] {
    Toy toy({.epochs = 2});
    Progress progress;
    toy.trainer->fit(toy.batches, progress, [] { return Metrics{{"test_mse", 0.125}}; });
  });
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  const std::string number = R"([-0-9.e]+)";
  const std::regex first("epoch 1/2  train_loss " + number + "  train_rebuilding " + number +
                         "  train_size " + number + "  test_mse 0.125  [0-9.]+ s");
  EXPECT_TRUE(std::regex_match(text.substr(0, text.find('\n')), first)) << text;
}

TEST(ClockText, HasHoursWhereThereAreAny) {
  EXPECT_EQ(clock_text(0), "0:00");
  EXPECT_EQ(clock_text(7.4), "0:07");
  EXPECT_EQ(clock_text(59.6), "1:00");
  EXPECT_EQ(clock_text(750), "12:30");
  EXPECT_EQ(clock_text(3599.4), "59:59");
  EXPECT_EQ(clock_text(3599.5), "1:00:00");
  EXPECT_EQ(clock_text(3723), "1:02:03");
  EXPECT_EQ(clock_text(-5), "0:00");
}

TEST(Thousands, AreSetApart) {
  EXPECT_EQ(thousands(0), "0");
  EXPECT_EQ(thousands(999), "999");
  EXPECT_EQ(thousands(1000), "1,000");
  EXPECT_EQ(thousands(31400), "31,400");
  EXPECT_EQ(thousands(1002003), "1,002,003");
}

}  // namespace
}  // namespace hourglass::testing
