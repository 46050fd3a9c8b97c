#include <fmt/format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/apps/command.hpp"

using namespace hourglass::testing;
using nlohmann::json;

namespace {

class DetectCommand : public testing::Test {
 protected:
  Outcome train(const std::string& data, std::vector<std::string> more = {},
                const std::string& latent = "8") {
    std::vector<std::string> words = {
        "train",    "vanilla", "--data", data,          "--out",   run_at, "--latent", latent,
        "--epochs", "10",      "--set",  "hidden=[32]", "--batch", "32",   "--quiet",  "--force"};
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
  const Outcome outcome =
      detect({"--data", "mnist?limit=1000", "--reject", "0.1", "--score", "squared", "--out", csv,
              "--picture", folder / "strange.png", "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(outcome.out);
  EXPECT_EQ(figures.at("examples"), 1000);
  EXPECT_EQ(figures.at("validation_was_held_out"), true);
  EXPECT_EQ(figures.at("normal"), std::vector<int>{1});
  EXPECT_EQ(figures.at("score"), "squared");
  EXPECT_GT(figures.at("roc_auc"), 0.95);
  EXPECT_GT(figures.at("average_precision"), 0.99);
  EXPECT_NEAR(figures.at("false_alarm_rate"), 0.1, 0.09);
  EXPECT_GT(figures.at("detection_rate"), 0.8);
  EXPECT_EQ(figures.at("validation_examples"), 500);
  EXPECT_NEAR(figures.at("expected_false_alarm_interval")[0].get<double>(), 0.076, 0.005);
  EXPECT_NEAR(figures.at("expected_false_alarm_interval")[1].get<double>(), 0.128, 0.005);
  const json& rate = figures.at("false_alarm_rate_interval");
  EXPECT_TRUE(rate[0] < figures.at("false_alarm_rate") && figures.at("false_alarm_rate") < rate[1]);
  const json& interval = figures.at("roc_auc_interval");
  EXPECT_TRUE(interval[0] <= figures.at("roc_auc") && figures.at("roc_auc") <= interval[1]);
  for (const char* name : {"squared", "absolute", "structural", "knn", "mahalanobis", "combined"})
    EXPECT_GT(figures.at("scores").at(name).at("roc_auc"), 0.4) << name;
  EXPECT_GT(figures.at("pca").at("roc_auc"), 0.9);
  EXPECT_EQ(figures.at("pca_components"), 8);

  EXPECT_TRUE(read_file(folder / "strange.png").starts_with("\x89PNG"));
  const std::string text = read_file(csv);
  EXPECT_TRUE(text.starts_with("row,label,flagged,squared,")) << text.substr(0, 200);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1001);
}

TEST_F(DetectCommand, JudgesTheWholeTestSplitUnlessToldOtherwiseAndTakesNormalLabels) {
  ASSERT_EQ(train("mnist?labels=0,1&limit=300").exit_code, 0);
  const json own = json::parse(detect({"--json", "-"}).out);
  EXPECT_EQ(own.at("examples"), 10000);
  EXPECT_EQ(own.at("validation_was_held_out"), false);
  EXPECT_EQ(own.at("normal"), (std::vector<int>{0, 1}));
  const json other =
      json::parse(detect({"--data", "mnist?limit=500", "--normal", "1", "--json", "-"}).out);
  EXPECT_EQ(other.at("normal"), std::vector<int>{1});
  EXPECT_LT(other.at("validation_examples"), 200);  // of 300 zeros and ones only the ones
}

TEST_F(DetectCommand, LearnsTheColumnsScaleFromTheRowsThatTrainingReallySees) {
  const auto scale_after = [&](const std::string& data, std::vector<std::string> more) {
    EXPECT_EQ(train(data, std::move(more)).exit_code, 0);
    const std::string text = read_file(folder / "run/model.safetensors");
    const std::size_t at = text.find("centre");
    EXPECT_NE(at, std::string::npos);
    return text.substr(at, 60);
  };
  const std::string some = scale_after("breast-cancer?labels=benign&limit=100", {});
  EXPECT_EQ(scale_after("breast-cancer?labels=benign", {"--limit", "100"}), some);
  EXPECT_EQ(scale_after("breast-cancer?limit=150&labels=benign", {"--hold-out", "50"}), some);
  EXPECT_NE(scale_after("breast-cancer?labels=benign", {}), some);
}

TEST_F(DetectCommand, LeavesPcaAResidualWhereTheCodeIsAsWideAsTheTable) {
  ASSERT_EQ(train("breast-cancer?labels=benign", {}, "30").exit_code, 0);
  const Outcome outcome = detect({"--quiet", "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out).at("pca_components"), 15);
}

TEST_F(DetectCommand, ScoresDataWithoutLabelsToo) {
  write_file(folder / "bare.idx", small_idx(60));
  ASSERT_EQ(train("idx:" + (folder / "bare.idx").string()).exit_code, 0);
  const std::string csv = folder / "scores.csv";
  const std::string those_of_the_threshold = "idx:" + (folder / "bare.idx").string() + "@train";
  const Outcome outcome = detect({"--data", those_of_the_threshold, "--out", csv, "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(outcome.out);
  EXPECT_FALSE(figures.contains("roc_auc"));
  EXPECT_TRUE(figures.contains("threshold"));
  EXPECT_EQ(figures.at("examples"), 42);
  EXPECT_EQ(figures.at("flagged"), 1);  // 2 of them are at or above the threshold
  EXPECT_TRUE(read_file(csv).starts_with("row,flagged,"));
}

/// Two columns that go together, but in rows of class 1.
std::string card_file(std::size_t rows, std::size_t first,
                      const char* header = "Time,V1,V2,Class") {
  std::string text = std::string(header) + "\n";
  for (std::size_t i = first; i < first + rows; ++i) {
    const double value = static_cast<double>(i * 37 % 101) / 10;
    const bool odd = i % 25 == 0;
    text += fmt::format("{},{},{},{}\n", i, value, odd ? 60 - value : 2 * value, odd ? 1 : 0);
  }
  return text;
}

TEST_F(DetectCommand, TakesAKaggleStyleFileAndANewOneWithTheScaleItLearnt) {
  write_file(folder / "card.csv", card_file(1000, 0));
  write_file(folder / "new.csv", card_file(200, 5000));
  const std::string file = "csv:" + (folder / "card.csv").string() + "?label=Class";
  ASSERT_EQ(train(file + "&labels=0", {}, "2").exit_code, 0);
  const json own = json::parse(detect({"--json", "-"}).out);
  EXPECT_EQ(own.at("examples"), 288 + 40);  // the test split, and all of class 1
  EXPECT_EQ(own.at("anomalies"), 40);
  EXPECT_GT(own.at("roc_auc"), 0.8);
  const std::string csv = folder / "scores.csv";
  const Outcome fresh = detect({"--data", "csv:" + (folder / "new.csv").string() + "?label=Class",
                                "--out", csv, "--json", "-"});
  ASSERT_EQ(fresh.exit_code, 0) << fresh.err;
  EXPECT_EQ(json::parse(fresh.out).at("examples"), 200);  // all of a file that it does not know
  EXPECT_TRUE(contains(read_file(csv), "\n199,0,")) << read_file(csv);
  const std::string config = read_file(fs::path(run_at) / "config.toml");
  EXPECT_TRUE(contains(config, "V2")) << config;

  write_file(folder / "other.csv", card_file(20, 0, "Time,V1,V3,Class"));
  expect_refused({"detect", run_at, "--data", "csv:" + (folder / "other.csv").string()},
                 "has no column 'V2'");
}

TEST_F(DetectCommand, KnowsClassesByName) {
  ASSERT_EQ(train("breast-cancer?labels=benign", {}, "2").exit_code, 0);
  const json figures = json::parse(detect({"--normal", "benign", "--json", "-"}).out);
  EXPECT_EQ(figures.at("normal"), std::vector<int>{1});
  EXPECT_EQ(figures.at("anomalies"), 212);
  EXPECT_EQ(figures.at("examples"), 107 + 212);
  expect_refused({"detect", run_at, "--picture", "x.png"}, "rows of a table are not pictures");
  expect_refused({"detect", run_at, "--normal", "beningn"}, "did you mean 'benign'?");
}

TEST_F(DetectCommand, CountsAsUnseenOnlyWhatTheRunDidNotLearnFrom) {
  write_file(folder / "card.csv", card_file(1000, 0));
  const std::string file = "csv:" + (folder / "card.csv").string() + "?label=Class";
  ASSERT_EQ(train(file, {"--hold-out", "100"}, "2").exit_code, 0);  // on both classes
  const Outcome own = detect({"--normal", "0"});
  ASSERT_EQ(own.exit_code, 0) << own.err;
  EXPECT_FALSE(contains(own.out, "anomalies of the training split")) << own.out;
  const json figures = json::parse(detect({"--normal", "0", "--json", "-"}).out);
  EXPECT_EQ(figures.at("examples"), 300) << "the test split alone";
  EXPECT_EQ(figures.at("anomalies"), 12);
  const json held_out = json::parse(detect({"--normal", "0", "--held-out", "--json", "-"}).out);
  EXPECT_EQ(held_out.at("examples"), 100);
}

TEST_F(DetectCommand, KnowsTheClassesOfAnotherFileByTheirNames) {
  const auto animals = [](const char* first, const char* second) {
    std::string text = "a,b,kind\n";
    for (int i = 0; i < 60; ++i)
      text += fmt::format("{},{},{}\n", i % 7, i % 2 ? i % 7 : -i % 7, i % 2 ? first : second);
    return text;
  };
  write_file(folder / "dogs.csv", animals("cat", "dog"));
  write_file(folder / "zoo.csv", animals("\"ant, red\"", "cat"));
  const auto data = [&](const char* name) {
    return "csv:" + (folder / name).string() + "?label=kind";
  };
  ASSERT_EQ(train(data("dogs.csv") + "&labels=cat", {}, "1").exit_code, 0);
  const std::string csv = folder / "scores.csv";
  const Outcome outcome = detect({"--data", data("zoo.csv"), "--out", csv, "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out).at("anomalies"), 30);
  const std::string scores = read_file(csv);
  EXPECT_TRUE(contains(scores, "\n0,cat,")) << scores;
  EXPECT_TRUE(contains(scores, "\n1,\"ant, red\",")) << scores;
}

TEST_F(DetectCommand, ReportsFiguresCurvesAndPicturesOnOnePage) {
  ASSERT_EQ(train("mnist?labels=1", {"--limit", "800", "--hold-out", "200"}).exit_code, 0);
  const std::string page_at = folder / "new/page.html";
  const Outcome outcome = detect({"--data", "mnist?limit=600", "--report", page_at, "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const std::string page = read_file(page_at);
  const json figures = json::parse(outcome.out);
  for (const char* text :
       {"ROC curve.", "Precision and recall.", "threshold</text>",
        "Found: the anomalies with the highest scores.", "False alarms", "The most ordinary.",
        "hourglass detect", "PCA-8", "data:image/png;base64", "normal: 1", "default-src 'none'"})
    EXPECT_TRUE(contains(page, text)) << text;
  EXPECT_TRUE(contains(
      page, fmt::format("{:.4f} to {:.4f}", figures.at("roc_auc_interval")[0].get<double>(),
                        figures.at("roc_auc_interval")[1].get<double>())));
  EXPECT_TRUE(contains(page, "The threshold is based on 200 held-out normal examples"));
  EXPECT_FALSE(contains(page, "http://") || contains(page, "https://"));  // needs nothing beside it
}

TEST_F(DetectCommand, ReportsOfATableWhatARowSaysAndWhatWasExpected) {
  ASSERT_EQ(train("breast-cancer?labels=benign", {}, "2").exit_code, 0);
  ASSERT_EQ(detect({"--report", folder / "page.html", "--quiet"}).exit_code, 0);
  const std::string page = read_file(folder / "page.html");
  EXPECT_TRUE(contains(page, ", expected "));
  EXPECT_TRUE(contains(page, "worst "));  // a column's name
  EXPECT_TRUE(contains(page, "malignant"));
  EXPECT_TRUE(contains(page, "held no examples out"));  // a warning
}

TEST_F(DetectCommand, ReportsDataWithoutLabelsByItsScoresAlone) {
  write_file(folder / "bare.idx", small_idx(60));
  ASSERT_EQ(train("idx:" + (folder / "bare.idx").string()).exit_code, 0);
  ASSERT_EQ(detect({"--report", folder / "page.html", "--quiet"}).exit_code, 0);
  const std::string page = read_file(folder / "page.html");
  EXPECT_TRUE(contains(page, "The most anomalous.") && contains(page, "The most ordinary."));
  EXPECT_FALSE(contains(page, "ROC") || contains(page, "normal examples with"));
}

TEST_F(DetectCommand, RefusesInOneLineWhatItCannotDo) {
  ASSERT_EQ(train("mnist?labels=1&limit=100").exit_code, 0);
  expect_refused({"detect", run_at, "--score", "loudness"}, "no score 'loudness'");
  expect_refused({"detect", run_at, "--reject", "2"}, "--reject");
  expect_refused({"detect", run_at, "--normal", "300"}, "label '300' is not a whole number");
  expect_refused({"detect", run_at, "--normal", "4"}, "there are no training examples of label 4");
  expect_refused({"detect", run_at, "--normal", "1,12"},
                 "there are no training examples of label 12");
  expect_refused({"detect", run_at, "--held-out"}, "--hold-out");
  expect_refused({"detect", folder / "nothing"}, "nothing");
  expect_refused({"detect", run_at, "--report", "page.pdf"}, "ends in .html");
  fs::create_directory(folder / "folder.html");
  expect_refused({"detect", run_at, "--report", folder / "folder.html"}, "is a folder");
  const std::string under_a_file = fs::path(run_at) / "config.toml/page.html";
  const Outcome unwritable = detect({"--data", "mnist?limit=50", "--report", under_a_file});
  EXPECT_EQ(unwritable.exit_code, 1);
  EXPECT_TRUE(unwritable.is_one_line() && contains(unwritable.err, "cannot be written"))
      << unwritable.err;
}

}  // namespace
