#include "hourglass/nn/training/trainer.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <csignal>
#include <limits>
#include <mutex>
#include <set>

#include "hourglass/autograd/kernels/threads.hpp"
#include "tests/nn/toy.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

TEST(TrainerTest, LowersTheLoss) {
  Toy toy({.epochs = 20, .lr = 0.03});
  ASSERT_TRUE(toy.fit());
  const std::vector<double> loss = toy.trainer->history().curve("train_loss");
  ASSERT_EQ(loss.size(), 20u);
  // The best constant answer costs the variance of the data, 5/12; a code of 3 numbers out of 5
  // independent ones can take away at most 3/5 of that.
  EXPECT_GT(loss.front(), 0.6);
  EXPECT_LT(loss.back(), 0.4);
}

TEST(TrainerTest, TakesOneStepABatch) {
  Toy toy({.epochs = 3});
  std::vector<std::pair<std::size_t, std::size_t>> asked, expected;
  toy.batches.before_batch = [&](std::size_t epoch, std::size_t i) {
    asked.emplace_back(epoch, i);
  };
  ASSERT_TRUE(toy.fit());
  for (std::size_t epoch = 0; epoch < 3; ++epoch)
    for (std::size_t i = 0; i < 5; ++i) expected.emplace_back(epoch, i);
  EXPECT_EQ(asked, expected);
  EXPECT_EQ(toy.trainer->steps(), 15u);
  EXPECT_TRUE(toy.trainer->finished());
}

TEST(TrainerTest, FollowsTheScheduleFromTheFirstStepToTheLast) {
  // With SGD and a gradient of 1 a weight moves by the learning rate exactly.
  struct Weight : Module {
    Weight() { register_parameter("w", w); }
    Var forward(Var x) override { return x; }
    Parameter w{{1}};
  } model;
  const TrainingOptions options{.epochs = 2, .lr = 0.5, .optimizer = "sgd", .momentum = 0};
  Trainer trainer(
      model, [&](Tape& tape, const Batch&, Rng&) { return Loss(sum(tape.parameter(model.w))); },
      options, Rng(1), Trainer::Shards::whole_batch);
  ToyBatches batches;
  std::vector<double> at;
  batches.before_batch = [&](std::size_t, std::size_t) { at.push_back(model.w.value(0)); };
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
  at.push_back(model.w.value(0));
  ASSERT_EQ(at.size(), 11u);
  for (std::size_t step = 0; step < 10; ++step)
    EXPECT_NEAR(at[step] - at[step + 1],
                0.25 * (1 + std::cos(3.14159265358979 * static_cast<double>(step) / 10)),
                10 * epsilon)
        << "step " << step;
}

TEST(TrainerTest, RecordsTheMeanOverExamplesOfLossAndTerms) {
  Toy toy({.epochs = 1, .lr = 0, .optimizer = "sgd"});  // at rate 0 all batches meet one network
  double loss = 0, size = 0;
  for (std::size_t i = 0; i < 5; ++i) {
    const Tensor batch = toy.batches.get(0, i);
    // Noise for each step, and in it for each shard; these batches are too small to be cut.
    Rng noise = toy.trainer_rng.fork(i).fork(0);
    Tape tape;
    const Loss of_batch = toy.loss(tape, batch, noise);
    loss += of_batch.total.item() * static_cast<double>(batch.shape()[0]) / 70;
    size += of_batch.terms[1].value.item() * static_cast<double>(batch.shape()[0]) / 70;
  }
  ASSERT_TRUE(toy.fit());
  const Metrics& metrics = toy.trainer->history().epochs.at(0);
  std::vector<std::string> names;
  for (const auto& [name, value] : metrics) names.push_back(name);
  EXPECT_EQ(names, (std::vector<std::string>{"train_loss", "train_rebuilding", "train_size",
                                             "weights", "seconds"}));
  EXPECT_NEAR(metrics[0].second, loss, 16 * epsilon);
  EXPECT_NEAR(metrics[2].second, size, 16 * epsilon);
  EXPECT_EQ(metrics[3].second, toy.weights_sum());
  EXPECT_GT(metrics[4].second, 0);
}

