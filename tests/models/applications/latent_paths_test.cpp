#include "hourglass/models/applications/latent_paths.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "tests/models/mirror_model.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

template <class Action>
void expect_refusal(Action action, const std::string& words) {
  EXPECT_PRED2(contains, message_of<ConfigError>(action), words);
}

double length(const Tensor& codes, std::size_t row) {
  double sum = 0;
  for (std::size_t k = 0; k < codes.shape()[1]; ++k) sum += std::pow(codes(row, k), 2);
  return std::sqrt(sum);
}

TEST(Interpolation, PassesEachCodeOnceInEqualSteps) {
  const Tensor places = {{0, 0}, {4, 8}, {4, 0}};
  const Tensor codes = interpolate(places, 2, {.steps = 5});
  ASSERT_EQ(codes.shape(), filled({9, 2}).shape());
  for (std::size_t i = 0; i < 9; ++i) {
    EXPECT_NEAR(codes(i, 0), i < 4 ? i : 4, 1e-6);
    EXPECT_NEAR(codes(i, 1), i < 4 ? 2.0 * double(i) : 16 - 2.0 * double(i), 1e-6);
  }
}

TEST(Interpolation, ComesBackToItsBeginningWhereItIsClosed) {
  const Tensor places = {{0, 0}, {4, 8}, {4, 0}};
  const Tensor codes = interpolate(places, 2, {.steps = 5, .closed = true});
  ASSERT_EQ(codes.shape()[0], 12u);
  EXPECT_NEAR(codes(11, 0), 1, 1e-6);  // a step before the first code
  EXPECT_NEAR(codes(8, 0), 4, 1e-6);
}

TEST(Interpolation, KeepsTheLengthOfCodesWhereItIsSpherical) {
  const Tensor places = {{3, 0}, {0, 3}};
  const Tensor bow = interpolate(places, 2, {.steps = 7, .by = LatentPath::slerp});
  const Tensor line = interpolate(places, 2, {.steps = 7});
  for (std::size_t i = 0; i < 7; ++i) EXPECT_NEAR(length(bow, i), 3, 1e-5);
  EXPECT_NEAR(length(line, 3), 3 / std::sqrt(2), 1e-5);
  EXPECT_NEAR(bow(3, 0), bow(3, 1), 1e-5);
}

TEST(Interpolation, IsLinearWhereThereIsNoGreatCircle) {
  for (const Tensor& places :
       {Tensor{{1, 1}, {-1, -1}}, Tensor{{1, 1}, {2, 2}}, Tensor{{0, 0}, {1, 2}}}) {
    const Tensor bow = interpolate(places, 2, {.steps = 5, .by = LatentPath::slerp});
    const Tensor line = interpolate(places, 2, {.steps = 5});
    for (std::size_t i = 0; i < bow.size(); ++i) EXPECT_NEAR(bow.data()[i], line.data()[i], 1e-3);
  }
}

TEST(Interpolation, OfProbabilitiesOfClassesIsLinear) {
  const Tensor places = {{3, 0, 1, 0}, {0, 3, 0, 1}};
  const Tensor codes = interpolate(places, 2, {.steps = 5, .by = LatentPath::slerp});
  for (std::size_t i = 0; i < 5; ++i) {
    EXPECT_NEAR(codes(i, 2) + codes(i, 3), 1, 1e-6);
    EXPECT_NEAR(codes(i, 3), double(i) / 4, 1e-6);
  }
}

TEST(Interpolation, LingersAtTheGivenCodesWhereItIsEased) {
  const Tensor places = {{0, 0}, {1, 0}};
  const Tensor codes = interpolate(places, 2, {.steps = 11, .eased = true});
  EXPECT_LT(codes(1, 0), 0.03);
  EXPECT_NEAR(codes(5, 0), 0.5, 1e-6);
  EXPECT_NEAR(codes(10, 0), 1, 1e-6);
}

TEST(Interpolation, NeedsTwoCodesAndTwoSteps) {
  expect_refusal([] { interpolate(filled({1, 2}), 2, {}); }, "two codes");
  expect_refusal([] { interpolate(filled({2, 2}), 2, {.steps = 1}); }, "two steps");
}

TEST(LatentArithmetic, IsReadFromWords) {
  const std::vector<LatentTerm> terms = parse_latent_arithmetic(" 12-class:benign + class:7 +3 ");
  ASSERT_EQ(terms.size(), 4u);
  EXPECT_EQ(terms[0].example, 12u);
  EXPECT_EQ(terms[1].label, "benign");
  EXPECT_EQ(terms[1].text, "class:benign");
  EXPECT_EQ(terms[3].example, 3u);
  EXPECT_EQ((std::vector<double>{terms[0].sign, terms[1].sign, terms[2].sign, terms[3].sign}),
            (std::vector<double>{1, -1, 1, 1}));
  EXPECT_EQ(parse_latent_arithmetic("-5")[0].sign, -1);
}

TEST(LatentArithmetic, SaysWhereWordsStopToMakeSense) {
  for (const char* text : {"", "12 -", "12 + - 3", "one", "class:", "12 * 3", "12 13", "1.5",
                           "99999999999999999999", "class:1 - class: 2"})
    expect_refusal([&] { parse_latent_arithmetic(text); }, "is wanted where");
}

TEST(LatentArithmetic, AddsExamplesAndMeansOfClasses) {
  Mirror model;
  const Dataset data = two_classes();
  const LatentSum sum =
      latent_arithmetic(model, data, parse_latent_arithmetic("0 - class:0 + class:1"));
  ASSERT_EQ(sum.terms.shape(), filled({3, 2}).shape());
  EXPECT_NEAR(sum.terms(1, 0), 0.2, 2e-3);
  EXPECT_NEAR(sum.terms(2, 1), 0.6, 2e-3);
  EXPECT_NEAR(sum.sum(0, 0), sum.terms(0, 0) + 0.6, 4e-3);
  EXPECT_EQ(data.label(sum.nearest), 1);
}

TEST(LatentArithmetic, SaysWhichExamplesAndClassesThereAreNot) {
  Mirror model;
  const auto add = [&](const Dataset& data, const char* text) {
    latent_arithmetic(model, data, parse_latent_arithmetic(text));
  };
  expect_refusal([&] { add(two_classes(), "400"); }, "examples 0 to 399");
  expect_refusal([&] { add(two_classes(), "class:7"); }, "no examples of class 7");
  expect_refusal([&] { add(two_classes(), "class:cat"); }, "'cat'");
  expect_refusal([&] { add(two_classes(false), "class:1"); }, "no labels");
}

}  // namespace
}  // namespace hourglass::testing
