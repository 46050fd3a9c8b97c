#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "apps/evaluation/metric_text.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/nn/files/safetensors.hpp"
#include "tests/apps/command.hpp"

// How the commands show metrics: one rounding, one sign, none that is no number.

using namespace hourglass::testing;
using nlohmann::json;

namespace {

TEST(MetricText, RoundsAShareInOneWayWithItsSpreadOrWithout) {
  EXPECT_EQ(hourglass::percent(0.88274), "88.27 %");
  EXPECT_EQ(hourglass::percent(0.88274, 0.0031), "88.27 ± 0.31 %");
}

TEST(MetricText, NamesTheMetricThatIsNoNumberHoweverDeep) {
  nlohmann::ordered_json figures = {{"loss", 1.5}, {"by", {{{"auc", 0.5}}, {{"auc", 0.5}}}}};
  EXPECT_NO_THROW(hourglass::expect_finite(figures, "mnist"));
  figures["by"][1]["auc"] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(
      message_of<hourglass::NonFiniteError>([&] { hourglass::expect_finite(figures, "mnist"); }),
      "by/1/auc is not finite: it is nan, measured on mnist");
}

/// A vae, and a copy of it of which one weight is NaN.
class BrokenModel : public SmallRun {
 protected:
  BrokenModel() {
    EXPECT_EQ(run(train("vae", {"--epochs", "1", "--quiet"}, "vae")).exit_code, 0);
    hourglass::TensorFile saved = hourglass::read_safetensors(folder / "vae/model.safetensors");
    saved.tensors.at("decoder.0.weight")(0, 0) =
        std::numeric_limits<hourglass::Scalar>::quiet_NaN();
    std::vector<hourglass::NamedTensor> tensors;
    for (const auto& [name, value] : saved.tensors) tensors.push_back({name, &value});
    fs::create_directory(folder / "broken");
    hourglass::write_safetensors(folder / "broken/model.safetensors", tensors, saved.metadata);
  }
};

TEST_F(BrokenModel, EveryCommandSaysWhichFigureIsNoNumberAndWritesNothing) {
  const std::string out = folder / "out.file", page = folder / "out.html";
  const std::vector<std::vector<std::string>> commands = {
      {"evaluate"},
      {"evaluate", "--importance-samples", "5", "--limit", "3"},
      {"reconstruct", "--out", out},
      {"generate", "--out", out, "--npy", folder / "out.npy"},
      {"detect", "--out", out, "--report", page},
      {"interpolate", "--arithmetic", "1 - 2 + 3", "--out", out},
      {"interpolate", "--from", "1", "--to", "2", "--out", out}};
  for (std::vector<std::string> words : commands) {
    words.insert(words.begin() + 1, folder / "broken");
    words.insert(words.end(), {"--json", folder / "out.json"});
    const Outcome outcome = run(words);
    EXPECT_EQ(outcome.exit_code, 1) << words[0] << ": " << outcome.err;
    EXPECT_TRUE(outcome.is_one_line()) << words[0] << ": " << outcome.err;
    EXPECT_TRUE(contains(outcome.err, "not finite")) << words[0] << ": " << outcome.err;
    EXPECT_EQ(outcome.out, "") << words[0];
    for (const char* name : {"out.file", "out.html", "out.npy", "out.json"})
      EXPECT_FALSE(fs::exists(folder / name)) << words[0] << " wrote " << name;
  }
}

TEST_F(BrokenModel, EvaluateNamesTheOperationThatMadeIt) {
  const Outcome outcome = run({"evaluate", folder / "broken"});
  EXPECT_TRUE(contains(outcome.err, "decoder.0")) << outcome.err;
}

TEST_F(SmallRun, EvaluateGivesTheBoundAndWhatItBoundsOfTheSameExamplesWithOneSign) {
  ASSERT_EQ(run(train("vae", {"--epochs", "1", "--quiet"}, "vae")).exit_code, 0);
  const std::vector<std::string> words = {"evaluate", folder / "vae",   "--importance-samples",
                                          "20",       "--limit",        "50",
                                          "--json",   folder / "f.json"};
  const Outcome outcome = run(words);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(read_file(folder / "f.json"));
  const double bound = figures.at("negative_elbo_nats"), nll = figures.at("nll_nats");
  EXPECT_EQ(bound, -figures.at("elbo_nats").get<double>());
  EXPECT_LT(nll, bound);
  EXPECT_EQ(figures.at("likelihood_examples"), 50);
  for (double figure : {bound, nll})
    EXPECT_TRUE(contains(outcome.out, fmt::format("{:>12.3f}{:>12}   nats per image, of the first "
                                                  "50 examples",
                                                  figure, "")))
        << outcome.out;
}

TEST_F(SmallRun, EvaluateGivesTheFiguresOfTrainingWhateverTheSeed) {
  for (const char* seed : {"1", "7"}) {
    const Outcome trained =
        run(train(seed, {"--epochs", "1", "--seed", seed, "--json", "-"}, "vae"));
    const json test = json::parse(trained.out).at("test");
    const json again = json::parse(run({"evaluate", folder / seed, "--json", "-"}).out);
    EXPECT_EQ(test.at("loss"), again.at("loss")) << "seed " << seed;
    EXPECT_NEAR(test.at("loss").get<double>(), again.at("negative_elbo_nats").get<double>(), 1e-3);
    const std::string metrics = read_file(folder / seed / "metrics.csv");
    EXPECT_TRUE(contains(metrics, fmt::format("{}", test.at("loss").get<double>()))) << metrics;
  }
}

TEST_F(SmallRun, EvaluateMeasuresDisentanglementWhereFactorsAreKnown) {
  const std::string shapes = folder / "shapes";
  const Outcome trained = run({"train", "vae", "--data", "shapes", "--epochs", "2", "--latent", "4",
                               "--set", "hidden=[24]", "--out", shapes, "--quiet"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const Outcome outcome = run({"evaluate", shapes, "--json", folder / "f.json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(read_file(folder / "f.json"));
  const std::vector<std::pair<std::string, std::string>> rows = {
      {"mig", "mutual information gap"},
      {"dci_disentanglement", "DCI disentanglement"},
      {"dci_completeness", "DCI completeness"},
      {"dci_informativeness", "DCI informativeness"},
      {"factor_vae_score", "FactorVAE score"}};
  for (const auto& [key, row] : rows) {
    const double value = figures.at(key);
    EXPECT_GE(value, 0) << key;
    EXPECT_LE(value, 1) << key;
    EXPECT_TRUE(contains(outcome.out, fmt::format("{:<26}{:>12.3f}", row, value))) << outcome.out;
  }
  ASSERT_EQ(run(train("digits", {"--epochs", "1", "--quiet"}, "vae")).exit_code, 0);
  EXPECT_FALSE(contains(run({"evaluate", folder / "digits", "--json", "-"}).out, "mig"));
  // The factors themselves, beside the codes.
  const Outcome encoded =
      run({"encode", shapes, "--data", "shapes@all", "--out", folder / "codes.npy", "--factors",
           folder / "factors.npy", "--json", "-"});
  ASSERT_EQ(encoded.exit_code, 0) << encoded.err;
  EXPECT_EQ(json::parse(encoded.out).at("factors"), (json{"shape", "size", "angle", "x", "y"}));
  EXPECT_TRUE(contains(read_file(folder / "factors.npy"), "'shape': (6144,5,)"));
  expect_refused(
      {"encode", folder / "digits", "--out", folder / "c.npy", "--factors", folder / "d.npy"},
      "leave out --factors");
}

TEST_F(SmallRun, EvaluateShowsALikelihoodThatIsExactAndCommandsRefuseWhatNeedsACode) {
  const std::string made = folder / "made", out = folder / "new.png";
  const Outcome trained = run({"train", "made", "--data", "idx:" + (folder / "images.idx").string(),
                               "--epochs", "2", "--set", "hidden=[24]", "--out", made, "--quiet"});
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const Outcome outcome = run({"evaluate", made, "--json", folder / "f.json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(read_file(folder / "f.json"));
  const double nll = figures.at("nll_nats"), bits = figures.at("bits_per_dim");
  EXPECT_NEAR(bits, nll / 64 / std::log(2.0), 1e-5 * bits);
  EXPECT_TRUE(figures.at("warnings").empty()) << figures.at("warnings");
  for (const std::string& row :
       {fmt::format("{:<26}{:>12.3f}{:>12}   nats per image", "NLL", nll, ""),
        fmt::format("{:<26}{:>12.4f}{:>12}   bits per pixel", "bits per dimension", bits, "")})
    EXPECT_TRUE(contains(outcome.out, row)) << outcome.out;
  EXPECT_EQ(run({"generate", made, "--count", "4", "--out", out}).exit_code, 0);
  expect_refused({"evaluate", made, "--importance-samples", "5"},
                 "only a variational model's likelihood is estimated from samples");
  for (const char* quality : {"0", "50"}) {
    std::vector<std::string> words = {"compress", made, folder / "images.idx", folder / "x.hgz"};
    if (quality[0] != '0') words.insert(words.end(), {"--quality", quality});
    expect_refused(words, quality[0] == '0' ? "made has no latent variables"
                                            : "this model's code is the example itself");
  }
}

/// A conditional model that was shown three of the ten classes that it could have.
class ConditionalRun : public testing::Test {
 protected:
  ConditionalRun() {
    const Outcome outcome =
        run({"train", "conditional-vae", "--data", "mnist?labels=0,1,2&limit=600", "--epochs", "1",
             "--latent", "3", "--set", "hidden=[32]", "--out", folder / "run", "--quiet"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  TestFolder folder;
};

TEST_F(ConditionalRun, IsMeasuredOnNoClassThatItDoesNotKnow) {
  std::string images = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 28, 0, 0, 0, 28};
  write_file(folder / "images-idx3", images.append(std::size_t{2} * 784, '\0'));
  write_file(folder / "labels-idx1", std::string("\0\0\10\1\0\0\0\2\1\23", 10));
  expect_refused({"evaluate", folder / "run", "--data", "idx:" + (folder / "images-idx3").string()},
                 "has examples of class 19, but the model was trained with 10 classes, 0 to 9");
}

TEST(Classes, AreGivenAndSaidByTheirNames) {
  const TestFolder folder;
  std::string csv = "a,b,kind\n";
  const char* kinds[] = {"3", "10", "700", "cat"};
  for (int i = 0; i < 80; ++i)
    csv += std::to_string(i % 7) + "," + std::to_string(i) + "," + kinds[i % 4] + "\n";
  write_file(folder / "my.csv", csv);
  const std::string run_at = folder / "run", npy = folder / "new.npy",
                    labels = folder / "labels.npy";
  const auto train = [&](const std::string& kept) {
    const Outcome trained =
        run({"train", "conditional-vae", "--data",
             "csv:" + (folder / "my.csv").string() + "?label=kind" + kept, "--epochs", "1",
             "--latent", "2", "--set", "hidden=[8]", "--out", run_at, "--force", "--quiet"});
    ASSERT_EQ(trained.exit_code, 0) << trained.err;
  };
  train("");
  for (const char* kind : kinds) {
    const Outcome one = run({"generate", run_at, "--class", kind, "--count", "3", "--npy", npy,
                             "--labels", labels, "--json", "-"});
    ASSERT_EQ(one.exit_code, 0) << one.err;
    const json names = json::parse(one.out).at("class_names");
    EXPECT_EQ(names.at(static_cast<std::size_t>(read_file(labels).back())), kind);
  }
  const Outcome all = run({"generate", run_at, "--npy", npy, "--labels", labels});
  EXPECT_TRUE(contains(all.out, "labels.npy holds numbers: 0 is ")) << all.out;
  expect_refused({"generate", run_at, "--class", "dog", "--npy", npy}, "label 'dog'");
  train("&labels=cat,700");
  expect_refused({"generate", run_at, "--class", "10", "--npy", npy}, "so class 10 means nothing");
  expect_refused({"generate", run_at, "--class", "10", "--npy", npy}, "cat");
}

TEST_F(ConditionalRun, DrawsNoClassThatItWasNotShown) {
  const std::string run_at = folder / "run", out = folder / "new.png";
  expect_refused({"generate", run_at, "--class", "7", "--out", out}, "class 0, 1, 2");
  expect_refused({"generate", run_at, "--class", "12", "--out", out}, "no class 12");
  expect_refused({"generate", run_at, "--class", "7", "--sampler", "gmm", "--out", out},
                 "class 0, 1, 2");
  expect_refused({"interpolate", run_at, "--data", "mnist", "--arithmetic", "2 - class:1 + class:7",
                  "--out", out},
                 "class 0, 1, 2");
  EXPECT_FALSE(fs::exists(out));
  EXPECT_EQ(run({"generate", run_at, "--class", "2", "--count", "3", "--out", out}).exit_code, 0);
  const std::string labels_at = folder / "labels.npy";
  const Outcome all = run({"generate", run_at, "--count", "9", "--npy", folder / "new.npy",
                           "--labels", labels_at, "--json", "-"});
  ASSERT_EQ(all.exit_code, 0) << all.err;
  EXPECT_EQ(json::parse(all.out).at("classes_shown"), (json{0, 1, 2}));
  const std::string labels = read_file(labels_at);
  EXPECT_EQ(labels.substr(labels.size() - 9), std::string("\0\0\0\1\1\1\2\2\2", 9));
  EXPECT_TRUE(contains(read_file(folder / "run/report.html"),
                       "the first row as class 0, the last as class 2"));
}

TEST_F(ConditionalRun, NamesALikelihoodAsThatOfXGivenTheClass) {
  const Outcome outcome = run({"evaluate", folder / "run", "--importance-samples", "5", "--limit",
                               "10", "--json", folder / "f.json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(contains(outcome.out, "negative ELBO of p(x | y)")) << outcome.out;
  EXPECT_TRUE(contains(outcome.out, "NLL of p(x | y)")) << outcome.out;
  const json figures = json::parse(read_file(folder / "f.json"));
  EXPECT_LT(figures.at("nll_nats_given_class"), figures.at("negative_elbo_nats_given_class"));
  EXPECT_FALSE(figures.contains("elbo_nats"));
}

TEST_F(ConditionalRun, SaysTheClassThatASumOfCodesNames) {
  const Outcome outcome =
      run({"interpolate", folder / "run", "--arithmetic", "2 - class:1 + class:0", "--out",
           folder / "sum.png", "--json", "-"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(outcome.out);
  EXPECT_EQ(figures.at("nearest_label"), figures.at("drawn_class"));
}

TEST(FeaturesSpread, StandsBesideEveryMeanOverDraws) {
  TestFolder folder;
  const std::string run_at = folder / "run", page_at = folder / "page.html";
  ASSERT_EQ(run({"train", "vanilla", "--data", "mnist?limit=300", "--latent", "4", "--epochs", "1",
                 "--set", "hidden=[16]", "--out", run_at, "--quiet"})
                .exit_code,
            0);
  const Outcome outcome = run({"features", run_at, "--labels-used", "50", "--draws", "3",
                               "--report", page_at, "--json", folder / "f.json"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(read_file(folder / "f.json"));
  const std::string accuracy =
      hourglass::percent(figures.at("linear_accuracy"), figures.at("linear_accuracy_std"));
  EXPECT_GT(figures.at("linear_accuracy_std"), 0);
  EXPECT_TRUE(figures.contains("pca_knn_accuracy_std") && figures.contains("ridge_slant_r2_std"));
  EXPECT_TRUE(contains(outcome.out, accuracy)) << outcome.out;
  const std::string page = read_file(page_at);
  EXPECT_TRUE(contains(page, "puts " + accuracy + " of them into their class")) << accuracy;
  EXPECT_TRUE(contains(page, ">" + accuracy + "<")) << accuracy;
}

}  // namespace
