#include "hourglass/autograd/kernels/broadcasting.hpp"

#include <gtest/gtest.h>

#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// Every shape that broadcasts to `large`: each choice of axes made 1, with leading ones kept and
/// with as many of them dropped as there are.
std::vector<Shape> smaller_shapes(const Shape& large) {
  std::vector<Shape> shapes;
  for (unsigned mask = 0; mask < 1u << large.size(); ++mask) {
    Shape small = large;
    for (std::size_t axis = 0; axis < large.size(); ++axis)
      if (mask >> axis & 1) small[axis] = 1;
    shapes.push_back(small);
    while (!small.empty() && small[0] == 1) {
      small = Shape(small.begin() + 1, small.end());
      shapes.push_back(small);
    }
  }
  return shapes;
}

const std::vector<Shape>& large_shapes() {
  static const std::vector<Shape> shapes = {{},
                                            {1},
                                            {7},
                                            {75},
                                            {0},
                                            {3, 4},
                                            {1, 5},
                                            {5, 1},
                                            {2, 75},
                                            {0, 3},
                                            {3, 0},
                                            {2, 3, 4},
                                            {2, 1, 3},
                                            {1, 3, 1},
                                            {3, 0, 2},
                                            {2, 3, 2, 2},
                                            {1, 2, 1, 3},
                                            {2, 1, 1, 2},
                                            {2, 3, 2, 1, 2},
                                            {1, 1, 2, 1, 3},
                                            {2, 2, 2, 2, 2}};
  return shapes;
}

/// Calls check(large, small) for each pair.
template <class Check>
void for_each_broadcast(const Check& check) {
  for (const Shape& large : large_shapes())
    for (const Shape& small : smaller_shapes(large)) {
      SCOPED_TRACE(to_text(small) + " in " + to_text(large));
      check(large, small);
    }
}

/// What `replace` overwrites and `accumulate` adds to.
Tensor earlier(const Shape& shape) {
  return random_tensor(shape, 9, 10, 20);
}

void check_sum(const Shape& large, const Shape& small, Sum mode) {
  const Tensor from = random_tensor(large, 1);
  Tensor got = earlier(small);
  std::vector<double> sums(got.size());
  if (mode == Sum::accumulate) sums = numbers(got);
  for (std::size_t i = 0; i < from.size(); ++i)
    sums[broadcast_position(index_of(i, large), small)] += from.data()[i];
  reduce_to(from, got, small, mode);
  // At most 150 numbers below 1 are added up, to 20 at most.
  EXPECT_TRUE(is_near(got, tensor(small, sums), 32 * epsilon));
}

void check_spread(const Shape& large, const Shape& small, Sum mode) {
  const Tensor from = random_tensor(small, 1);
  Tensor got = earlier(large), expected = got;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const Scalar read = from.data()[broadcast_position(index_of(i, large), small)];
    expected.data()[i] = mode == Sum::accumulate ? expected.data()[i] + read : read;
  }
  broadcast_to(from, small, got, mode);
  EXPECT_TRUE(is_same(got, expected));
}

TEST(SumTo, ReplacesByTheSumsOverBroadcastAxes) {
  for_each_broadcast([](auto& large, auto& small) { check_sum(large, small, Sum::replace); });
}

TEST(SumTo, AddsTheSumsOverBroadcastAxes) {
  for_each_broadcast([](auto& large, auto& small) { check_sum(large, small, Sum::accumulate); });
}

TEST(SpreadTo, RepeatsAlongBroadcastAxes) {
  for_each_broadcast([](auto& large, auto& small) { check_spread(large, small, Sum::replace); });
}

TEST(SpreadTo, AddsRepeatedAlongBroadcastAxes) {
  for_each_broadcast([](auto& large, auto& small) { check_spread(large, small, Sum::accumulate); });
}

TEST(SumTo, ReadsItsTargetAsTheShapeThatIsKept) {
  const Tensor from = tensor({2, 3}, {1, 2, 3, 4, 5, 6});
  Tensor rows = filled({2});
  reduce_to(from, rows, {2, 1}, Sum::replace);
  EXPECT_EQ(numbers(rows), (std::vector<double>{6, 15}));
}

TEST(SumTo, LosesNoDigitsOverManyNumbers) {
  // Added one after the other in float, 2²⁴ ones stay 2²⁴ however many follow.
  const Tensor ones = filled({20'000'000}, 1);
  Tensor total = filled({});
  reduce_to(ones, total, {}, Sum::replace);
  EXPECT_EQ(total(), 20'000'000);
}

TEST(Broadcasts, RefuseShapesThatDoNotFit) {
  const auto message = [](const Shape& large, const Shape& small) {
    return message_of<ShapeError>([&] {
      Tensor into = filled(small);
      reduce_to(filled(large), into, small, Sum::replace);
    });
  };
  const std::string rule = ": read from the right, each size must be equal or 1";
  EXPECT_EQ(message({2, 3}, {2}), "(2) does not broadcast to (2, 3)" + rule);
  EXPECT_EQ(message({3}, {1, 3}), "(1, 3) does not broadcast to (3)" + rule);
  EXPECT_EQ(message({1, 3}, {2, 3}), "(2, 3) does not broadcast to (1, 3)" + rule);
  EXPECT_EQ(message_of<ShapeError>([] {
              Tensor into = filled({2, 3});
              broadcast_to(filled({2}), {2}, into, Sum::replace);
            }),
            "(2) does not broadcast to (2, 3)" + rule);
}

}  // namespace
}  // namespace hourglass::testing
