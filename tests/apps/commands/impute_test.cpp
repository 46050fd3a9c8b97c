#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "hourglass/autograd/base/random.hpp"
#include "tests/apps/command.hpp"

using namespace hourglass::testing;
using nlohmann::json;

namespace {

/// Trains a model of a table, whose columns tell one another, from rows with gaps.
class ImputeCommand : public testing::Test {
 protected:
  ImputeCommand() {
    hourglass::Rng rng(1);
    std::string gaps = head, truth = head;
    for (int i = 0; i < 300; ++i) {
      const double length = 1 + rng.uniform() + (i % 2 ? 2 : 0);
      const std::vector<std::string> cells = {fmt::format("{:.2f}", length),
                                              fmt::format("{:.1f} mg", 100 * length),
                                              i % 2 ? "\"big, round\"" : "small", "yes"};
      for (std::size_t k = 0; k < 4; ++k) {
        const std::string end = k == 3 ? "\r\n" : ",";
        truth += cells[k] + end;
        gaps += (i % 5 == static_cast<int>(k) ? k == 0 ? "NA" : "" : cells[k]) + end;
      }
    }
    write_file(in, gaps);
    write_file(complete, truth);
  }

  Outcome train(const std::string& epochs = "60", const std::string& model = "miwae",
                std::string data = "") {
    if (data.empty()) data = "csv:" + in + "?ignore=note&missing=keep&split=none";
    return run({"train", model, "--data", data, "--out", run_at, "--latent", "2", "--set",
                "hidden=[32]", "--batch", "32", "--lr", "0.01", "--epochs", epochs, "--force",
                "--quiet"});
  }
  Outcome impute(const std::string& file, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"impute", run_at, "--in", file, "--out", out, "--samples", "200"});
    return run(more);
  }

  const std::string head = "length,\"mass\",shape,note\r\n";
  TestFolder folder;
  std::string run_at = folder / "run", in = folder / "in.csv", out = folder / "out.csv",
              complete = folder / "truth.csv";
};

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

