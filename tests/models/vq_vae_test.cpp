#include "hourglass/models/vq_vae.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "hourglass/datasets/batches.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/nn/files/weights.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

// Ten pixels, three positions of two numbers, five code vectors.
const VqVaeOptions small = {
    .network = {.latent = 6, .hidden = {7}}, .positions = 3, .codebook = 5, .decay = 0.9};

std::map<std::string, Tensor> buffers_of(const Module& model) {
  std::map<std::string, Tensor> copies;
  for (const Buffer& buffer : model.buffers()) copies[buffer.name] = *buffer.value;
  return copies;
}

double distance(const Scalar* a, const Scalar* b, std::size_t size) {
  double sum = 0;
  for (std::size_t j = 0; j < size; ++j) sum += (double(a[j]) - b[j]) * (double(a[j]) - b[j]);
  return sum;
}

struct VqVaeTest : ::testing::Test {
  Rng rng{1};
  VqVae model{{10}, small, rng};
  Tensor x = random_tensor({4, 10}, 2, 0, 1);

  Loss step(Tape& tape) {
    Rng noise(3);
    return model.loss(tape, x, noise);
  }
  /// What the encoder gives before anything is replaced: (12, 2)
  Tensor encoder_vectors() {
    Tape tape(Tape::Gradients::off);
    return reshape(model.encoder(tape.constant(x)), {12, 2}).value();
  }
  double term(const Loss& loss, std::size_t i) { return loss.terms.at(i).value.item(); }
};

TEST_F(VqVaeTest, PutsTheNearestCodeVectorInThePlaceOfEach) {
  const Tensor z = encoder_vectors(), e = buffers_of(model).at("codebook.vectors");
  Tape tape(Tape::Gradients::off);
  const Tensor code = model.encode(tape.constant(x)).value();
  const Tensor indices = model.code_indices(tape.constant(x)).value();
  EXPECT_EQ(code.shape(), (Shape{4, 6}));
  EXPECT_EQ(indices.shape(), (Shape{4, 3}));
  for (std::size_t i = 0; i < 12; ++i) {
    const auto chosen = static_cast<std::size_t>(indices.data()[i]);
    ASSERT_LT(chosen, 5u);
    for (std::size_t k = 0; k < 5; ++k)
      EXPECT_LE(distance(&z.data()[2 * i], &e.data()[2 * chosen], 2),
                distance(&z.data()[2 * i], &e.data()[2 * k], 2) + 16 * epsilon);
    EXPECT_EQ(distance(&code.data()[2 * i], &e.data()[2 * chosen], 2), 0);
  }
}

TEST_F(VqVaeTest, MinimisesWhatItsFormulaSays) {
  model.eval();
  Tape tape(Tape::Gradients::off);
  const Loss loss = step(tape);
  const Tensor z = encoder_vectors(), rebuilt = reconstruct(model, x);
  const Tensor code = model.encode(tape.constant(x)).value();
  const Tensor indices = model.code_indices(tape.constant(x)).value();
  const double error = distance(x.data(), rebuilt.data(), 40) / 4,
               commitment = distance(z.data(), code.data(), 24) / 4;
  std::map<Scalar, double> share;
  for (Scalar index : indices) share[index] += 1.0 / 12;
  double entropy = 0;
  for (const auto& [index, p] : share) entropy -= p * std::log(p);
  EXPECT_NEAR(term(loss, 0), error, 64 * epsilon);
  EXPECT_NEAR(term(loss, 1), commitment, 64 * epsilon);
  EXPECT_NEAR(term(loss, 2), std::exp(entropy), 64 * epsilon);
  EXPECT_NEAR(loss.total.item(), error + 0.25 * commitment, 64 * epsilon);
}

