#include "tests/apps/command.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

using namespace hourglass::testing;
using nlohmann::json;

namespace {

TEST(Command, SaysItsVersionOpenBlasCoreAndThreads) {
  const Outcome outcome = run({"--version"});
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_TRUE(contains(outcome.out, "OpenBLAS core ")) << outcome.out;
  EXPECT_TRUE(contains(outcome.out, "threads ")) << outcome.out;
}

TEST(Command, HelpOfEveryCommandEndsWithAnExample) {
  for (const char* command : {"list", "train", "evaluate", "reconstruct", "encode", "generate",
                              "interpolate", "features", "inspect"}) {
    const Outcome outcome = run({command, "--help"});
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_TRUE(contains(outcome.out, std::string("Example:\n  hourglass ") + command))
        << outcome.out;
    for (const char* flag : {"--threads", "--seed", "--quiet", "--json"})
      EXPECT_TRUE(contains(outcome.out, flag)) << command << " lacks " << flag;
  }
}

TEST(Command, ListsModelsAndDatasetsAsJson) {
  const json models = json::parse(run({"list", "models", "--json", "-"}).out).at("models");
  EXPECT_EQ(models.at(0).at("name"), "vanilla");
  const json datasets = json::parse(run({"list", "datasets", "--json", "-"}).out).at("datasets");
  EXPECT_EQ(datasets.at(0).at("name"), "mnist");
  for (const json& list : {models, datasets})
    for (const json& item : list)
      for (const char* key : {"name", "summary", "paper"}) EXPECT_NE(item.at(key), "") << item;
}

TEST(Command, RefusesWhatItDoesNotKnowInOneLine) {
  expect_refused({}, "subcommand");
  expect_refused({"train", "vanilla", "--fast"}, "--fast");
  expect_refused({"train", "vanila"}, "did you mean 'vanilla'?");
  expect_refused({"train", "vanilla", "--data", "mnits"}, "did you mean 'mnist'?");
  expect_refused({"train", "vanilla", "--set", "latnet=3"}, "did you mean 'latent'?");
  expect_refused({"train", "vanilla", "--set", "modle.latent=3"}, "did you mean 'model'?");
  expect_refused({"train", "vanilla", "--set", "latent=many"}, "model.latent");
  expect_refused({"train", "vanilla", "--set", "activation=sine"}, "sine");
  expect_refused({"train", "vanilla", "--set", "optimizer=adamm"}, "adamm");
  expect_refused({"train", "vanilla", "--epochs", "0"}, "--epochs");
  expect_refused({"train", "vanilla", "--lr", "-1"}, "--lr");
  expect_refused({"train", "vanilla", "--resume"}, "--out");
  expect_refused({"list", "things"}, "things");
}

TEST_F(SmallRun, RefusesFilesThatAreMissingOrDamagedInOneLine) {
  const std::string whole = small_idx(20);
  const auto refuses = [&](const char* name, const std::string& bytes, const std::string& words) {
    write_file(folder / name, bytes);
    expect_refused(
        {"train", "vanilla", "--data", "idx:" + (folder / name).string(), "--out", folder / "run"},
        words);
  };
  expect_refused({"train", "vanilla", "--data", "idx:/nowhere.idx"}, "/nowhere.idx");
  refuses("truncated.idx", whole.substr(0, whole.size() - 5), "truncated.idx");
  refuses("longer.idx", whole + "x", "longer.idx");
  std::string wrong_magic = whole;
  wrong_magic[2] = 9;
  refuses("magic.idx", wrong_magic, "magic.idx");
  std::string oversized = whole;
  for (int i = 4; i < 16; ++i) oversized[i] = '\xff';
  refuses("oversized.idx", oversized, "oversized.idx");
  std::string flipped = whole;
  flipped[7] ^= 1;  // 21 images instead of 20
  refuses("flipped.idx", flipped, "flipped.idx");
  expect_refused({"train", "vanilla", "--config", folder / "none.toml"}, "none.toml");
  EXPECT_FALSE(fs::exists(folder / "run")) << "a run that never began left its folder";
}

TEST_F(SmallRun, TrainingLeavesEveryFileOfTheRun) {
  const Outcome outcome = run(train("run", {"--epochs", "2", "--json", folder / "figures.json"}));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* name : {"config.toml", "metrics.csv", "checkpoint.safetensors",
                           "model.safetensors", "reconstructions.png", "report.html"})
    EXPECT_GT(fs::file_size(folder / "run" / name), 0u) << name;
  EXPECT_TRUE(read_file(folder / "run/reconstructions.png").starts_with("\x89PNG"));
  EXPECT_TRUE(contains(read_file(folder / "run/report.html"), "squared error per image"));
  EXPECT_TRUE(contains(read_file(folder / "run/config.toml"), "hidden = [24]"));

