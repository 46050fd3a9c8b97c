// Nothing of an earlier run is taken for this one's: not its files, not its settings, not its data.

#include "apps/run_folder.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <nlohmann/json.hpp>
#include <thread>

#include "hourglass/nn/files/safetensors.hpp"
#include "tests/apps/command.hpp"

using namespace hourglass;
using namespace hourglass::testing;

namespace {

using Contents = std::map<std::string, std::string>;

Contents contents_of(const fs::path& folder) {
  Contents contents;
  for (const auto& entry : fs::directory_iterator(folder))
    contents[entry.path().filename()] = read_file(entry.path());
  return contents;
}

std::vector<std::string> operator+(std::vector<std::string> words,
                                   const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

class RunFolder : public SmallRun {
 protected:
  void must(const std::vector<std::string>& words) {
    const Outcome outcome = run(words);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }
  Contents of_run() const { return contents_of(folder / "run"); }

  const std::vector<std::string> resume = {"train",     "vanilla", "--out",   folder / "run",
                                           "--threads", "2",       "--resume"};
};

TEST_F(RunFolder, IsTrainedIntoAnewOnlyByForce) {
  must(train("run", {"--epochs", "1", "--quiet"}));
  const Contents before = of_run();
  expect_refused(train("run", {"--epochs", "1"}), "already holds a run (model.safetensors)");
  EXPECT_EQ(of_run(), before);
  for (const std::string& record : run_records()) {
    fs::create_directory(folder / ("with-" + record));
    write_file(folder / ("with-" + record) / record, "");
    expect_refused(train("with-" + record), "already holds a run (" + record + ")");
  }
  fs::create_directory(folder / "stranger");
  write_file(folder / "stranger/report.html", "mine");
  expect_refused(train("stranger"), "report.html already exists and would be replaced");
  EXPECT_EQ(read_file(folder / "stranger/report.html"), "mine");
  expect_refused(train("run", {"--force", "--resume"}), "--resume");
}

TEST_F(RunFolder, KeepsNothingOfAnEarlierRunBesideTheNewOneAndAllThatIsNotItsOwn) {
  must(train("run", {"--epochs", "2", "--quiet"}, "vae"));
  must({"inspect", folder / "run", "--quiet"});
  ASSERT_TRUE(fs::exists(folder / "run/samples.png"));
  for (const char* name : {"codes.safetensors", "notes.txt", "mine.png"})
    write_file(folder / "run" / name, name);
  must(train("run", {"--epochs", "1", "--force", "--quiet"}));
  must(train("fresh", {"--epochs", "1", "--quiet"}));
  Contents left = of_run();
  EXPECT_EQ(left.at("notes.txt"), "notes.txt");
  EXPECT_EQ(left.at("mine.png"), "mine.png");
  left.erase("notes.txt");
  left.erase("mine.png");
  const Contents fresh = contents_of(folder / "fresh");
  ASSERT_EQ(left.size(), fresh.size());
  for (const auto& [name, bytes] : fresh) EXPECT_TRUE(left.contains(name)) << name;
  EXPECT_EQ(left.at("model.safetensors"), fresh.at("model.safetensors"));
}

TEST_F(RunFolder, KeepsTheEarlierRunUntilThereIsSomethingToPutInItsPlace) {
  must(train("run", {"--epochs", "1", "--quiet"}));
  const Contents before = of_run();
  const std::vector<std::string> failing[] = {{"--set", "activation=sine"},
                                              {"--set", "optimizer=adamm"},
                                              {"--data", "idx:/nowhere.idx"},
                                              {"--limit", "5", "--hold-out", "5"},
                                              {"--set", "optimizer=sgd", "--lr", "1e30"}};
  for (const auto& more : failing) {
    const Outcome outcome = run(train("run", {"--epochs", "2", "--force"}) + more);
    EXPECT_NE(outcome.exit_code, 0) << more[1];
    EXPECT_EQ(of_run(), before) << more[1];
  }
  // An epoch of many small steps, interrupted.
  write_file(folder / "many.idx", small_idx(60000));
  Command command({"train", "vanilla", "--data", "idx:" + (folder / "many.idx").string(), "--out",
                   folder / "run", "--force", "--batch", "1", "--set", "hidden=[512,512]"});
  while (!contains(command.err_so_far(), "data: "))  // which training begins with
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  std::this_thread::sleep_for(std::chrono::milliseconds(100));
  command.interrupt();
  const Outcome outcome = command.wait();
  EXPECT_EQ(outcome.exit_code, 130) << outcome.err;
  EXPECT_TRUE(contains(outcome.err, "is as it was")) << outcome.err;
  EXPECT_EQ(of_run(), before);
}

TEST_F(RunFolder, GoesOnWithTheSettingsThatTheRunBeganWith) {
  must(train("run", {"--epochs", "2", "--quiet"}));
  const Contents before = of_run();
  const std::string at = folder / "run", idx = "idx:" + (folder / "images.idx").string();
  const struct {
    std::vector<std::string> more;
    std::string says;
  } cases[] = {
      {{"--set", "activation=tanh"},
       "model.activation is \"relu\" in " + at + " and cannot become \"tanh\""},
      {{"--set", "hidden=[25]"}, "model.hidden is [24] in " + at + " and cannot become [25]"},
      {{"--set", "loss=binary_cross_entropy"}, "model.loss"},
      {{"--latent", "5"}, "model.latent is 4"},
      {{"--lr", "0.5"}, "training.lr is 0.001 in " + at + " and cannot become 0.5"},
      {{"--batch", "16"}, "training.batch is 32"},
      {{"--set", "optimizer=sgd"}, "training.optimizer is \"adam\""},
      {{"--set", "schedule=constant"}, "training.schedule is \"cosine\""},
      {{"--set", "ema=0.9"}, "training.ema"},
      {{"--set", "clip_norm=1"}, "training.clip_norm"},
      {{"--seed", "2"}, "run.seed is 1 in " + at + " and cannot become 2"},
      {{"--limit", "100"}, "run.limit is 0"},
      {{"--hold-out", "10"}, "run.hold_out is 0"},
      {{"--data", "digits"},
       "run.data is \"" + idx + "\" in " + at + " and cannot become \"digits\""},
      {{"--set", "latnet=3"}, "did you mean 'latent'?"},
      {{"--epochs", "0"}, "--epochs"},
  };
  for (const auto& [more, says] : cases) {
    expect_refused(resume + more, says);
    expect_refused(resume + std::vector<std::string>{"--epochs", "4"} + more, says);
    EXPECT_EQ(of_run(), before) << says;
  }
  expect_refused({"train", "vae", "--out", at, "--resume"},
                 "run.model is \"vanilla\" in " + at + " and cannot become \"vae\"");
  expect_refused({"train", "vanilla", "--out", folder / "none", "--resume"}, "no checkpoint");
}

TEST_F(RunFolder, GoesOnWithWhatMayChange) {
  must(train("run", {"--epochs", "1", "--quiet"}));
  const Outcome more =
      run(resume + std::vector<std::string>{"--epochs", "3", "--set", "patience=0", "--set",
                                            "check_finite=true", "--lr", "1e-3"});
  EXPECT_EQ(more.exit_code, 0) << more.err;
  EXPECT_TRUE(contains(more.err, "schedule cosine now ends with epoch 3 instead of 1")) << more.err;
  EXPECT_TRUE(contains(read_file(folder / "run/config.toml"), "epochs = 3"));

  // What is written into the run's own config.toml counts as if it were asked for.
  std::string config = read_file(folder / "run/config.toml");
  const auto edited = [&](const std::string& from, const std::string& to) {
    std::string text = config;
    text.replace(text.find(from), from.size(), to);
    write_file(folder / "run/config.toml", text);
  };
  edited("lr = 0.001", "lr = 0.01");
  expect_refused(resume, "training.lr is 0.001");
  edited("epochs = 3", "epochs = 4");
  const Outcome fourth = run(resume);
  EXPECT_EQ(fourth.exit_code, 0) << fourth.err;
  EXPECT_TRUE(contains(fourth.err, "epoch 4/4")) << fourth.err;
}

TEST_F(RunFolder, OfACompleteRunStaysAsItIsAndGivesItsFiguresAgain) {
  const nlohmann::json trained =
      nlohmann::json::parse(run(train("run", {"--epochs", "2", "--json", "-"})).out);
  const Contents before = of_run();
  const auto time = fs::last_write_time(folder / "run/model.safetensors");
  const Outcome again = run(resume + std::vector<std::string>{"--json", "-"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_TRUE(contains(again.err, "all of its 2 epochs are done, and nothing was changed"))
      << again.err;
  EXPECT_EQ(nlohmann::json::parse(again.out).at("test"), trained.at("test"));
  EXPECT_EQ(of_run(), before);
  EXPECT_EQ(fs::last_write_time(folder / "run/model.safetensors"), time);
  // One that ended before its results were written gets them.
  fs::remove(folder / "run/model.safetensors");
  must(resume);
  EXPECT_TRUE(of_run().at("model.safetensors") == before.at("model.safetensors"));
}

TEST_F(RunFolder, GoesOnWithTheExamplesThatTheRunBeganWith) {
  must(train("run", {"--epochs", "1", "--quiet"}));
  const Contents before = of_run();
  const fs::path file = folder / "images.idx", moved = folder / "moved.idx";
  const std::string bytes = read_file(file);
  std::string changed = bytes;
  for (std::size_t i = 16; i < changed.size(); i += 64) changed[i] ^= 1;
  for (const std::string& other : {changed, small_idx(200)}) {
    write_file(file, other);
    expect_refused(resume + std::vector<std::string>{"--epochs", "2"},
                   "its training examples are not those that " + (folder / "run").string());
    EXPECT_EQ(of_run(), before);
  }
  write_file(moved, changed);
  expect_refused(resume + std::vector<std::string>{"--data", "idx:" + moved.string()},
                 "cannot become \"idx:" + moved.string() + "\", which has other training examples");
  write_file(moved, bytes);  // the same examples in another place
  must(resume + std::vector<std::string>{"--epochs", "2", "--data", "idx:" + moved.string()});
}

TEST_F(RunFolder, OfAnOlderHourglassWhichDoesNotKnowItsExamplesGoesOn) {
  must(train("run", {"--epochs", "1", "--quiet"}));
  const fs::path file = folder / "run/checkpoint.safetensors";
  const fs::path config_file = folder / "run/config.toml";
  const auto without_fingerprint = [](std::string config) {
    const std::size_t line = config.find("fingerprint = \"");
    EXPECT_NE(line, std::string::npos) << config;
    return line == std::string::npos ? config
                                     : config.erase(line, config.find('\n', line) + 1 - line);
  };
  const auto forget_examples = [&] {
    TensorFile checkpoint = read_safetensors(file);
    std::string& config = checkpoint.metadata.at("hourglass");
    config = without_fingerprint(config);
    std::vector<NamedTensor> tensors;
    for (const auto& [name, tensor] : checkpoint.tensors) tensors.push_back({name, &tensor});
    write_safetensors(file, tensors, checkpoint.metadata);
    write_file(config_file, without_fingerprint(read_file(config_file)));
  };
  forget_examples();
  must(resume + std::vector<std::string>{"--epochs", "2"});
  forget_examples();  // which that wrote again
  write_file(folder / "images.idx", small_idx(100));
  expect_refused(resume + std::vector<std::string>{"--epochs", "3"}, "training examples, which is");
}

/// A copy of the model's file, in another place than the data that it was trained on.
TEST_F(RunFolder, IsNeededByNobodyWhoHasTheModelsFileAndItsOwnData) {
  must(train("run", {"--epochs", "1", "--set", "likelihood=ordinal", "--quiet"}, "vae"));
  const std::string lone = folder / "lone.safetensors", in = folder / "in.idx", data = "idx:" + in,
                    x = folder / "x", npy = folder / "x.npy", png = folder / "x.png";
  fs::copy_file(folder / "run/model.safetensors", lone);
  fs::rename(folder / "images.idx", in);
  fs::remove_all(folder / "run");
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"evaluate", lone, "--data", data, "--json", folder / "x.json"},
           {"generate", lone, "--npy", npy},
           {"generate", lone, "--sampler", "gmm", "--data", data, "--npy", npy},
           {"encode", lone, "--data", data, "--out", npy, "--picture", folder / "x.svg"},
           {"reconstruct", lone, "--data", data, "--out", png},
           {"interpolate", lone, "--data", data, "--from", "0", "--to", "1", "--out", png},
           {"compress", lone, in, x},
           {"decompress", lone, x, folder / "back.idx"},
           {"compress", lone, in, x, "--quality", "50"},
           {"decompress", lone, x, folder / "back.idx"},
           {"inspect", lone, "--data", data}}) {
    SCOPED_TRACE(words[0]);
    must(words);
  }
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"evaluate", lone},
           {"encode", lone, "--out", npy},
           {"reconstruct", lone, "--out", png},
           {"interpolate", lone, "--from", "0", "--to", "1", "--out", png},
           {"inspect", lone}})
    expect_refused(words, "these are the run's own data; --data names others");
  const std::string missing = "needs the examples that the model was trained on: ";
  for (const auto& [words, who] : std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"detect", lone, "--data", data}, "detect "},
           {{"features", lone, "--data", data}, "features "},
           {{"generate", lone, "--sampler", "gmm", "--npy", npy}, "--sampler gmm without --data "},
           {{"generate", lone, "--nearest", "--out", png}, "--nearest "}})
    expect_refused(words, who + missing + (folder / "images.idx").string());
}

