// A training run that is interrupted and resumed ends where one that was not ends, bit for bit.

#include <gtest/gtest.h>

#include <csignal>

#include "hourglass/nn/files/safetensors.hpp"
#include "hourglass/nn/files/weights.hpp"
#include "hourglass/nn/layers/activations.hpp"
#include "hourglass/nn/layers/linear.hpp"
#include "hourglass/nn/layers/noise.hpp"
#include "hourglass/nn/layers/normalization.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/nn/toy.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/temporary_folder.hpp"

namespace hourglass::testing { namespace {

class Resume : public ::testing::Test {
 protected:
  /// Runs `first` until it is interrupted, goes on in another trainer of other weights, and
  /// compares its end with a run that nothing interrupted.
  void expect_same_end(Toy& first, const TrainingOptions& options) {
    ASSERT_FALSE(first.fit());
    first.trainer->save_checkpoint(file, {{"note", "kept"}});
    Toy second(options, 77), whole(options);
    second.trainer_rng = whole.trainer_rng;
    second.trainer.emplace(
        second.network,
        [&](Tape& tape, const Batch& batch, Rng& noise) { return second.loss(tape, batch, noise); },
        options, whole.trainer_rng);
    second.trainer->resume(file);
    EXPECT_TRUE(have_same_weights(second, first));
    ASSERT_TRUE(second.fit());
    ASSERT_TRUE(whole.fit());
    EXPECT_TRUE(have_same_weights(second, whole));
    EXPECT_EQ(without_seconds(second.trainer->history()).epochs,
              without_seconds(whole.trainer->history()).epochs);
    EXPECT_EQ(second.trainer->steps(), whole.trainer->steps());
  }

  std::string resume_error(Toy& toy, const std::filesystem::path& from) {
    return message_of<DataError>([&] { toy.trainer->resume(from); });
  }