TEST(TrainerTest, EndsInTheSameBitsForTheSameSeed) {
  Toy one, same, other({.epochs = 4, .lr = 0.01}, 2);
  for (Toy* toy : {&one, &same, &other}) ASSERT_TRUE(toy->fit());
  EXPECT_TRUE(have_same_weights(one, same));
  EXPECT_EQ(without_seconds(one.trainer->history()).epochs,
            without_seconds(same.trainer->history()).epochs);
  EXPECT_FALSE(have_same_weights(one, other));
}

TEST(TrainerTest, ClipsTheGradient) {
  const TrainingOptions options{.lr = 1, .optimizer = "sgd", .momentum = 0, .clip_norm = 1e-3};
  Toy toy(options), before(options);
  toy.trainer->step(toy.batches.get(0, 0));
  double squares = 0;
  for (std::size_t p = 0; p < toy.network.parameters().size(); ++p) {
    const Tensor &now = toy.network.parameters()[p]->value,
                 &then = before.network.parameters()[p]->value;
    for (std::size_t i = 0; i < now.size(); ++i)
      squares += std::pow(now.data()[i] - then.data()[i], 2);
  }
  // The step is the clipped gradient; each weight is rounded to its own spacing.
  EXPECT_NEAR(std::sqrt(squares), 1e-3, 20 * epsilon);
}

/// The weights after three steps on batches of 61, on this many threads.
std::vector<Tensor> after_steps(int thread_count, Trainer::Shards shards) {
  const int before = threads();
  set_threads(thread_count);
  Toy toy;
  Trainer trainer(
      toy.network,
      [&](Tape& tape, const Batch& batch, Rng&) {
        Var x = tape.constant(batch.x);
        return Loss(per_example(squared_error(toy.network(x), x)));
      },
      {.lr = 0.1, .optimizer = "sgd"}, Rng(1), shards);
  for (std::uint64_t step = 0; step < 3; ++step)
    trainer.step(random_tensor({61, 5}, step, 0, 1));  // 61 does not divide evenly
  set_threads(before);
  std::vector<Tensor> weights;
  for (const Parameter* parameter : toy.network.parameters()) weights.push_back(parameter->value);
  return weights;
}

TEST(TrainerShards, GiveTheGradientOfTheWholeBatch) {
  const auto whole = after_steps(2, Trainer::Shards::whole_batch);
  const auto two = after_steps(2, Trainer::Shards::one_a_thread);
  const auto three = after_steps(3, Trainer::Shards::one_a_thread);
  EXPECT_FALSE(is_same(two[0], whole[0])) << "the batch was not cut, so this shows nothing";
  for (std::size_t i = 0; i < whole.size(); ++i) {
    // The same sums of 61 terms in another order, over three steps.
    EXPECT_TRUE(is_near(two[i], whole[i], 64 * epsilon));
    EXPECT_TRUE(is_near(three[i], whole[i], 64 * epsilon));
  }
}

TEST(TrainerShards, RepeatTheirBits) {
  const auto one = after_steps(2, Trainer::Shards::one_a_thread),
             other = after_steps(2, Trainer::Shards::one_a_thread);
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_TRUE(is_same(other[i], one[i]));
}

TEST(TrainerShards, DrawNoiseOfTheirOwnAtEachStep) {
  const int before = threads();
  set_threads(2);
  Toy toy;
  std::mutex one_at_a_time;
  std::multiset<double> drawn;
  Trainer trainer(
      toy.network,
      [&](Tape& tape, const Batch& batch, Rng& noise) {
        const std::lock_guard lock(one_at_a_time);
        drawn.insert(noise.uniform());
        Var x = tape.constant(batch.x);
        return Loss(per_example(squared_error(toy.network(x), x)));
      },
      {}, Rng(1));
  for (int step = 0; step < 3; ++step) trainer.step(random_tensor({64, 5}, 1, 0, 1));
  set_threads(before);
  EXPECT_EQ(drawn.size(), 6u);
  EXPECT_EQ(std::set<double>(drawn.begin(), drawn.end()).size(), 6u) << "some are the same";
}

