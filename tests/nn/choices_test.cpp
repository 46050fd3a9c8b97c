#include "hourglass/nn/choices.hpp"

#include <gtest/gtest.h>

#include "hourglass/autograd/base/error.hpp"
#include "tests/support/messages.hpp"

namespace hourglass::testing { namespace {

const Choices<int> numbers("number", {{"one", 1, "the first"}, {"two", 2}, {"three", 3}});

TEST(Choices, AreFoundByName) {
  EXPECT_EQ(numbers["two"], 2);
  EXPECT_EQ(numbers.entries().front().meaning, "the first");
}

TEST(Choices, AreNamedWhereOneIsUnknown) {
  EXPECT_EQ(message_of<ConfigError>([] { numbers["four"]; }),
            "unknown number 'four'; there are one, two, three");
  EXPECT_EQ(message_of<ConfigError>([] { numbers["thee"]; }),
            "unknown number 'thee'; did you mean 'three'?");
}

TEST(Choices, AreListedAsASentenceHasThem) {
  EXPECT_EQ(numbers.listed(), "one, two or three");
  EXPECT_EQ(Choices<int>("way", {{"this", 0}, {"that", 1}}).listed(), "this or that");
  EXPECT_EQ(Choices<int>("way", {{"this", 0}}).listed(), "this");
}

}  // namespace
}  // namespace hourglass::testing
