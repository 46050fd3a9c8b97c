#include "hourglass/datasets/fingerprint.hpp"

#include <gtest/gtest.h>

namespace hourglass::testing { namespace {

using Bytes = std::vector<std::uint8_t>;

TEST(Fingerprint, IsThatOfTheExamplesWhateverTheirName) {
  const Dataset data("a", {1, 1, 2}, Bytes{1, 2, 3, 4, 5, 6}, Bytes{0, 1, 0});
  const std::uint64_t fingerprint = fingerprint_of(data);
  EXPECT_EQ(fingerprint_of(Dataset("b", {1, 1, 2}, Bytes{1, 2, 3, 4, 5, 6}, Bytes{0, 1, 0})),
            fingerprint);
  EXPECT_EQ(fingerprint_of(data.subset({0, 1, 2})), fingerprint);
  const Dataset others[] = {{"a", {1, 1, 2}, Bytes{1, 2, 3, 4, 5, 7}, Bytes{0, 1, 0}},  // a value
                            {"a", {1, 1, 2}, Bytes{1, 2, 3, 4, 5, 6}, Bytes{0, 1, 1}},  // a label
                            {"a", {1, 1, 2}, Bytes{1, 2, 3, 4, 5, 6}},                  // no labels
                            {"a", {1, 2, 1}, Bytes{1, 2, 3, 4, 5, 6}, Bytes{0, 1, 0}},  // the shape
                            data.slice(0, 2),
                            data.subset({1, 0, 2})};
  for (const Dataset& other : others) EXPECT_NE(fingerprint_of(other), fingerprint);
}

TEST(Fingerprint, OfATableIsThatOfWhatWasRead) {
  const auto table = [](std::uint32_t checksum, Scalar scaled) {
    TableDetails details;
    details.checksums = {5, checksum};
    return Dataset("t", {2}, std::vector<Scalar>{0, Scalar(0.5), 1, scaled}, {}, details);
  };
  const std::uint64_t fingerprint = fingerprint_of(table(6, Scalar(0.5)));
  EXPECT_EQ(fingerprint_of(table(6, Scalar(0.25))), fingerprint) << "machines scale differently";
  EXPECT_NE(fingerprint_of(table(7, Scalar(0.5))), fingerprint);
  EXPECT_NE(fingerprint_of(table(6, Scalar(0.5)).subset({1, 0})), fingerprint);
}

}  // namespace
}  // namespace hourglass::testing
