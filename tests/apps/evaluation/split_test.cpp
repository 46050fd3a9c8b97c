#include <gtest/gtest.h>

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "hourglass/datasets/readers/npy.hpp"
#include "tests/apps/command.hpp"

using namespace hourglass::testing;
using nlohmann::json;

// What metrics are measured on, and what is said of that.

namespace {

/// `count` images of 4 × 4 random bytes, and a random class of each.
class NoiseRun : public ::testing::Test {
 protected:
  NoiseRun() {
    write("n.npy", 200, 1);
    write("other.npy", 60, 2);
  }

  void write(const std::string& name, std::size_t count, unsigned seed) {
    std::string file = hourglass::npy_header({count, 4, 4}),
                classes = hourglass::npy_header({count});
    for (std::size_t i = 0; i < count * 16; ++i) file += static_cast<char>(next(seed));
    for (std::size_t i = 0; i < count; ++i) classes += static_cast<char>(next(seed) % 4);
    write_file(folder / name, file);
    write_file(folder / ("classes-of-" + name), classes);
  }
  static unsigned next(unsigned& state) {
    state = state * 1664525u + 1013904223u;
    return state >> 24;
  }

  std::string data(const std::string& name = "n.npy", const std::string& options = "") const {
    return "npy:" + (folder / name).string() + options;
  }
  std::string labels_of(const std::string& name) const {
    return "?classes=" + (folder / ("classes-of-" + name)).string();
  }
  Outcome train(const std::string& of, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words = {"train",     "vanilla",    "--data",   of,  "--out",   run_at,
                                      "--set",     "hidden=[8]", "--latent", "2", "--batch", "32",
                                      "--threads", "1",          "--epochs", "2", "--force"};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }
  json trained(const std::string& of, std::vector<std::string> more = {}) {
    more.insert(more.end(), {"--json", "-"});
    const Outcome outcome = train(of, more);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return json::parse(outcome.out);
  }
  Outcome evaluate(const std::vector<std::string>& more) {
    std::vector<std::string> words = {"evaluate", run_at};
    words.insert(words.end(), more.begin(), more.end());
    return run(words);
  }

