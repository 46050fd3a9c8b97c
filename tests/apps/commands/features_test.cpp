#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/apps/command.hpp"

using namespace hourglass::testing;
using nlohmann::json;

namespace {

class FeaturesCommand : public testing::Test {
 protected:
  Outcome train(const std::string& data, const std::vector<std::string>& more = {},
                const std::string& latent = "8") {
    std::vector<std::string> words = {"train", "vanilla",     "--data", data,       "--out",
                                      run_at,  "--latent",    latent,   "--epochs", "2",
                                      "--set", "hidden=[32]", "--quiet"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  Outcome features(std::vector<std::string> more) {
    more.insert(more.begin(), {"features", run_at});
    return run(more);
  }

  TestFolder folder;
  std::string run_at = folder / "run";
};

TEST_F(FeaturesCommand, ComparesCodesWithPcaAndPixels) {
  ASSERT_EQ(train("mnist?limit=200").exit_code, 0);
  const Outcome outcome = features({"--json", "-", "--quiet"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(outcome.out);
  EXPECT_EQ(figures.at("labels_used"), 200);
  EXPECT_EQ(figures.at("code_size"), 8);
  for (const char* of : {"", "pca_", "pixel_"})
    for (const char* what : {"knn_accuracy", "linear_accuracy"}) {
      const double accuracy = figures.at(std::string(of) + what);
      EXPECT_TRUE(accuracy > 0.15 && accuracy < 0.98) << of << what << " " << accuracy;
    }
  const Outcome few = features({"--labels-used", "50", "--json", "-"});
  const json fewer = json::parse(few.out);
  EXPECT_EQ(fewer.at("labels_used"), 50);
  EXPECT_LT(fewer.at("pixel_knn_accuracy"), figures.at("pixel_knn_accuracy"));
}

TEST_F(FeaturesCommand, SaysSlantAndStrokeWidthByRidgeRegression) {
  ASSERT_EQ(train("mnist?limit=300").exit_code, 0);
  const json figures = json::parse(features({"--labels-used", "10,200", "--json", "-"}).out);
  ASSERT_EQ(figures.at("by_labels").size(), 2u);
  const json few = figures.at("by_labels")[0], many = figures.at("by_labels")[1];
  EXPECT_EQ(few.at("labels_used"), 10);
  EXPECT_EQ(figures.at("labels_used"), 10);
  EXPECT_LT(few.at("pixel_ridge_slant_r2"), many.at("pixel_ridge_slant_r2"));
  for (const char* of : {"pca_", "pixel_"})  // the code of so short a training says little
    for (const char* what : {"ridge_slant_r2", "ridge_stroke_width_r2"})
      EXPECT_GT(many.at(std::string(of) + what), 0.1) << of << what;
  EXPECT_TRUE(many.contains("ridge_slant_rmse"));
  EXPECT_NEAR(many.at("margin").get<double>(),
              many.at("best_accuracy").get<double>() -
                  std::max(many.at("pca_best_accuracy").get<double>(),
                           many.at("pixel_best_accuracy").get<double>()),
              1e-12);
}

TEST_F(FeaturesCommand, JudgesOnWhatTheRunHeldOut) {
  ASSERT_EQ(train("mnist?limit=200", {"--hold-out", "100"}).exit_code, 0);
  const Outcome outcome = features({"--held-out", "--labels-used", "30", "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(json::parse(outcome.out).at("examples"), 100);
}

TEST_F(FeaturesCommand, HalvesPcaWhereTheCodeIsAsWideAsTheTable) {
  ASSERT_EQ(train("breast-cancer", {}, "30").exit_code, 0);
  const Outcome outcome = features({});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(contains(outcome.out, "PCA-15")) << outcome.out;
  EXPECT_TRUE(contains(run({"evaluate", run_at}).out, "PCA-15"));
  expect_refused({"features", run_at, "--pca", "30"},
                 "--pca 30: of 30 columns, 30 or more rebuild everything: ask for at most 29");
  expect_refused({"detect", run_at, "--normal", "1", "--pca", "500"}, "--pca 500: of 30 columns");
}

TEST_F(FeaturesCommand, SaysATablesOwnTargetByRidgeRegression) {
  ASSERT_EQ(train("diabetes", {"--batch", "32"}, "4").exit_code, 0);
  const Outcome outcome = features({"--report", folder / "page.html", "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(outcome.out);
  EXPECT_GT(figures.at("pixel_ridge_target_r2"), 0.3);  // raw columns; published: about 0.5
  EXPECT_LT(figures.at("pixel_ridge_target_rmse"), 65);
  EXPECT_TRUE(figures.contains("ridge_target_r2") && figures.contains("pca_ridge_target_r2"));
  EXPECT_FALSE(figures.contains("knn_accuracy") || figures.contains("margin"));
  const json few = json::parse(features({"--labels-used", "20", "--json", "-"}).out);
  EXPECT_LT(few.at("pixel_ridge_target_r2"), figures.at("pixel_ridge_target_r2"));
  const std::string page = read_file(folder / "page.html");
  EXPECT_TRUE(contains(page, "R² target") && contains(page, "raw columns"));
  EXPECT_FALSE(contains(page, "Confusion"));
}

TEST_F(FeaturesCommand, ReportsWhatIsTakenForWhatAndTheNearestPictures) {
  ASSERT_EQ(train("mnist?limit=200").exit_code, 0);
  const std::string page_at = folder / "page.html";
  const Outcome outcome = features(
      {"--data", "mnist?limit=300", "--labels-used", "20,100", "--report", page_at, "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const std::string page = read_file(page_at);
  for (const char* text :
       {"Confusion matrix.", "100 labelled examples", "taken for", "Learnt from 20 examples.",
        "nearest training pictures by code", "data:image/png;base64", "hourglass features"})
    EXPECT_TRUE(contains(page, text)) << text;
  const double accuracy = json::parse(outcome.out).at("by_labels")[1].at("linear_accuracy");
  EXPECT_TRUE(contains(page, fmt::format("puts {:.2f} % of them", 100 * accuracy)));
}

TEST_F(FeaturesCommand, RefusesInOneLineWhatItCannotDo) {
  write_file(folder / "bare.idx", small_idx(60));
  ASSERT_EQ(train("idx:" + (folder / "bare.idx").string()).exit_code, 0);
  const Outcome bare = features({});
  EXPECT_EQ(bare.exit_code, 2);
  EXPECT_TRUE(bare.is_one_line() && contains(bare.err, "has no labels")) << bare.err;
  const Outcome held_out = features({"--held-out"});
  EXPECT_EQ(held_out.exit_code, 2);
  EXPECT_TRUE(contains(held_out.err, "--hold-out")) << held_out.err;
  expect_refused({"features", run_at, "--report", "page.pdf"}, "ends in .html");
}

}  // namespace
