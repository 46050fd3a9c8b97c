// What looking up says where it cannot be done, word for word.

#include <gtest/gtest.h>

#include <limits>

#include "hourglass/autograd/operations.hpp"
#include "tests/support/shape_errors.hpp"

namespace hourglass::testing { namespace {

class ErrorsOfIndexing : public ErrorsInModule {
 protected:
  ErrorsOfIndexing() : ErrorsInModule("codebook") {}
  Var row(const std::vector<double>& numbers) {
    return tape.constant(tensor({numbers.size()}, numbers));
  }
};

TEST_F(ErrorsOfIndexing, NameTheIndexAndTheSizeOfTheAxis) {
  const auto of = [&](const std::vector<double>& indices) {
    return message([&] { index_select(value({3, 5}), row(indices), -1); });
  };
  const std::string rule =
      ": axis 1 of x, (3, 5), has size 5, so an index must be a whole number from 0 and below 5 "
      "(in codebook)";
  EXPECT_EQ(of({0, 4, 5, 7}), "index_select: index number 2 is 5" + rule);
  EXPECT_EQ(of({-1}), "index_select: index number 0 is -1" + rule);
  EXPECT_EQ(of({0, 1.5}), "index_select: index number 1 is 1.5" + rule);
  EXPECT_EQ(of({std::numeric_limits<double>::quiet_NaN()}),
            "index_select: index number 0 is nan" + rule);
  EXPECT_EQ(of({0, 0, std::numeric_limits<double>::infinity()}),
            "index_select: index number 2 is inf" + rule);
  EXPECT_EQ(of({-0.0, 4}), "");
  EXPECT_EQ(message([&] { index_select(value({0, 2}), row({0})); }),
            "index_select: index number 0 is 0: axis 0 of x, (0, 2), has size 0, so an index must "
            "be a whole number from 0 and below 0 (in codebook)");
  EXPECT_EQ(message([&] { gather(value({2, 2}), tape.constant(tensor({2, 1}, {0, 2})), 1); }),
            "gather: index number 1 is 2: axis 1 of x, (2, 2), has size 2, so an index must be a "
            "whole number from 0 and below 2 (in codebook)");
}

TEST_F(ErrorsOfIndexing, NameTheShapes) {
  EXPECT_EQ(message([&] { index_select(value({3, 5}), value({2, 2})); }),
            "index_select: the indices are (2, 2): they must have one axis (in codebook)");
  EXPECT_EQ(message([&] { index_select(value({3, 5}), value({2}), 2); }),
            "index_select: axis 2 does not exist in (3, 5) (in codebook)");
  EXPECT_EQ(message([&] { gather(value({3, 5}), value({2, 5}), 1); }),
            "gather: x is (3, 5) but the indices are (2, 5): they may differ in axis 1 only (in "
            "codebook)");
  EXPECT_EQ(message([&] { gather(value({3, 5}), value({3}), 1); }),
            "gather: x is (3, 5) but the indices are (3): they may differ in axis 1 only (in "
            "codebook)");
  EXPECT_EQ(message([&] { gather(value({3, 5}), value({3, 5}), -3); }),
            "gather: axis -3 does not exist in (3, 5) (in codebook)");
  EXPECT_EQ(message([&] { top_k_mask(value({2, 3}), 4); }),
            "top_k_mask: x is (2, 3): its last axis has fewer than k = 4 elements (in codebook)");
  EXPECT_EQ(message([&] { top_k_mask(value({}), 0); }),
            "top_k_mask: x is a single number and has no last axis (in codebook)");
  EXPECT_EQ(message([&] { sort(value({})); }),
            "sort: x is a single number and has no last axis (in codebook)");
}

TEST_F(ErrorsOfIndexing, RecordNothing) {
  Var x = value({3, 5}), wrong = row({9});
  const std::size_t before = tape.size();
  EXPECT_THROW(index_select(x, wrong), ShapeError);
  EXPECT_THROW(gather(x, wrong, 0), ShapeError);
  EXPECT_THROW(top_k_mask(x, 6), ShapeError);
  EXPECT_EQ(tape.size(), before);
}

}  // namespace
}  // namespace hourglass::testing