TEST_F(VqVaeTest, MovesItsCodeVectorsAsTheFormulaOfTheMovingAverageSays) {
  Tape tape;
  step(tape);  // the first step, at which all vectors begin among the data
  std::map<std::string, Tensor> expected = buffers_of(model);
  model.eval();
  const Tensor z = encoder_vectors(), k = model.code_indices(tape.constant(x)).value();
  model.train();
  Tensor &m = expected.at("codebook.sums"), &n = expected.at("codebook.sizes");
  m *= Scalar(0.9);
  n *= Scalar(0.9);
  for (std::size_t i = 0; i < 12; ++i) {
    const auto chosen = static_cast<std::size_t>(k.data()[i]);
    n.data()[chosen] += Scalar(0.1);
    for (std::size_t j = 0; j < 2; ++j)
      m.data()[2 * chosen + j] += Scalar(0.1) * z.data()[2 * i + j];
  }
  double total = 0;
  for (Scalar size : n) total += size;
  Tensor& e = expected.at("codebook.vectors");
  for (std::size_t i = 0; i < 10; ++i)
    e.data()[i] =
        static_cast<Scalar>(m.data()[i] / ((n.data()[i / 2] + 1e-5) / (total + 5e-5) * total));
  tape.reset();
  step(tape);
  const std::map<std::string, Tensor> moved = buffers_of(model);
  EXPECT_TRUE(is_near(moved.at("codebook.sizes"), n, 64 * epsilon));
  EXPECT_TRUE(is_near(moved.at("codebook.sums"), m, 64 * epsilon));
  EXPECT_TRUE(is_near(moved.at("codebook.vectors"), e, 64 * epsilon));
}

TEST_F(VqVaeTest, MovesNothingOutOfTraining) {
  Tape tape;
  step(tape);
  model.eval();
  const std::map<std::string, Tensor> before = buffers_of(model);
  tape.reset();
  const double loss = step(tape).total.item();
  for (const auto& [name, value] : buffers_of(model)) EXPECT_TRUE(is_same(value, before.at(name)));
  model.train();  // a step in training starts from the same code vectors
  tape.reset();
  EXPECT_EQ(step(tape).total.item(), loss);
}

TEST_F(VqVaeTest, BringsDeadCodeVectorsBackAmongTheData) {
  Tape tape;
  step(tape);
  // Far from everything, and hardly used:
  for (const Buffer& buffer : model.buffers()) {
    if (buffer.name == "codebook.vectors") buffer.value->data()[2 * 3] = 1000;
    if (buffer.name == "codebook.sizes") buffer.value->data()[3] = Scalar(0.01);
  }
  tape.reset();
  step(tape);
  const Tensor z = encoder_vectors(), e = buffers_of(model).at("codebook.vectors");
  double nearest = 1e9;
  for (std::size_t i = 0; i < 12; ++i)
    nearest = std::min(nearest, distance(&z.data()[2 * i], &e.data()[2 * 3], 2));
  EXPECT_LT(nearest, 0.1);
  EXPECT_GT(buffers_of(model).at("codebook.sizes").data()[3], 1);
}

TEST_F(VqVaeTest, RevivesTheSameVectorsFromTheSameSeed) {
  Rng again(1);
  VqVae same({10}, small, again);
  Tape tape;
  const double loss = step(tape).total.item();
  Rng noise(3);
  EXPECT_EQ(same.loss(tape, x, noise).total.item(), loss);
  EXPECT_TRUE(
      is_same(buffers_of(same).at("codebook.vectors"), buffers_of(model).at("codebook.vectors")));
}

TEST_F(VqVaeTest, SaysThatExamplesAreCoupled) {
  EXPECT_TRUE(model.couples_examples());
  EXPECT_EQ(model.codebook_size(), 5u);
}

