#include "hourglass/nn/files/weights.hpp"

#include <gtest/gtest.h>

#include "hourglass/nn/layers/sequential.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

class Weights : public ::testing::Test {
 protected:
  Weights() {
    Rng rng(1);
    add_dense_layers(network, {3, 2, 4}, "relu", rng);
    for (const NamedTensor& weight : named_weights(network)) {
      before.push_back(*weight.tensor);
      file.tensors[weight.name] = random_tensor(weight.tensor->shape(), file.tensors.size() + 50);
    }
  }

  std::string load_error() {
    return message_of<DataError>([&] { load_weights(file, "model.safetensors", network); });
  }

  void expect_nothing_copied() {
    const auto now = named_weights(network);
    for (std::size_t i = 0; i < now.size(); ++i)
      EXPECT_TRUE(is_same(*now[i].tensor, before[i])) << now[i].name;
  }

  Sequential network;
  std::vector<Tensor> before;
  TensorFile file;
};

TEST_F(Weights, AreCopiedByName) {
  EXPECT_EQ(load_error(), "");
  for (const NamedTensor& weight : named_weights(network))
    EXPECT_TRUE(is_same(*weight.tensor, file.tensors.at(weight.name))) << weight.name;
}

TEST_F(Weights, LeaveTensorsAloneThatAreNoParameters) {
  file.tensors["optimizer.exp_avg.0.weight"] = filled({7});
  EXPECT_EQ(load_error(), "");
}

TEST_F(Weights, ThatAreMissingAreNamedAndNothingIsCopied) {
  file.tensors.erase("2.bias");
  EXPECT_EQ(load_error(),
            "model.safetensors: holds no '2.bias', so it was written by another model");
  expect_nothing_copied();
}

TEST_F(Weights, OfAnotherShapeAreNamedAndNothingIsCopied) {
  file.tensors["2.weight"] = filled({2, 4});  // as many numbers, the other way round
  EXPECT_EQ(load_error(),
            "model.safetensors: '2.weight' is (2, 4) but the model's is (4, 2), so it was written "
            "by another model");
  expect_nothing_copied();
}

struct Statistics : Module {
  explicit Statistics(Scalar value) : mean(filled({3}, value)), count(filled({}, value)) {
    register_buffer("running_mean", mean);
    register_buffer("num_batches_tracked", count);
  }
  Var forward(Var x) override { return x; }
  Tensor mean, count;
};

TEST(Buffers, AreSavedAndLoadedWithTheWeights) {
  TestFolder folder;
  const auto path = folder / "model.safetensors";
  Sequential one, other;
  one.add<Statistics>(Scalar(7));
  Statistics& loaded = other.add<Statistics>(Scalar(0));
  write_safetensors(path, named_weights(one), {});
  load_weights(read_safetensors(path), path.string(), other);
  EXPECT_TRUE(is_same(loaded.mean, filled({3}, 7)));
  EXPECT_TRUE(is_same(loaded.count, filled({}, 7)));
}

TEST(Buffers, ThatAreMissingAreNamed) {
  Sequential network;
  network.add<Statistics>(Scalar(0));
  TensorFile file;
  file.tensors["0.running_mean"] = filled({3});
  EXPECT_EQ(message_of<DataError>([&] { load_weights(file, "m", network); }),
            "m: holds no '0.num_batches_tracked', so it was written by another model");
}

}  // namespace
}  // namespace hourglass::testing
