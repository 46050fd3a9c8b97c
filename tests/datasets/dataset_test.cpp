#include "hourglass/datasets/dataset.hpp"

#include <gtest/gtest.h>

#include "tests/datasets/files.hpp"

namespace hourglass::testing { namespace {

/// Five examples of two bytes, labelled 0 1 2 0 1.
Dataset five() {
  return Dataset("five", {2}, {0, 255, 10, 11, 20, 21, 30, 31, 40, 41}, {0, 1, 2, 0, 1});
}

std::vector<int> first_bytes(const Dataset& data) {
  std::vector<int> bytes;
  for (std::size_t i = 0; i < data.size(); ++i) bytes.push_back(data.example(i)[0]);
  return bytes;
}

TEST(Dataset, KnowsItsSizes) {
  const Dataset data("pair", {1, 2, 3}, Bytes(12));
  EXPECT_EQ(data.name(), "pair");
  EXPECT_EQ(data.size(), 2u);
  EXPECT_EQ(data.features(), 6u);
  EXPECT_EQ(data.example_shape(), (Shape{1, 2, 3}));
  EXPECT_FALSE(data.has_labels());
  EXPECT_TRUE(five().has_labels());
}

TEST(Dataset, RefusesSizesThatDoNotFitTogether) {
  const auto make = [](Shape shape, std::size_t bytes, std::size_t labels) {
    return message_of<DataError>([&] { Dataset("odd", shape, Bytes(bytes), Bytes(labels)); });
  };
  EXPECT_PRED2(contains, make({2, 3}, 13, 0),
               "odd: 13 bytes are not a whole number of examples of shape (2, 3) (6 bytes)");
  EXPECT_PRED2(contains, make({2, 3}, 12, 3), "odd: 2 examples but 3 labels");
  EXPECT_PRED2(contains, make({2, 0}, 0, 0), "odd: examples of shape (2, 0) hold nothing");
}

TEST(Dataset, SlicesKeepTheirOrderAndStopAtTheEnd) {
  EXPECT_EQ(first_bytes(five().slice(1, 2)), (std::vector{10, 20}));
  EXPECT_EQ(first_bytes(five().slice(3, 100)), (std::vector{30, 40}));
  EXPECT_EQ(first_bytes(five().slice(3, SIZE_MAX)), (std::vector{30, 40}));
  EXPECT_EQ(five().slice(9, 1).size(), 0u);
}

TEST(Dataset, SlicesASlice) {
  const Dataset part = five().slice(1, 4).slice(2, 2);
  EXPECT_EQ(first_bytes(part), (std::vector{30, 40}));
  EXPECT_EQ(part.label(0), 0);
  EXPECT_EQ(part.label(1), 1);
}

TEST(Dataset, KeepsTheExamplesWithTheseLabelsInTheirOrder) {
  EXPECT_EQ(first_bytes(five().with_labels({1, 2})), (std::vector{10, 20, 40}));
  EXPECT_EQ(first_bytes(five().slice(2, 3).with_labels({1})), (std::vector{40}));
  EXPECT_EQ(five().with_labels({9}).size(), 0u);
}

TEST(Dataset, RefusesToChooseByLabelsThatItLacks) {
  const Dataset bare("bare", {2}, Bytes(4));
  EXPECT_EQ(message_of<DataError>([&] { bare.with_labels({1}); }),
            "bare: has no labels to choose examples by");
  EXPECT_EQ(message_of<DataError>([&] { bare.label(0); }), "bare: has no labels");
}

TEST(Dataset, RefusesAnExampleThatItLacks) {
  EXPECT_EQ(message_of<DataError>([] { five().example(5); }),
            "five: there is no example 5 among 5");
  EXPECT_PRED2(contains, message_of<DataError>([] { five().slice(0, 2).label(2); }),
               "no example 2");
}

TEST(Dataset, SharesItsBytesWithCopiesAndSlices) {
  const Dataset data = five();
  const Dataset copy = data;
  EXPECT_EQ(copy.example(2), data.example(2));
  EXPECT_EQ(data.slice(2, 1).example(0), data.example(2));
}

TEST(Dataset, WritesRowsOfNumbersFromZeroToOne) {
  Tensor rows;
  five().read_rows(0, 2, rows);
  ASSERT_EQ(rows.shape(), (Shape{2, 2}));
  EXPECT_EQ(rows(0, 0), 0);
  EXPECT_EQ(rows(0, 1), 1);
  EXPECT_NEAR(rows(1, 0), 10.0 / 255, 1e-7);
  EXPECT_NEAR(rows(1, 1), 11.0 / 255, 1e-7);
}

TEST(Dataset, WritesRowsOfASliceIntoTheTensorAtHand) {
  Tensor rows = filled({2, 2}, -1);
  const Scalar* memory = rows.data();
  five().slice(2, 3).read_rows(1, 2, rows);
  EXPECT_EQ(rows.data(), memory);
  EXPECT_NEAR(rows(0, 0), 30.0 / 255, 1e-7);
  EXPECT_NEAR(rows(1, 1), 41.0 / 255, 1e-7);
}

TEST(Dataset, NeverScalesAByteAboveOne) {
  Bytes every(256);
  for (std::size_t i = 0; i < 256; ++i) every[i] = static_cast<std::uint8_t>(i);
  Tensor row;
  Dataset("every", {256}, every).read_rows(0, 1, row);
  for (std::size_t i = 0; i < 256; ++i) EXPECT_NEAR(row(0, i), i / 255.0, 1e-7);
  EXPECT_EQ(row(0, 255), 1);
}

TEST(Dataset, RefusesRowsPastItsEnd) {
  Tensor rows;
  EXPECT_THROW(five().read_rows(4, 2, rows), DataError);
  EXPECT_THROW(five().read_rows(1, SIZE_MAX, rows), DataError);
}

}  // namespace
}  // namespace hourglass::testing