// Files are read by these names, and the fingerprint in a model's file and in what was compressed
// with it depends on their order.
TEST(VqVae, HasTheTensorsOfEarlierVersionsInTheirOrder) {
  Rng rng(1);
  const VqVae model({6},
                    {.network = {.latent = 4, .hidden = {5}, .normalization = "batch"},
                     .positions = 2,
                     .codebook = 3},
                    rng);
  std::string names;
  for (const NamedTensor& tensor : named_weights(model)) names += tensor.name + " ";
  EXPECT_EQ(names,
            "encoder.0.weight encoder.0.bias encoder.1.weight encoder.1.bias encoder.3.weight "
            "encoder.3.bias decoder.0.weight decoder.0.bias decoder.1.weight decoder.1.bias "
            "decoder.3.weight decoder.3.bias codebook.vectors codebook.sums codebook.sizes "
            "codebook.frequencies encoder.1.running_mean encoder.1.running_var "
            "encoder.1.num_batches_tracked decoder.1.running_mean decoder.1.running_var "
            "decoder.1.num_batches_tracked ");
}

TEST(VqVae, ReadsAFileOfAnEarlierVersion) {
  TensorFile file;
  const auto add = [&](const std::string& name, const Shape& shape, std::uint64_t seed) {
    file.tensors[name] = random_tensor(shape, seed);
  };
  add("encoder.0.weight", {4, 6}, 1), add("encoder.0.bias", {4}, 2);
  add("decoder.0.weight", {6, 4}, 3), add("decoder.0.bias", {6}, 4);
  add("codebook.vectors", {3, 2}, 5), add("codebook.sums", {3, 2}, 6);
  file.tensors["codebook.sizes"] = filled({3}, 1);
  file.tensors["codebook.frequencies"] = tensor({2, 3}, {0, 1, 0, 0, 0, 1});
  Rng rng(1);
  VqVae model({6}, {.network = {.latent = 4, .hidden = {}}, .positions = 2, .codebook = 3}, rng);
  load_weights(file, "a file", model);
  model.eval();

  const Tensor x = random_tensor({7, 6}, 7, 0, 1), &e = file.tensors.at("codebook.vectors");
  Tape tape(Tape::Gradients::off);
  const Tensor code = model.encode(tape.constant(x)).value();
  const Tensor indices = model.code_indices(tape.constant(x)).value();
  for (std::size_t i = 0; i < 7 * 2; ++i) {
    Scalar z[2];
    for (std::size_t j = 0; j < 2; ++j) {
      const std::size_t row = i % 2 * 2 + j;
      z[j] = file.tensors.at("encoder.0.bias")(row);
      for (std::size_t f = 0; f < 6; ++f)
        z[j] += file.tensors.at("encoder.0.weight")(row, f) * x(i / 2, f);
    }
    std::size_t nearest = 0;
    for (std::size_t k = 1; k < 3; ++k)
      if (distance(z, &e(k, 0), 2) < distance(z, &e(nearest, 0), 2)) nearest = k;
    EXPECT_EQ(indices.data()[i], static_cast<Scalar>(nearest));
    for (std::size_t j = 0; j < 2; ++j) EXPECT_EQ(code.data()[2 * i + j], e(nearest, j));
  }
  const Tensor drawn = model.sample_codes(1, rng);  // of frequencies that leave no choice
  EXPECT_TRUE(is_same(drawn, tensor({1, 4}, {e(1, 0), e(1, 1), e(2, 0), e(2, 1)})));
}

TEST(VqVae, RefusesOptionsThatMakeNoCodebook) {
  const auto error = [](VqVaeOptions options) {
    return message_of<ConfigError>([&] {
      Rng rng(1);
      VqVae({10}, std::move(options), rng);
    });
  };
  EXPECT_EQ(error({.network = {.latent = 20}, .positions = 3}),
            "model.positions = 3 does not divide the code's model.latent = 20 numbers");
  EXPECT_EQ(error({.codebook = 1}), "model.codebook is 1, but must be at least 2");
  EXPECT_EQ(error({.decay = 1}), "model.decay is 1, but must be at least 0 and below 1");
}

