#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/apps/command.hpp"

using namespace hourglass::testing;
using nlohmann::json;

namespace {

class DetectCommand : public testing::Test {
 protected:
  Outcome train(const std::string& data, std::vector<std::string> more = {}) {
    std::vector<std::string> words = {"train", "vanilla",     "--data",  data,       "--out",
                                      run_at,  "--latent",    "8",       "--epochs", "10",
                                      "--set", "hidden=[32]", "--batch", "32",       "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  Outcome detect(std::vector<std::string> more) {
    more.insert(more.begin(), {"detect", run_at});
    return run(more);
  }

  TestFolder folder;
  std::string run_at = folder / "run";
};

TEST_F(DetectCommand, TellsOtherDigitsFromTheOneItWasTrainedOn) {
  ASSERT_EQ(train("mnist?labels=1", {"--limit", "1500", "--hold-out", "500"}).exit_code, 0);
  const std::string csv = folder / "scores.csv";
  const Outcome outcome = detect({"--data", "mnist?limit=1000", "--reject", "0.1", "--score",
                                  "squared", "--out", csv, "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(outcome.out);
  EXPECT_EQ(figures.at("examples"), 1000);
  EXPECT_EQ(figures.at("normal"), std::vector<int>{1});
  EXPECT_EQ(figures.at("score"), "squared");
  EXPECT_GT(figures.at("roc_auc"), 0.95);
  EXPECT_GT(figures.at("average_precision"), 0.99);
  EXPECT_NEAR(figures.at("false_alarm_rate"), 0.1, 0.09);
  EXPECT_GT(figures.at("detection_rate"), 0.8);
  const json& interval = figures.at("roc_auc_interval");
  EXPECT_TRUE(interval[0] <= figures.at("roc_auc") && figures.at("roc_auc") <= interval[1]);
  for (const char* name : {"squared", "absolute", "structural", "knn", "mahalanobis", "combined"})
    EXPECT_GT(figures.at("scores").at(name).at("roc_auc"), 0.4) << name;
  EXPECT_GT(figures.at("pca").at("roc_auc"), 0.9);
  EXPECT_EQ(figures.at("pca_components"), 8);

  const std::string text = read_file(csv);
  EXPECT_TRUE(text.starts_with("example,label,flagged,squared,")) << text.substr(0, 200);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1001);
}

TEST_F(DetectCommand, JudgesTheWholeTestSplitUnlessToldOtherwiseAndTakesNormalLabels) {
  ASSERT_EQ(train("mnist?labels=0,1&limit=300").exit_code, 0);
  const json own = json::parse(detect({"--json", "-"}).out);
  EXPECT_EQ(own.at("examples"), 10000);
  EXPECT_EQ(own.at("normal"), (std::vector<int>{0, 1}));
  const json other =
      json::parse(detect({"--data", "mnist?limit=500", "--normal", "1", "--json", "-"}).out);
  EXPECT_EQ(other.at("normal"), std::vector<int>{1});
  EXPECT_LT(other.at("validation_examples"), 200);  // of 300 zeros and ones only the ones
}

TEST_F(DetectCommand, ScoresDataWithoutLabelsToo) {
  write_file(folder / "bare.idx", small_idx(60));
  ASSERT_EQ(train("idx:" + (folder / "bare.idx").string()).exit_code, 0);
  const std::string csv = folder / "scores.csv";
  const Outcome outcome = detect({"--out", csv, "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(outcome.out);
  EXPECT_FALSE(figures.contains("roc_auc"));
  EXPECT_TRUE(figures.contains("threshold"));
  EXPECT_EQ(figures.at("flagged"),
            2);  // those that chose the threshold: 3 of 61 are at or above it
  EXPECT_TRUE(read_file(csv).starts_with("example,flagged,"));
}

TEST_F(DetectCommand, RefusesInOneLineWhatItCannotDo) {
  ASSERT_EQ(train("mnist?labels=1&limit=100").exit_code, 0);
  expect_refused({"detect", run_at, "--score", "loudness"}, "no score 'loudness'");
  expect_refused({"detect", run_at, "--reject", "2"}, "--reject");
  expect_refused({"detect", run_at, "--normal", "300"}, "--normal");
  expect_refused({"detect", run_at, "--normal", "4"}, "no normal examples");
  expect_refused({"detect", run_at, "--held-out"}, "--hold-out");
  expect_refused({"detect", folder / "nothing"}, "nothing");
}

}  // namespace
