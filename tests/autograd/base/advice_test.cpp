#include "hourglass/autograd/base/advice.hpp"

#include <gtest/gtest.h>

namespace hourglass::testing { namespace {

TEST(Advice, NamesTheNearestOfTheKnownNames) {
  EXPECT_EQ(advice("latnet", {"hidden", "latent"}), "did you mean 'latent'?");
  EXPECT_EQ(advice("vea", {"ae", "vae"}), "did you mean 'vae'?");
  EXPECT_EQ(advice("Adam", {"sgd", "adam"}), "did you mean 'adam'?");
  EXPECT_EQ(advice("act", {"latent", "activation"}), "did you mean 'activation'?");
}

TEST(Advice, ListsAllNamesWhereNoneIsNear) {
  EXPECT_EQ(advice("xyz_abc", {"hidden", "latent"}), "there are hidden, latent");
  EXPECT_EQ(advice("s3:", {"npy:", "csv:"}), "there are npy:, csv:");
  EXPECT_EQ(advice("anything", {}), "there are none here");
}

}  // namespace
}  // namespace hourglass::testing