/// Images of 16 pixels, half of them black and half white: every position's index tells all others.
Dataset black_or_white() {
  std::vector<std::uint8_t> bytes(std::size_t{200} * 16);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = i / 16 % 2 ? 255 : 0;
  return {"black or white", {16}, bytes};
}

/// The share of drawn images that are neither black nor white all over.
double mixed(const std::string& prior) {
  Rng rng(1);
  VqVae model({16},
              {.network = {.latent = 8, .hidden = {16}, .normalization = "batch"},
               .positions = 4,
               .codebook = 4,
               .prior = prior},
              rng);
  Trainer trainer(model, {.epochs = 40, .batch = 20, .lr = 0.01}, rng);
  Batches batches(black_or_white(), 20, rng.fork(0));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
  model.after_training(black_or_white(), Rng(1));
  const Tensor images = model.sample(200, rng);
  double count = 0;
  for (std::size_t i = 0; i < 200; ++i) {
    const auto [low, high] = std::minmax_element(&images(i, 0), &images(i, 0) + 16);
    count += *low < 0.9 && *high > 0.1 ? 1.0 / 200 : 0;
  }
  return count;
}

TEST(VqVae, DrawsIndicesThatGoTogetherFromAPriorOfAllPositions) {
  EXPECT_GT(mixed("independent"), 0.5);
  EXPECT_LT(mixed("made"), 0.05);
}

TEST_F(VqVaeTest, KeepsAPriorInItsBuffersAndOutOfItsParameters) {
  VqVaeOptions options = small;
  options.prior = "made";
  Rng again(1), other(2);
  VqVae one({10}, options, again), same({10}, options, other);
  EXPECT_EQ(one.parameter_count(), model.parameter_count());
  EXPECT_GT(one.buffers().size(), model.buffers().size());
  for (std::size_t i = 0; i < one.parameters().size(); ++i)
    EXPECT_TRUE(is_same(one.parameters()[i]->value, model.parameters()[i]->value));
  const std::map<std::string, Tensor> state = buffers_of(one);
  for (const Buffer& buffer : same.buffers()) *buffer.value = state.at(buffer.name);
  Rng draw(3), draw_again(3);
  EXPECT_TRUE(is_same(same.sample_codes(20, draw_again), one.sample_codes(20, draw)));
}

TEST(VqVae, UsesItsCodebookAndDrawsDigits) {
  const Dataset train = load_dataset("mnist?limit=3000", Split::train),
                test = load_dataset("mnist?limit=500", Split::test);
  Rng rng(1);
  VqVae model({784},
              {.network = {.latent = 32, .hidden = {64}, .normalization = "batch"},
               .positions = 16,
               .codebook = 64},
              rng);
  Trainer trainer(model, {.epochs = 3, .batch = 64, .lr = 0.005}, rng);
  Batches batches(train, 64, rng.fork(0));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet, [&] { return evaluate(model, test, rng); });
  const std::vector<double> loss = trainer.history().curve("train_reconstruction");
  EXPECT_LT(loss.at(2), 0.8 * loss.at(0));
  EXPECT_GT(trainer.history().curve("perplexity").at(2), 32);

  model.after_training(train, Rng(1));
  const Tensor frequencies = buffers_of(model).at("codebook.frequencies");
  for (std::size_t position = 0; position < 16; ++position) {
    double sum = 0;
    for (std::size_t k = 0; k < 64; ++k) sum += frequencies(position, k);
    EXPECT_NEAR(sum, 1, 1e-4);
  }
  const Tensor codes = model.sample_codes(20, rng),
               vectors = buffers_of(model).at("codebook.vectors");
  std::set<std::vector<Scalar>> known;
  for (std::size_t k = 0; k < 64; ++k)
    known.insert({&vectors.data()[2 * k], &vectors.data()[2 * k] + 2});
  for (std::size_t i = 0; i < 20 * 16; ++i)
    EXPECT_TRUE(known.count({&codes.data()[2 * i], &codes.data()[2 * i] + 2}));
}

}  // namespace
}  // namespace hourglass::testing