TEST(TrainerTest, TrainsInTrainingAndEvaluatesOutOfIt) {
  Toy toy({.epochs = 2});
  std::vector<bool> in_step, in_evaluation;
  Trainer trainer(
      toy.network,
      [&](Tape& tape, const Batch& batch, Rng& noise) {
        in_step.push_back(toy.network.training());
        return toy.loss(tape, batch, noise);
      },
      {.epochs = 2}, Rng(1));
  toy.network.eval();
  Progress quiet(Progress::Show::nothing);
  trainer.fit(toy.batches, quiet, [&] {
    in_evaluation.push_back(toy.network.training());
    return Metrics{};
  });
  EXPECT_EQ(in_step, std::vector<bool>(10, true));
  EXPECT_EQ(in_evaluation, std::vector<bool>(2, false));
  EXPECT_FALSE(toy.network.training()) << "as it was before";
}

TEST(TrainerTest, LeavesTheModeAsItWasWhereALossFails) {
  Toy toy;
  Trainer trainer(
      toy.network, [](Tape&, const Batch&, Rng&) -> Loss { throw Error("no loss"); }, {}, Rng(1));
  toy.network.eval();
  EXPECT_THROW(trainer.step(toy.batches.get(0, 0)), Error);
  EXPECT_FALSE(toy.network.training());
}

TEST(TrainerTest, TellsTheModelWhichStepComes) {
  struct Watching : Module {
    Watching() { register_parameter("w", w); }
    Var forward(Var x) override { return x; }
    void before_step(std::size_t step, std::size_t steps) override {
      told.emplace_back(step, steps);
    }
    Parameter w{{1}};
    std::vector<std::pair<std::size_t, std::size_t>> told;
  } model;
  Trainer trainer(
      model, [&](Tape& tape, const Batch&, Rng&) { return Loss(sum(tape.parameter(model.w))); },
      {.epochs = 2}, Rng(1));
  ToyBatches batches;
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
  ASSERT_EQ(model.told.size(), 10u);
  for (std::size_t step = 0; step < 10; ++step)
    EXPECT_EQ(model.told[step], std::make_pair(step, std::size_t{10}));
}

TEST(TrainerTest, RefusesOptionsThatMakeNoSenseAtOnce) {
  EXPECT_EQ(message_of<ConfigError>([] { Toy({.schedule = "cosin"}); }),
            "unknown schedule 'cosin'; did you mean 'cosine'?");
}

TEST(TrainerShards, AreNoneWhereAPartOfTheModelCouplesExamples) {
  struct Coupling : Module {
    Var forward(Var x) override { return x; }
    bool couples_examples() const override { return true; }
  };
  const int before = threads();
  set_threads(2);
  Toy toy;
  toy.network.add<Coupling>();
  std::vector<std::size_t> rows;
  Trainer trainer(
      toy.network,
      [&](Tape& tape, const Batch& batch, Rng&) {
        rows.push_back(batch.size());
        Var x = tape.constant(batch.x);
        return Loss(per_example(squared_error(toy.network(x), x)));
      },
      {}, Rng(1));
  trainer.step(random_tensor({64, 5}, 1, 0, 1));
  set_threads(before);
  EXPECT_EQ(rows, std::vector<std::size_t>{64});
}

TEST(TrainerTest, StopsAtALossThatIsNoNumberAndNamesTheStepAndWhatMadeItSo) {
  Toy toy;
  toy.trainer->step(toy.batches.get(0, 0));
  const double before = toy.weights_sum();
  Tensor broken = toy.batches.get(0, 1);
  broken(3, 2) = std::numeric_limits<Scalar>::quiet_NaN();
  const std::string message = message_of<NonFiniteError>([&] { toy.trainer->step(broken); });
  EXPECT_PRED2(contains, message,
               "the loss became nan at step 2: constant: element [3, 2] of its (16, 5) value is "
               "nan (value 0 on the tape); if the model takes missing values, a smaller --lr or "
               "clip_norm = 1 may help");
  EXPECT_EQ(toy.weights_sum(), before);
  EXPECT_EQ(toy.trainer->steps(), 1u);
  broken.fill(std::numeric_limits<Scalar>::infinity());
  EXPECT_EQ(message_of<NonFiniteError>([&] { toy.trainer->step(broken); }),
            "the loss became nan at step 2: constant: element [0, 0] of its (16, 5) value is inf "
            "(value 0 on the tape)");
}