  TestFolder folder;
  std::string run_at = folder / "run";
};

TEST_F(NoiseRun, IsTestedOnExamplesThatItWasNotTrainedOn) {
  const Outcome outcome = train(data());
  EXPECT_TRUE(contains(outcome.err,
                       "60 of its 200 examples are held out as one (seed 1; ?split=0.2, "
                       "?split=none or --test DATA choose otherwise)"))
      << outcome.err;
  EXPECT_TRUE(contains(outcome.out, "on the test set  ")) << outcome.out;
  const json figures = trained(data());
  EXPECT_EQ(figures.at("measured_on").at("split"), "test");
  EXPECT_EQ(figures.at("measured_on").at("examples"), 60);
  EXPECT_EQ(figures.at("measured_on").at("trained_on"), 0);
}

TEST_F(NoiseRun, TheWordTestIsNowhereWithoutATestSet) {
  const Outcome outcome = train(data("n.npy", "?split=none"), {"--json", folder / "figures.json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(contains(outcome.err, "metrics are measured on the training data")) << outcome.err;
  EXPECT_TRUE(contains(outcome.out, "on the training data")) << outcome.out;
  EXPECT_FALSE(contains(outcome.out, "test_") || contains(outcome.out, "on the test"))
      << outcome.out;
  EXPECT_FALSE(contains(read_file(fs::path(run_at) / "metrics.csv"), "test_"));
  const std::string page = read_file(fs::path(run_at) / "report.html");
  for (const char* word : {"test image", "test set,", "of the test", "none of which was"})
    EXPECT_FALSE(contains(page, word)) << word;
  const json figures = json::parse(read_file(folder / "figures.json"));
  EXPECT_TRUE(figures.at("test").is_null());
  EXPECT_EQ(figures.at("measured_on").at("split"), "train");
  EXPECT_TRUE(contains(evaluate({}).out, "on the training data"));
  expect_refused({"features", run_at}, "leaves none");
  expect_refused({"evaluate", run_at, "--data", data("n.npy", "@test?split=none")},
                 "has no test split");
}

/// What `evaluate --data` says of data that relate in different ways to what was trained on.
TEST_F(NoiseRun, EvaluationSaysHowManyExamplesWereTrainedOn) {
  ASSERT_EQ(train(data()).exit_code, 0);
  fs::copy_file(folder / "n.npy", folder / "copy.npy");
  fs::create_symlink(folder / "n.npy", folder / "link.npy");
  const std::string through = "npy:" + (folder / "run/../n.npy").string();
  const struct {
    std::string data, words, split;
    std::size_t examples, trained_on;
  } cases[] = {
      {data(), "on the test set ", "test", 60, 0},
      {through, "on the test set ", "test", 60, 0},
      {data("link.npy"), "on the test set ", "test", 60, 0},
      {data("n.npy", "@train"), "on the training data ", "train", 140, 140},
      {data("n.npy", "@all"), "140 of which were trained on\n", "all", 200, 140},
      {data("copy.npy"), "140 of which were trained on\n", "all", 200, 140},
      {data("copy.npy", "@train"), "all of which were trained on\n", "train", 140, 140},
      {data("other.npy"), "other.npy\n", "all", 60, 0},
  };
  for (const auto& c : cases) {
    EXPECT_TRUE(contains(evaluate({"--data", c.data}).out, c.words))
        << c.data << evaluate({"--data", c.data}).out;
    const json on = json::parse(evaluate({"--data", c.data, "--json", "-"}).out).at("measured_on");
    EXPECT_EQ(on.at("split"), c.split) << c.data;
    EXPECT_EQ(on.at("examples"), c.examples) << c.data;
    EXPECT_EQ(on.at("trained_on"), c.trained_on) << c.data;
  }
  const std::string otherwise = evaluate({"--data", data("n.npy", "?seed=2")}).out;
  EXPECT_TRUE(contains(otherwise, "on 60 examples of ") && contains(otherwise, "of which were"))
      << otherwise;
}

TEST_F(NoiseRun, DividesItsOwnDataLaterAsInTraining) {
  ASSERT_EQ(train(data("n.npy", "?seed=7&split=0.2")).exit_code, 0);
  const std::string again = evaluate({"--data", data()}).out;
  EXPECT_TRUE(contains(again, "40 examples") && contains(again, "on the test set  ")) << again;
}

TEST_F(NoiseRun, TellsOfTestExamplesThatEqualTrainingExamples) {
  std::string twice = hourglass::npy_header({100, 4, 4});
  unsigned state = 5;
  for (int i = 0; i < 50 * 16; ++i) twice += static_cast<char>(next(state));
  write_file(folder / "twice.npy", twice + twice.substr(twice.size() - 50 * 16));
  const Outcome outcome = train(data("twice.npy"));
  EXPECT_TRUE(contains(outcome.out, "of whose 30 examples equal a training example"))
      << outcome.out;
}

TEST_F(NoiseRun, SaysThatItsDataHaveChanged) {
  ASSERT_EQ(train(data("n.npy", labels_of("n.npy")), {"--hold-out", "20"}).exit_code, 0);
  EXPECT_PRED2(contains, evaluate({}).out, "on the test set");
  write("n.npy", 260, 1);  // it has grown: other examples are drawn as its test split
  const Outcome grown = evaluate({});
  EXPECT_EQ(grown.exit_code, 0) << grown.err;
  EXPECT_PRED2(contains, grown.out, "which has changed since the run was trained on it");
  EXPECT_FALSE(contains(grown.out, "test set")) << grown.out;
  const json figures = json::parse(evaluate({"--json", "-"}).out);
  EXPECT_EQ(figures.at("measured_on").at("trained_on"), nullptr);
  for (const char* on : {"", "--held-out"}) {
    std::vector<std::string> words = {"features", run_at};
    if (*on) words.emplace_back(on);
    expect_refused(words, "has changed since");
  }
  const json detected =
      json::parse(run({"detect", run_at, "--held-out", "--normal", "0", "--json", "-"}).out);
  EXPECT_EQ(detected.at("measured_on").at("trained_on"), nullptr);
}

TEST_F(NoiseRun, IsTestedOnAnotherFileWhereOneIsNamed) {
  const json figures = trained(data(), {"--test", data("other.npy")});
  EXPECT_EQ(figures.at("measured_on").at("examples"), 60);
  EXPECT_EQ(figures.at("measured_on").at("split"), "test");
  EXPECT_TRUE(contains(read_file(fs::path(run_at) / "config.toml"), "other.npy"));
  const std::string again = evaluate({}).out;
  EXPECT_TRUE(contains(again, "on the test set") && contains(again, "60 examples")) << again;
  EXPECT_TRUE(contains(evaluate({"--data", data()}).out, "on the training data"));
  const json leaky = trained(data(), {"--test", data("n.npy", "@all")});
  EXPECT_TRUE(leaky.at("test").is_null());
  EXPECT_EQ(leaky.at("measured_on").at("trained_on"), 140);
  expect_refused({"train", "vanilla", "--data", data(), "--test", "mnist", "--out", folder / "x"},
                 "--test: mnist has examples of (1, 28, 28)");
}

TEST_F(NoiseRun, PatienceWatchesHeldOutExamples) {
  const Outcome outcome = train(data(), {"--set", "patience=1"});
  EXPECT_TRUE(contains(outcome.err, "watches 14 of the 140 training examples")) << outcome.err;
  const std::string metrics = read_file(fs::path(run_at) / "metrics.csv");
  EXPECT_TRUE(contains(metrics, "validation_loss") && !contains(metrics, "test_loss")) << metrics;
  EXPECT_TRUE(contains(read_file(fs::path(run_at) / "config.toml"), "hold_out = 14"));
  EXPECT_FALSE(
      contains(train(data(), {"--set", "patience=1", "--set", "watch=train_loss"}).err, "watches"));
  const auto refused = [&](const std::vector<std::string>& more, const char* words) {
    std::vector<std::string> all = {"train", "vanilla", "--data", data(), "--out", folder / "x"};
    all.insert(all.end(), more.begin(), more.end());
    expect_refused(all, words);
  };
  refused({"--set", "patience=1", "--hold-out", "0"}, "leave out --hold-out 0");
  refused({"--set", "patience=1", "--set", "watch=test_loss"}, "validation_loss is the same");
}

TEST_F(NoiseRun, FeaturesJudgesNothingThatItLearntFrom) {
  const std::string labelled = data("n.npy", labels_of("n.npy"));
  ASSERT_EQ(train(labelled).exit_code, 0);
  const auto features = [&](const std::vector<std::string>& more) {
    std::vector<std::string> words = {"features", run_at, "--json", "-"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return json::parse(outcome.out);
  };
  const json own = features({});
  EXPECT_LT(own.at("pixel_knn_accuracy"), 0.45) << "four classes of noise";
  EXPECT_LT(own.at("pixel_linear_accuracy"), 0.45);
  EXPECT_EQ(own.at("measured_on").at("split"), "test");
  const std::string others = data("other.npy", labels_of("other.npy"));
  const json other = features({"--data", others});
  EXPECT_EQ(other.at("labels_used").get<int>() + other.at("examples").get<int>(), 60);
  expect_refused({"features", run_at, "--data", "mnist@train"}, "leave out the @");
  expect_refused({"features", run_at, "--data", labelled + "&split=none"}, "has no test split");
}

TEST_F(NoiseRun, CompressionBesideOthersAndTheJudgeSayWhatTheyMeasureOn) {
  const std::string labelled = data("n.npy", labels_of("n.npy"));
  ASSERT_EQ(train(data()).exit_code, 0);
  const Outcome rates = run({"compress", run_at, folder / "n.npy", folder / "n.hgz", "--quality",
                             "50", "--rate-distortion", folder / "r.svg"});
  EXPECT_TRUE(contains(rates.out, "n.npy, 140 of which were trained on")) << rates.out << rates.err;
  ASSERT_EQ(run({"train", "stacked", "--data", labelled, "--set", "hidden=[8]", "--latent", "4",
                 "--set", "fine_tune=labels", "--epochs", "1", "--out", folder / "judge"})
                .exit_code,
            0);
  const std::vector<std::string> judge = {
      "generate", run_at,  "--sampler",      "gmm",     "--components",
      "2",        "--npy", folder / "g.npy", "--judge", folder / "judge"};
  EXPECT_TRUE(contains(run(judge).out, "distance to test")) << run(judge).err;
  ASSERT_EQ(train(data("n.npy", "?split=none"), {"--hold-out", "50"}).exit_code, 0);
  EXPECT_TRUE(contains(run(judge).out, "distance to held-out")) << run(judge).err;
  ASSERT_EQ(train(data("n.npy", "?split=none")).exit_code, 0);
  fs::remove(folder / "g.npy");
  expect_refused(judge, "--judge compares with examples");
  EXPECT_FALSE(fs::exists(folder / "g.npy"));  // refused before anything is written
}

TEST_F(NoiseRun, EveryCommandNamesWhatItMeasuredOn) {
  ASSERT_EQ(train(data()).exit_code, 0);
  const std::string all = data("n.npy", "@all");
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"reconstruct", run_at, "--data", all, "--out", folder / "r.png"},
           {"encode", run_at, "--data", all, "--out", folder / "e.npy"},
           {"detect", run_at, "--data", all, "--report", folder / "d.html"},
           {"evaluate", run_at, "--data", all}}) {
    std::vector<std::string> words = command;
    words.insert(words.end(), {"--json", "-"});
    const Outcome outcome = run(words);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(json::parse(outcome.out).at("measured_on").at("trained_on"), 140) << command[0];
    if (command[0] != "encode") {
      EXPECT_TRUE(contains(run(command).out, "140 of which were trained on")) << command[0];
    }
  }
  EXPECT_TRUE(contains(read_file(folder / "d.html"), "140 of which were trained on"));
}

/// Its config once had no run.test.
TEST_F(NoiseRun, OfAnOlderModelWasTrainedOnAsAWhole) {
  ASSERT_EQ(train(data("n.npy", "?split=none")).exit_code, 0);
  const fs::path model = fs::path(run_at) / "model.safetensors";
  std::string bytes = read_file(model);
  const auto put = [&](const std::string& old, const std::string& now) {  // of the same length
    ASSERT_NE(bytes.find(old), std::string::npos) << old;
    bytes.replace(bytes.find(old), old.size(), now + std::string(old.size() - now.size(), ' '));
  };
  put(R"(test = \"\")", "");
  put(R"(.npy?split=none\")", R"(.npy\")");
  write_file(model, bytes);
  const Outcome outcome = evaluate({});
  EXPECT_TRUE(contains(outcome.out, "on the training data")) << outcome.out << outcome.err;
  EXPECT_TRUE(contains(outcome.out, "200 examples")) << outcome.out;
}

TEST_F(NoiseRun, OfASingleExampleTrainsOnItAndSaysSo) {
  write("one.npy", 1, 3);
  const Outcome outcome = train(data("one.npy"));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(contains(outcome.err,
                       "is a single example, without a test set: metrics are measured "
                       "on the training data"))
      << outcome.err;
}

}  // namespace