  const json figures = json::parse(read_file(folder / "figures.json"));
  EXPECT_EQ(figures.at("epochs"), 2);
  EXPECT_GT(figures.at("images_per_second"), 0);
  for (const char* split : {"train", "test"}) EXPECT_GT(figures.at(split).at("mse_per_pixel"), 0);
}

TEST_F(SmallRun, WarnsOfWhatWentWrongOnStderrInTheReportAndInTheJson) {
  const auto train_vae = [&](const char* out, const char* beta) {
    const Outcome outcome = run({"train",   "beta-vae",   "--data",    "mnist?limit=500",
                                 "--set",   beta,         "--latent",  "8",
                                 "--lr",    "0.003",      "--epochs",  "8",
                                 "--batch", "25",         "--threads", "1",
                                 "--out",   folder / out, "--json",    folder / "figures.json"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return outcome.err;
  };
  const auto warnings = [&] {
    return json::parse(read_file(folder / "figures.json")).at("warnings");
  };
  const std::string err = train_vae("collapsed", "beta=100");
  const std::size_t told = err.find("warning: posterior collapse: active_units is 0 of 8");
  ASSERT_NE(told, std::string::npos) << err;
  EXPECT_EQ(err.find("warning: posterior", told + 1), std::string::npos) << "told twice: " << err;
  ASSERT_EQ(warnings().size(), 1u);
  EXPECT_TRUE(contains(warnings()[0], "beta"));
  EXPECT_TRUE(contains(read_file(folder / "collapsed/report.html"), "<h2>Warnings</h2>"));

  EXPECT_FALSE(contains(train_vae("healthy", "beta=1"), "warning"));
  EXPECT_EQ(warnings(), json::array());
  EXPECT_FALSE(contains(read_file(folder / "healthy/report.html"), "<h2>Warnings</h2>"));
}

TEST_F(SmallRun, PrintsOneLineAnEpochWhereStderrIsNoTerminal) {
  const Outcome outcome = run(train("run", {"--epochs", "3"}));
  EXPECT_TRUE(outcome.err.starts_with("data: ")) << outcome.err;
  EXPECT_EQ(std::count(outcome.err.begin(), outcome.err.end(), '\n'), 1 + 3) << outcome.err;
  EXPECT_FALSE(contains(outcome.err, "\r"));
  EXPECT_TRUE(contains(outcome.err, "epoch 3/3")) << outcome.err;
  EXPECT_EQ(run(train("quiet", {"--epochs", "1", "--quiet"})).err, "");
}

TEST_F(SmallRun, TheSameSeedAndThreadsGiveTheSameFiguresToTheLastDigit) {
  const auto figures = [&](const std::string& out, const std::string& seed) {
    json all = json::parse(run(train(out, {"--epochs", "2", "--seed", seed, "--json", "-"})).out);
    for (const char* key : {"seconds", "images_per_second", "out"}) all.erase(key);
    return all;
  };
  const json first = figures("first", "3");
  EXPECT_EQ(first, figures("second", "3"));
  EXPECT_NE(first, figures("other", "4"));
  EXPECT_EQ(read_file(folder / "first/model.safetensors").size(),
            read_file(folder / "second/model.safetensors").size());
}

TEST_F(SmallRun, TheAverageOfTheWeightsIsWhatIsSavedAndReported) {
  const auto test_error = [&](const std::string& out, const std::string& ema) {
    const Outcome outcome = run(train(out, {"--epochs", "2", "--set", ema, "--json", "-"}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return json::parse(outcome.out).at("test").at("mse_per_pixel").get<double>();
  };
  const double averaged = test_error("averaged", "ema=0.9");
  EXPECT_NE(averaged, test_error("plain", "ema=0"));
  const Outcome saved = run({"evaluate", folder / "averaged", "--json", "-"});
  EXPECT_EQ(json::parse(saved.out).at("mse_per_pixel"), averaged);
}

TEST_F(SmallRun, StopsEarlyAndSaysWhy) {
  const Outcome outcome = run(train("run", {"--epochs", "9", "--set", "optimizer=sgd", "--set",
                                            "lr=0.0", "--set", "patience=2"}));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(contains(outcome.err, "epoch 3/9")) << outcome.err;
  EXPECT_FALSE(contains(outcome.err, "epoch 4/9")) << outcome.err;
  EXPECT_TRUE(
      contains(outcome.err, "stopped early: validation_loss has reached no new low since epoch 1"))
      << outcome.err;
}

TEST_F(SmallRun, EvaluateGivesTheFiguresThatTrainingGaveBesidePca) {
  const json trained = json::parse(run(train("run", {"--epochs", "2", "--json", "-"})).out);
  const Outcome outcome = run({"evaluate", folder / "run", "--json", "-", "--threads", "2"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  const json figures = json::parse(outcome.out);
  EXPECT_EQ(figures.at("mse_per_pixel"), trained.at("test").at("mse_per_pixel"));
  EXPECT_EQ(figures.at("pca_mse_per_pixel"), trained.at("pca_mse_per_pixel"));
  EXPECT_NEAR(figures.at("squared_error_per_image").get<double>(),
              64 * figures.at("mse_per_pixel").get<double>(), 1e-9);
}

TEST_F(SmallRun, ReconstructWritesAPictureAndItsError) {
  const json trained =
      json::parse(run(train("run", {"--epochs", "60", "--lr", "0.01", "--json", "-"})).out);
  const auto error = [&](const std::string& noise) {
    const Outcome outcome = run({"reconstruct", folder / "run", "--out", folder / "picture.png",
                                 "--noise", noise, "--json", "-"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_TRUE(read_file(folder / "picture.png").starts_with("\x89PNG"));
    return json::parse(outcome.out).at("mse_per_pixel").get<double>();
  };
  // Equal but for the order in which two programs add up the same numbers.
  EXPECT_NEAR(error("0"), trained.at("test").at("mse_per_pixel").get<double>(), 1e-6);
  EXPECT_GT(error("0.5"), error("0"));
}

TEST_F(SmallRun, InspectWritesAStepAsTableDotAndPageAndLeavesTheModelAlone) {
  ASSERT_EQ(run(train("run", {"--epochs", "1"})).exit_code, 0);
  const std::string model = read_file(folder / "run/model.safetensors");
  const Outcome outcome = run({"inspect", folder / "run", "--threads", "2"});
  ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  for (const char* words : {"operation", "encoder.0.weight", "(32, 64)", "whole step"})
    EXPECT_TRUE(contains(outcome.out, words)) << outcome.out;
  EXPECT_TRUE(read_file(folder / "run/inspect.dot").starts_with("digraph step {"));
  EXPECT_TRUE(contains(read_file(folder / "run/inspect.html"), "encoder.0."));
  EXPECT_EQ(read_file(folder / "run/model.safetensors"), model);

  const Outcome elsewhere = run({"inspect", folder / "run", "--batch", "7", "--out",
                                 folder / "seen", "--quiet", "--json", "-"});
  ASSERT_EQ(elsewhere.exit_code, 0) << elsewhere.err;
  EXPECT_TRUE(fs::exists(folder / "seen/inspect.html"));
  EXPECT_TRUE(fs::exists(folder / "seen/inspect.dot"));
  const json figures = json::parse(elsewhere.out);
  EXPECT_EQ(figures.at("batch"), 7);
  EXPECT_EQ(figures.at("nodes"), figures.at("entries").size());
  double bytes = 0, milliseconds = 0;
  for (const json& entry : figures.at("entries")) {
    bytes += entry.at("value_bytes").get<double>() + entry.at("gradient_bytes").get<double>();
    milliseconds += entry.at("forward_milliseconds").get<double>() +
                    entry.at("backward_milliseconds").get<double>();
  }
  EXPECT_EQ(figures.at("bytes"), bytes);
  EXPECT_GT(figures.at("forward_milliseconds"), 0);
  EXPECT_GT(figures.at("backward_milliseconds"), 0);
  EXPECT_NEAR(figures.at("milliseconds").get<double>(), milliseconds, 1e-9);
  EXPECT_EQ(figures.at("entries").at(0).at("shape"), (json{7, 64}));
  expect_refused({"inspect", folder / "run", "--batch", "0"}, "--batch");
}

TEST_F(SmallRun, RefusesADamagedModelAndDataOfAnotherShape) {
  ASSERT_EQ(run(train("run", {"--epochs", "1"})).exit_code, 0);
  expect_refused({"evaluate", folder / "run", "--data", "mnist"}, "(1, 28, 28)");
  const fs::path model = folder / "run/model.safetensors";
  const std::string bytes = read_file(model);
  write_file(model, bytes.substr(0, bytes.size() - 1));
  expect_refused({"evaluate", folder / "run"}, "model.safetensors");
  expect_refused({"evaluate", folder / "nowhere"}, "nowhere");
}

TEST_F(SmallRun, ControlCEndsCleanlyAndTheRunGoesOnFromItsCheckpoint) {
  Command command(train("run", {"--epochs", "100000"}));
  while (!contains(command.err_so_far(), "epoch      2/"))
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  command.interrupt();
  const Outcome outcome = command.wait();
  EXPECT_EQ(outcome.exit_code, 130) << outcome.err;
  EXPECT_TRUE(contains(outcome.err, "--resume")) << outcome.err;
  EXPECT_TRUE(fs::exists(folder / "run/checkpoint.safetensors"));
  EXPECT_FALSE(fs::exists(folder / "run/model.safetensors"));

  const std::string metrics = read_file(folder / "run/metrics.csv");
  const auto done = std::count(metrics.begin(), metrics.end(), '\n') - 1;
  const Outcome resumed = run({"train", "vanilla", "--out", folder / "run", "--resume", "--epochs",
                               std::to_string(done + 2), "--json", "-"});
  ASSERT_EQ(resumed.exit_code, 0) << resumed.err;
  EXPECT_EQ(json::parse(resumed.out).at("epochs"), done + 2);
  EXPECT_TRUE(contains(resumed.err, "schedule cosine now ends")) << resumed.err;
  EXPECT_EQ(std::count(resumed.err.begin(), resumed.err.end(), '\n'), 3) << resumed.err;
}

TEST_F(SmallRun, RefusesTheNameOfTwoSettings) {
  expect_refused(train("run", {"--set", "gamma=0.5"}, "vae-gan"),
                 "write --set model.gamma= or training.gamma=");
  EXPECT_FALSE(fs::exists(folder / "run"));
}

TEST_F(SmallRun, NamesOfFilesGiveATerminalNoCommands) {
  const std::string red = "\x1b[31mred", shown = "\\x1b[31mred";
  const fs::path run_folder = folder / red;
  const Outcome trained = run(train(red, {"--epochs", "1"}));
  ASSERT_EQ(trained.exit_code, 0) << trained.err;
  const Outcome encoded = run({"encode", run_folder, "--out", folder / (red + ".npy")});
  ASSERT_EQ(encoded.exit_code, 0) << encoded.err;
  const Outcome refused = run({"evaluate", run_folder / "nothing"});
  EXPECT_EQ(refused.exit_code, 2);
  for (const std::string& text : {trained.out, trained.err, encoded.out, encoded.err, refused.err})
    EXPECT_EQ(text.find('\x1b'), text.npos) << text;
  for (const std::string& text : {trained.out, encoded.out, refused.err})
    EXPECT_TRUE(contains(text, shown)) << text;
}

TEST_F(SmallRun, AFolderThatCannotBeWrittenIsOneLineAndNothingStays) {
  write_file(folder / "file", "kept");
  const Outcome outcome = run(train("file/run", {"--epochs", "1"}));
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_TRUE(outcome.is_one_line()) << outcome.err;
  EXPECT_EQ(read_file(folder / "file"), "kept");
}

}  // namespace