/// A weight w with the loss √w, whose value at 0 is finite and whose slope is not, or ln w.
struct Root : Module {
  Root() {
    register_parameter("w", w);
    w.value(0) = 0;
  }
  Var forward(Var x) override { return x; }
  Loss loss(Tape& tape, const Batch& batch) {
    Var x = tape.constant(batch.x), weight = tape.parameter(w), of = weight * mean(x);
    return Loss(sum(logarithm ? log(of) : sqrt(of)));
  }
  std::unique_ptr<Trainer> trainer(TrainingOptions options) {
    return std::make_unique<Trainer>(
        *this, [this](Tape& tape, const Batch& batch, Rng&) { return loss(tape, batch); },
        std::move(options), Rng(1));
  }

  Parameter w{{1}};
  bool logarithm = false;
};

TEST(TrainerTest, FindsTheOperationInTheShardThatFailed) {
  const int before = threads();
  set_threads(2);
  Root model;
  model.logarithm = true;
  model.w.value(0) = 1;
  Tensor batch = filled({64, 1}, 1);
  for (std::size_t row = 32; row < 64; ++row) batch(row, 0) = -1;  // the second shard's
  const auto trainer = model.trainer({.lr = 1, .optimizer = "sgd"});
  const std::string message = message_of<NonFiniteError>([&] { trainer->step(batch); });
  set_threads(before);
  EXPECT_PRED2(contains, message,
               "the loss became nan at step 1: log: element [0] of its (1) value became nan (value "
               "6 on the tape); "
               "its input is (1) with values from -1 to -1; a smaller --lr or clip_norm = 1 may "
               "help");
  EXPECT_EQ(model.w.value(0), 1);
}

TEST(TrainerTest, SaysWhereAParameterIsNoNumberThatItCameFromAnEarlierStep) {
  Root model;
  const auto trainer = model.trainer({.lr = 1, .optimizer = "sgd", .schedule = "constant"});
  const Tensor batch = filled({4, 1}, 1);
  trainer->step(batch);  // finite, but its gradient is not
  const std::string message = message_of<NonFiniteError>([&] { trainer->step(batch); });
  EXPECT_PRED2(contains, message, "at step 2: parameter w: element [0] of its (1) value is ");
  EXPECT_PRED2(contains, message,
               " (value 1 on the tape); --set training.check_finite=true finds the step and "
               "operation it came from");
}

TEST(TrainerTest, FindsGradientsWhereItIsAskedToCheckAlways) {
  Root model;
  const auto trainer = model.trainer({.lr = 1, .optimizer = "sgd", .check_finite = true});
  EXPECT_EQ(message_of<NonFiniteError>([&] { trainer->step(filled({4, 1}, 1)); }),
            "step 1: backward of sqrt: element [0] of the (1) gradient of its input became inf "
            "(value 5 on the tape); the gradient of its value is (1) with values from 1 to 1; its "
            "input is (1) with values from 0 to 0; a smaller --lr or clip_norm = 1 may help");
  EXPECT_EQ(model.w.value(0), 0);
  EXPECT_EQ(trainer->steps(), 0u);
}

TEST(TrainerTest, TrainsTheSameWithChecks) {
  Toy plain, checked({.epochs = 4, .lr = 0.01, .check_finite = true});
  for (Toy* toy : {&plain, &checked}) ASSERT_TRUE(toy->fit());
  EXPECT_TRUE(have_same_weights(plain, checked));
}

std::sig_atomic_t handled = 0;

TEST(Interrupts, GoToTheEarlierHandlerOnceTheGuardIsGone) {
  handled = 0;
  const auto before = std::signal(SIGINT, [](int) { ++handled; });
  {
    InterruptGuard guard;
    EXPECT_FALSE(InterruptGuard::interrupted());
    std::raise(SIGINT);
    EXPECT_TRUE(InterruptGuard::interrupted());
    EXPECT_EQ(handled, 0);
  }
  std::raise(SIGINT);
  EXPECT_EQ(handled, 1);
  {
    InterruptGuard next;
    EXPECT_FALSE(InterruptGuard::interrupted());
  }
  std::signal(SIGINT, before);
}

TEST(InterruptsDeathTest, EndTheProgramTheSecondTime) {
  EXPECT_EXIT(
      {
        InterruptGuard guard;
        std::raise(SIGINT);
        std::raise(SIGINT);
        std::exit(0);
      },
      ::testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace hourglass::testing