TEST_F(ImputeCommand, FillsInTheEmptyCellsAndLeavesEverythingElseAsItIs) {
  const Outcome trained = train();
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  EXPECT_EQ(trained.err, "");
  const Outcome outcome = impute(in, {"--truth", complete, "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(outcome.out);
  EXPECT_EQ(figures.at("rows"), 300);
  EXPECT_EQ(figures.at("incomplete_rows"), 180);
  EXPECT_EQ(figures.at("filled"), 180);
  EXPECT_EQ(figures.at("columns")[1], (json{{"name", "mass"}, {"filled", 60}}));
  EXPECT_EQ(figures.at("compared_numbers"), 120);
  EXPECT_LT(figures.at("rmse"), 0.3);
  EXPECT_GT(figures.at("means_rmse"), 0.9);
  EXPECT_LT(figures.at("pca_rmse"), 0.5);
  EXPECT_GT(figures.at("categories_right"), 0.95);
  EXPECT_LT(figures.at("most_frequent_right"), 0.7);

  const std::vector<std::string> before = lines_of(read_file(in)), after = lines_of(read_file(out)),
                                 truth = lines_of(read_file(complete));
  ASSERT_EQ(after.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i)
    if (i == 0 || (i - 1) % 5 >= 3) {
      EXPECT_EQ(after[i], before[i]) << "nothing is missing, or only what the model does not know";
    }
  EXPECT_EQ(after[1].substr(after[1].find(',')), truth[1].substr(truth[1].find(',')));
  EXPECT_TRUE(contains(after[2], " mg,\"big, round\",yes\r")) << after[2];
  EXPECT_EQ(after[3], truth[3]) << "a category";

  // Nothing is missing any more.
  const Outcome again = run({"impute", run_at, "--in", out, "--out", folder / "again.csv"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(read_file(folder / "again.csv"), read_file(out));
}

TEST_F(ImputeCommand, FillsInARowByItselfHoweverLittleIsKnownOfIt) {
  ASSERT_EQ(train().exit_code, 0);
  write_file(folder / "one.csv", "shape,length,mass,who\n,3.5,,me\n");
  ASSERT_EQ(impute(folder / "one.csv").exit_code, 0);
  const std::string text = read_file(out);
  EXPECT_TRUE(text.starts_with("shape,length,mass,who\n\"big, round\",3.5,3")) << text;
  EXPECT_TRUE(text.ends_with(" mg,me\n")) << text;
  write_file(folder / "none.csv", "length,mass,shape\n,,\n1.5,,\n");
  EXPECT_EQ(impute(folder / "none.csv").exit_code, 0);
  EXPECT_FALSE(contains(read_file(out), ",,")) << read_file(out);
}

TEST_F(ImputeCommand, UsesTheSignsOfTheFile) {
  ASSERT_EQ(train().exit_code, 0);
  write_file(folder / "comma.csv", "length;mass\n3,55;\n;350,5\n1,25;120,5\n");
  expect_refused({"impute", run_at, "--in", folder / "comma.csv", "--out", out},
                 "no column 'shape'");
  write_file(folder / "comma.csv", "length;mass;shape\n3,55;;\n;350,5;small\n1,25;120,5;small\n");
  ASSERT_EQ(impute(folder / "comma.csv").exit_code, 0);
  const std::string text = read_file(out);
  EXPECT_TRUE(text.starts_with("length;mass;shape\n3,55;3")) << text;
  EXPECT_TRUE(contains(text, ",")) << text;
  EXPECT_FALSE(contains(text, ".")) << text;
}

TEST_F(ImputeCommand, RefusesWhatCannotBeFilledInInOneLine) {
  expect_refused({"impute", run_at, "--in", in, "--out", out}, "there is no trained model");
  ASSERT_EQ(train("1").exit_code, 0);
  const auto refused = [&](const std::string& file, const std::string& words) {
    expect_refused({"impute", run_at, "--in", file, "--out", out}, words);
    EXPECT_FALSE(fs::exists(out));
  };
  refused(folder / "nowhere.csv", "nowhere.csv: cannot be read");
  write_file(folder / "other.csv", "a,b\n1,2\n");
  refused(folder / "other.csv", "has none of the columns that the model was trained on");
  write_file(folder / "text.csv", "length,mass,shape\nlong,,small\n,,small\n");
  refused(folder / "text.csv", "column 'length' holds text, but the model was trained on numbers");
  write_file(folder / "blanks.csv", "length mass shape\n1.5 150 small\n1.6 160 small\n");
  refused(folder / "blanks.csv", "its fields are parted by blanks");
  write_file(folder / "ragged.csv", "length,mass,shape\n1,2\n");
  refused(folder / "ragged.csv", "line 2 has 2 fields");
  expect_refused({"impute", run_at, "--in", in, "--out", in}, in);
  expect_refused({"impute", run_at, "--in", in, "--out", folder / "out.png"}, ".png");
  expect_refused({"impute", run_at, "--in", in, "--out", out, "--samples", "0"}, "--samples");
  expect_refused({"impute", run_at, "--in", in, "--out", out, "--truth", folder / "ragged.csv"},
                 "line 2 has 2 fields");
  EXPECT_FALSE(fs::exists(out));
}

TEST_F(ImputeCommand, IsTheOnlyUseOfWhatIsMissing) {
  expect_refused({"train", "vanilla", "--data", "csv:" + in + "?missing=keep", "--out", run_at},
                 "'vanilla' (miwae learns from the others) needs them all");
  expect_refused({"train", "miwae", "--data", "csv:" + in + "?missing=keep", "--out", run_at,
                  "--set", "check_finite=true"},
                 "training.check_finite looks for numbers that are not finite");
  ASSERT_EQ(train("1").exit_code, 0);
  EXPECT_EQ(run({"evaluate", run_at}).exit_code, 0);
  EXPECT_EQ(run({"encode", run_at, "--out", folder / "codes.npy"}).exit_code, 0);
  expect_refused({"detect", run_at}, "needs them all");
}

TEST_F(ImputeCommand, NeedsAModelOfATableThatTakesGaps) {
  const std::string data = "csv:" + complete + "?ignore=note";
  ASSERT_EQ(train("1", "vanilla", data).exit_code, 0);
  expect_refused({"impute", run_at, "--in", in, "--out", out},
                 "is a vanilla model, which fills "
                 "nothing in");
  const Outcome measured =
      run({"evaluate", run_at, "--data", "csv:" + in + "?ignore=note&missing=keep"});
  EXPECT_EQ(measured.exit_code, 2);
  EXPECT_TRUE(contains(measured.err, "and a vanilla model needs them all\n")) << measured.err;
  write_file(folder / "images.idx", small_idx(40));
  ASSERT_EQ(train("1", "miwae", "idx:" + (folder / "images.idx").string()).exit_code, 0);
  expect_refused({"impute", run_at, "--in", in, "--out", out}, "which is no table");
}

}  // namespace
