#include "hourglass/nn/bounds.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

TEST(BoundsTest, HoldsItsBoundsOnlyWhereTheyAreIncluded) {
  EXPECT_TRUE(at_least(0).holds(0));
  EXPECT_FALSE(above(0).holds(0));
  EXPECT_TRUE(at_least(0).at_most(1).holds(1));
  EXPECT_FALSE(at_least(0).below(1).holds(1));
  EXPECT_TRUE(above(0).below(1).holds(0.5));
  EXPECT_FALSE(at_least(2).at_most(3).holds(1.9));
}

TEST(BoundsTest, HoldsNothingThatIsNotFinite) {
  for (double number : {std::nan(""), std::numeric_limits<double>::infinity(),
                        -std::numeric_limits<double>::infinity()})
    EXPECT_FALSE(at_least(0).holds(number)) << number;
}

TEST(BoundsTest, SaysWhatItHolds) {
  EXPECT_EQ(at_least(0).text(), "at least 0");
  EXPECT_EQ(above(0.5).at_most(1).text(), "above 0.5 and at most 1");
  EXPECT_EQ(at_least(0).below(1).text(), "at least 0 and below 1");
}

TEST(BoundsTest, NamesTheSettingAndItsValue) {
  EXPECT_EQ(message_of<ConfigError>([] { at_least(0).expect("model.weight", -0.25); }),
            "model.weight is -0.25, but must be at least 0");
  EXPECT_NO_THROW(at_least(0).expect("model.weight", 0));
}

}  // namespace
}  // namespace hourglass::testing