  TestFolder folder;
  const std::filesystem::path file = folder / "checkpoint.safetensors";
};

void interrupt_in_batch(Toy& toy, std::size_t epoch, std::size_t i) {
  toy.batches.before_batch = [=](std::size_t at_epoch, std::size_t at_i) {
    if (at_epoch == epoch && at_i == i) std::raise(SIGINT);
  };
}

TEST_F(Resume, GoesOnInTheMiddleOfAnEpoch) {
  for (const char* optimizer : {"adam", "sgd", "adamw", "rmsprop"}) {
    const TrainingOptions options{
        .epochs = 4, .lr = 0.01, .optimizer = optimizer, .weight_decay = 0.01};
    Toy first(options);
    interrupt_in_batch(first, 1, 2);
    expect_same_end(first, options);
    EXPECT_EQ(first.trainer->steps(), 5u + 3);
    EXPECT_EQ(first.trainer->history().epochs.size(), 1u);
  }
}

TEST_F(Resume, GoesOnWhereAnEvaluationWasInterrupted) {
  const TrainingOptions options{.epochs = 4, .lr = 0.01};
  Toy first(options);
  int evaluations = 0;
  first.at_evaluation = [&] {
    if (++evaluations == 2) std::raise(SIGINT);
  };
  expect_same_end(first, options);
  EXPECT_EQ(first.trainer->steps(), 10u);
}

TEST_F(Resume, GoesOnWhereTheLastBatchOfAnEpochWasInterrupted) {
  const TrainingOptions options{.epochs = 4, .lr = 0.01};
  Toy first(options);
  interrupt_in_batch(first, 1, 4);
  expect_same_end(first, options);
}

TEST_F(Resume, GoesOnAfterTheFirstStep) {
  const TrainingOptions options{.epochs = 2, .lr = 0.01, .clip_norm = 0.1};
  Toy first(options);
  interrupt_in_batch(first, 0, 0);
  expect_same_end(first, options);
}

/// A network with statistics, noise and an average of its weights: all that a step can remember.
struct Remembering {
  explicit Remembering(const TrainingOptions& options, std::uint64_t seed) {
    Rng rng(seed);
    network.add<Linear>(5u, 4u, rng);
    network.add<BatchNorm1d>(4u);
    network.add<Tanh>();
    network.add<Dropout>(0.3);
    network.add<Linear>(4u, 5u, rng);
    const auto loss = [this](Tape& tape, const Batch& batch, Rng&) {
      Var x = tape.constant(batch.x);
      return Loss(per_example(squared_error(network(x), x)));
    };
    trainer.emplace(network, loss, options, Rng(5));
  }
  bool fit() {
    Progress quiet(Progress::Show::nothing);
    return trainer->fit(batches, quiet, [this] {
      Tape tape(Tape::Gradients::off);
      Var x = tape.constant(random_tensor({9, 5}, 8, 0, 1));
      return Metrics{{"test_loss", per_example(squared_error(network(x), x)).item()}};
    });
  }
  Sequential network;
  ToyBatches batches;
  std::optional<Trainer> trainer;
};

TEST_F(Resume, GoesOnWithStatisticsNoiseAndAverage) {
  const TrainingOptions options{
      .epochs = 5, .lr = 0.01, .optimizer = "rmsprop", .ema = 0.9, .patience = 2};
  Remembering first(options, 1), second(options, 77), whole(options, 1);
  first.batches.before_batch = [](std::size_t epoch, std::size_t i) {
    if (epoch == 1 && i == 2) std::raise(SIGINT);
  };
  ASSERT_FALSE(first.fit());
  first.trainer->save_checkpoint(file, {});
  second.trainer->resume(file);
  ASSERT_TRUE(second.fit());
  ASSERT_TRUE(whole.fit());
  const auto resumed = named_weights(second.network), expected = named_weights(whole.network);
  ASSERT_EQ(resumed.size(), 9u);
  for (std::size_t i = 0; i < resumed.size(); ++i)
    EXPECT_TRUE(is_same(*resumed[i].tensor, *expected[i].tensor)) << resumed[i].name;
  EXPECT_EQ(without_seconds(second.trainer->history()).epochs,
            without_seconds(whole.trainer->history()).epochs);
}

TEST_F(Resume, GoesOnWithTheAverageOfTheWeights) {
  const TrainingOptions options{
      .epochs = 4, .lr = 0.01, .schedule = "one_cycle", .warmup_epochs = 1, .ema = 0.9};
  Toy first(options);
  interrupt_in_batch(first, 1, 2);
  expect_same_end(first, options);  // whose evaluated metric is a sum of the averages
}

TEST_F(Resume, StopsEarlyWhereARunThatWasNotInterruptedDoes) {
  TrainingOptions options{.epochs = 30, .lr = 0.3, .optimizer = "sgd", .patience = 2};
  options.watch = "weights";  // a metric that goes up and down
  Toy first(options), probe(options);
  ASSERT_TRUE(probe.fit());
  const std::size_t epochs = probe.trainer->history().epochs.size();
  ASSERT_GT(epochs, 2u);
  ASSERT_LT(epochs, 30u) << "this run does not stop early, so it shows nothing";
  interrupt_in_batch(first, epochs - 1, 1);
  expect_same_end(first, options);
}

TEST_F(Resume, RefusesACheckpointWithoutTheAverage) {
  Toy with({.ema = 0.9}), without;
  without.trainer->save_checkpoint(file, {});
  EXPECT_PRED2(contains, resume_error(with, file), "holds no 'ema.0.weight'");
}

TEST_F(Resume, CountsTheTimeBeforeTheInterruption) {
  Toy first;
  interrupt_in_batch(first, 0, 2);
  ASSERT_FALSE(first.fit());
  first.trainer->save_checkpoint(file, {});
  const TensorFile saved = read_safetensors(file);
  const double seconds =
      History::from_csv(saved.metadata.at("training.running")).curve("seconds").at(0);
  EXPECT_GT(seconds, 0);
  Toy second;
  second.trainer->resume(file);
  ASSERT_TRUE(second.fit());
  EXPECT_GT(second.trainer->history().curve("seconds").at(0), seconds);
}

TEST_F(Resume, KeepsWhatElseTheCheckpointHolds) {
  Toy toy;
  toy.trainer->save_checkpoint(file, {{"note", "kept"}});
  EXPECT_EQ(read_safetensors(file).metadata.at("note"), "kept");
}

TEST_F(Resume, DoesNothingMoreWhereTrainingHadFinished) {
  Toy first, second;
  ASSERT_TRUE(first.fit());
  first.trainer->save_checkpoint(file, {});
  second.trainer->resume(file);
  EXPECT_TRUE(second.trainer->finished());
  ASSERT_TRUE(second.fit());
  EXPECT_TRUE(have_same_weights(second, first));
}

TEST_F(Resume, RefusesTheCheckpointOfAnotherModel) {
  Toy toy;
  Rng rng(1);
  Sequential wider, shorter;
  add_dense_layers(wider, {5, 4, 5}, "tanh", rng);
  add_dense_layers(shorter, {5, 3}, "tanh", rng);
  const auto checkpoint_of = [&](Module& model) {
    Trainer(model, nullptr, {}, rng).save_checkpoint(file, {});
  };
  checkpoint_of(wider);
  EXPECT_EQ(resume_error(toy, file),
            file.string() +
                ": '0.weight' is (4, 5) but the model's is (3, 5), so it was written "
                "by another model");
  checkpoint_of(shorter);
  EXPECT_EQ(resume_error(toy, file),
            file.string() + ": holds no '2.weight', so it was written by another model");
}

TEST_F(Resume, RefusesTheCheckpointOfAnotherOptimizer) {
  Toy adam, sgd({.optimizer = "sgd"});
  sgd.trainer->save_checkpoint(file, {});
  EXPECT_PRED2(contains, resume_error(adam, file), "optimizer.exp_avg.0.weight");
}

TEST_F(Resume, RefusesAModelThatIsNoCheckpoint) {
  Toy toy;
  write_safetensors(file, named_weights(toy.network), {});
  EXPECT_PRED2(starts_with, resume_error(toy, file), file.string() + ": ");
}

TEST_F(Resume, RefusesDamagedMetadata) {
  const auto error_with = [&](const char* name, const char* text) {
    Toy toy;
    toy.trainer->step(toy.batches.get(0, 0));
    toy.trainer->save_checkpoint(file, {});
    TensorFile saved = read_safetensors(file);
    saved.metadata[name] = text;
    std::vector<NamedTensor> tensors;
    for (const auto& [key, value] : saved.tensors) tensors.push_back({key, &value});
    write_safetensors(file, tensors, saved.metadata);
    return resume_error(toy, file);
  };
  EXPECT_EQ(error_with("training.steps", "7x"), file.string() + ": '7x' is not a number of steps");
  EXPECT_EQ(error_with("training.running", ""), file.string() + ": its running sums are damaged");
  EXPECT_EQ(error_with("training.history", "epoch,loss\n1,x\n"),
            file.string() + ": 'x' is not a number");
  EXPECT_EQ(error_with("training.history", "epoch,loss\n1,2,3\n"),
            file.string() + ": a line has 3 cells under 2 names");
}

TEST_F(Resume, RefusesAFileThatIsNotThere) {
  Toy toy;
  EXPECT_PRED2(starts_with, resume_error(toy, folder / "none"), (folder / "none").string());
}

}  // namespace
}  // namespace hourglass::testing
