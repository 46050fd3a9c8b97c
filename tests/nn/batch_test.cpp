#include "hourglass/nn/batch.hpp"

#include <gtest/gtest.h>

#include "hourglass/autograd/base/error.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

struct LabelledBatch : ::testing::Test {
  Tensor x = filled({3, 2});
  std::vector<std::uint8_t> labels = {2, 0, 1};
  Tape tape;
};

TEST_F(LabelledBatch, GivesItsLabelsAsNumbersAndAsRowsWithOneOne) {
  const Batch batch(x, labels);
  EXPECT_TRUE(is_same(label_numbers(tape, batch, 3).value(), tensor({3}, {2, 0, 1})));
  EXPECT_TRUE(is_same(one_hot(tape, batch, 4).value(),
                      tensor({3, 4}, {0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0})));
}

TEST_F(LabelledBatch, SaysWhatIsMissing) {
  EXPECT_EQ(message_of<ConfigError>([&] { one_hot(tape, Batch(x), 3); }),
            "this model learns from labels, and the data have none");
  EXPECT_EQ(message_of<ConfigError>([&] { label_numbers(tape, Batch(x, labels), 2); }),
            "there is a label 2, but the model has 2 classes, from 0: set model.classes to 3");
}

}  // namespace
}  // namespace hourglass::testing