TEST_F(RunFolder, WithoutAModelSaysHowToGetOne) {
  const std::string at = folder / "run";
  must(train("run", {"--epochs", "1", "--quiet"}));
  fs::remove(folder / "run/model.safetensors");
  expect_refused({"evaluate", at}, "--out " + at + " --resume' goes on from its checkpoint");
  fs::remove(folder / "run/checkpoint.safetensors");
  expect_refused({"evaluate", at}, "--out " + at + " --force' makes one");
  fs::remove_all(folder / "run");
  expect_refused({"evaluate", at}, "--out " + at + "' makes one");
}

TEST_F(RunFolder, SaysWhereItLookedForDataOfARelativePathThatAreOthersHere) {
  const fs::path here = fs::current_path();
  fs::create_directories(folder / "there");
  write_file(folder / "there/images.idx", small_idx(90));
  fs::current_path(folder.path());
  must({"train", "vanilla", "--data", "idx:images.idx", "--out", "run", "--epochs", "1", "--latent",
        "4", "--set", "hidden=[8]", "--quiet"});
  fs::current_path(folder / "there");
  const Outcome other = run({"evaluate", "../run"});
  fs::remove("images.idx");
  expect_refused({"evaluate", "../run"}, "looked for in the folder that this command is called in");
  fs::current_path(here);
  EXPECT_TRUE(contains(other.err, "is not what the run was trained on")) << other.err;
}

}  // namespace
