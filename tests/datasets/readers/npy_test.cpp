#include "hourglass/datasets/readers/npy.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <vector>

#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// Where the numbers begin, by what the file says of itself.
std::size_t start_of(const std::string& file) {
  return 10 + static_cast<std::uint8_t>(file.at(8)) + 256 * static_cast<std::uint8_t>(file.at(9));
}

TEST(Npy, SaysTypeAndShapeAndHoldsTheNumbersRowAfterRow) {
  const std::vector<double> wanted = {1, -2, 3.5, 0, 0.25, 6};
  const std::string file = to_npy(tensor({2, 3}, wanted));
  EXPECT_EQ(file.substr(0, 8), std::string("\x93NUMPY\x01\x00", 8));
  const std::size_t start = start_of(file);
  EXPECT_EQ(start % 64, 0u);
  EXPECT_EQ(file.at(start - 1), '\n');
  const std::string type = sizeof(Scalar) == 4 ? "'<f4'" : "'<f8'";
  EXPECT_EQ(file.substr(10, 59),
            "{'descr': " + type + ", 'fortran_order': False, 'shape': (2,3,), }");
  ASSERT_EQ(file.size(), start + 6 * sizeof(Scalar));
  std::vector<Scalar> held(6);
  std::memcpy(held.data(), &file[start], 6 * sizeof(Scalar));
  EXPECT_EQ(std::vector<double>(held.begin(), held.end()), wanted);
}

TEST(Npy, LabelsAreBytesWithOneAxis) {
  const std::vector<std::uint8_t> labels = {7, 0, 255};
  const std::string file = to_npy(labels);
  EXPECT_NE(file.find("'|u1', 'fortran_order': False, 'shape': (3,), "), std::string::npos);
  EXPECT_EQ(file.substr(start_of(file)), std::string("\x07\x00\xff", 3));
}

TEST(Npy, NumbersBeginAtAMultipleOf64BytesWhateverTheShape) {
  for (std::size_t rows = 0; rows < 3; ++rows)
    for (const Shape& shape : {Shape{}, Shape{rows}, Shape{rows, 1}, Shape{rows, 10, 1000, 10}}) {
      const std::string file = to_npy(filled(shape));
      EXPECT_EQ(start_of(file) % 64, 0u) << to_text(shape);
      EXPECT_EQ(file.size(), start_of(file) + element_count(shape) * sizeof(Scalar));
    }
}

}  // namespace
}  // namespace hourglass::testing
