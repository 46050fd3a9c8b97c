// Convolutions take their memory from the tape, once.

#include <gtest/gtest.h>

#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/operations.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// How many allocations steps 2 to 4 of an autoencoder with convolutions make.
std::size_t allocations_after_the_first_step(int count) {
  const int before = threads();
  set_threads(count);
  const Tensor images = random_tensor({4, 2, 14, 14}, 1);
  Parameter down({4, 2, 3, 3}), depthwise({4, 1, 3, 3}), whole({8, 4, 7, 7}), unfold({8, 4, 7, 7}),
      up({4, 2, 3, 3}), bias({4});
  Tape tape;
  const auto step = [&] {
    tape.reset();
    Var h = conv2d(tape.constant(images), tape.parameter(down), tape.parameter(bias),
                   {.stride = 2, .padding = 1});
    h = conv2d(relu(h), tape.parameter(depthwise), {.padding = 1, .groups = 4});
    h = conv2d(h, tape.parameter(whole));
    h = conv_transpose2d(h, tape.parameter(unfold), tape.parameter(bias));
    h = conv_transpose2d(h, tape.parameter(up), {.stride = 2, .padding = 1, .output_padding = 1});
    tape.backward(sum(square(h)));
  };
  step();
  const std::size_t first = allocations();
  for (int number = 2; number <= 4; ++number) step();
  const std::size_t made = allocations() - first;
  set_threads(before);
  return made;
}

TEST(AllocationsOfConvolutions, AreNoneFromTheSecondStepOn) {
  EXPECT_EQ(allocations_after_the_first_step(1), 0u);
}

TEST(AllocationsOfConvolutions, AreNoneInPartsForTwoThreads) {
  EXPECT_EQ(allocations_after_the_first_step(2), 0u);
}

}  // namespace
}  // namespace hourglass::testing
