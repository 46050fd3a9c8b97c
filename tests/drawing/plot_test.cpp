#include "hourglass/drawing/plot.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "tests/support/markup.hpp"

namespace hourglass::testing { namespace {

TEST(TagFault, FindsWhatItIsFor) {
  EXPECT_EQ(tag_fault("<p class=\"a\">x<br> &amp; <i>y</i></p>"), "");
  EXPECT_NE(tag_fault("<p><i>x</p></i>"), "");
  EXPECT_NE(tag_fault("<p>x"), "");
  EXPECT_NE(tag_fault("x</p>"), "");
  EXPECT_NE(tag_fault("<p>a & b</p>"), "");
  EXPECT_NE(tag_fault("<p>a < b</p>"), "");
  EXPECT_NE(tag_fault("<p class=\"a>x</p>"), "");
}

TEST(Plot, IsSoundForAnyNumberOfEpochs) {
  for (int epochs : {1, 2, 3, 20, 500, 5000}) {
    std::vector<double> values;
    for (int i = 0; i < epochs; ++i) values.push_back(70 + 90.0 / (i + 1));
    const std::string svg = plot_curves({{"training", values}, {"test", values}}, "nats");
    expect_sound(svg);
    EXPECT_EQ(count_of(svg, "<circle"), 2u);
    EXPECT_TRUE(contains(svg, "role=\"img\""));
    EXPECT_TRUE(contains(svg, "loss (nats)"));
    EXPECT_TRUE(contains(svg, ">epoch<"));
    EXPECT_TRUE(contains(svg, fmt::format("at epoch {}", epochs)));
  }
}

TEST(Plot, SkipsValuesThatAreNotFinite) {
  const double nan = std::nan(""), inf = std::numeric_limits<double>::infinity();
  const std::string svg = plot_curves({{"a", {3, nan, 2, inf, -inf}}, {"b", {nan, 2.5}}}, "");
  expect_sound(svg);
  EXPECT_TRUE(contains(svg, "a: 3 at epoch 1, 2 at epoch 3; b: 2.5 at epoch 2"));
}

TEST(Plot, IsEmptyWhereNoValueIsLeft) {
  EXPECT_EQ(plot_curves({}, "nats"), "");
  EXPECT_EQ(plot_curves({{"a", {}}, {"b", {std::nan("")}}}, "nats"), "");
}

TEST(Plot, IsSoundForConstantAndExtremeValues) {
  const std::vector<std::vector<double>> cases = {{0},
                                                  {0, 0, 0},
                                                  {5, 5, 5},
                                                  {-5, -5},
                                                  {1e-300, 1e-300},
                                                  {1e99, -1e99},
                                                  {1e-99, 1e99},
                                                  {94.3, 94.3 + 1e-12},
                                                  {-2e7, -4e6},
                                                  {1e300, 2},
                                                  {1e6, 1e6 + 1},
                                                  {-0.0, 1},
                                                  {1e-320, 1e-310},
                                                  {1e-12, 2e-12},
                                                  {0.1, 1.0000001}};
  for (const auto& values : cases) expect_sound(plot_curves({{"a", values}}, "nats"));
}

TEST(Plot, HasALogarithmicAxisOnlyForMoreThanADecade) {
  const std::string decade = plot_curves({{"a", {100, 10}}}, "");
  EXPECT_TRUE(contains(decade, ">0</text>"));
  const std::string decades = plot_curves({{"a", {1000, 1}}}, "");
  EXPECT_FALSE(contains(decades, ">0</text>"));
  for (const char* tick : {">1</text>", ">10</text>", ">100</text>", ">1000</text>"}) {
    EXPECT_TRUE(contains(decades, tick)) << tick;
  }
  EXPECT_TRUE(contains(plot_curves({{"a", {1000, -1}}}, ""), ">0</text>"));
}

TEST(Plot, NamesStandAtTheEndsOfTheirLinesOrInALegend) {
  const auto dashed = [](const std::string& svg) { return contains(svg, "dasharray=\"7 4\""); };
  EXPECT_FALSE(dashed(plot_curves({{"training", {9, 4}}, {"test", {9, 4.1}}}, "")));
  const std::string crowded =
      plot_curves({{"a", {9, 4}}, {"b", {9, 4}}, {"c", {8, 4}}, {"d", {7, 4}}}, "");
  EXPECT_TRUE(dashed(crowded));
  expect_sound(crowded);
  EXPECT_TRUE(dashed(plot_curves({{"ends early", {9, 4}}, {"goes on", {9, 7, 6}}}, "")));
}

TEST(Scatter, IsSoundForAnyPoints) {
  const double nan = std::nan(""), inf = std::numeric_limits<double>::infinity();
  const std::vector<std::vector<std::array<double, 2>>> cases = {
      {{0, 0}}, {{1, 2}, {1, 2}}, {{-3, 1e99}, {4, -1e99}}, {{nan, 1}, {2, inf}, {3, 4}}};
  for (const auto& points : cases) {
    expect_sound(plot_scatter({"x", "y", points, {}}));
    expect_sound(plot_scatter({"x", "y", points, std::vector<std::uint8_t>(points.size(), 200)},
                              narrow_plot));
  }
  EXPECT_EQ(plot_scatter({"x", "y", {}, {}}), "");
  EXPECT_EQ(plot_scatter({"x", "y", {{nan, 1}}, {}}), "");
}

TEST(Scatter, NamesEveryClassInTheLegendAndAmongItsPoints) {
  const std::string svg = plot_scatter({"right", "up", {{0, 0}, {0, 0}, {5, 1}}, {3, 4, 9}});
  for (const char* name : {">4</text>", ">9</text>"}) EXPECT_GE(count_of(svg, name), 2u) << name;
  EXPECT_EQ(count_of(svg, ">class 3</text>"), 1u);
  EXPECT_GE(count_of(svg, ">3</text>"), 1u);
  EXPECT_TRUE(contains(svg, ">right</text>"));
  EXPECT_TRUE(contains(svg, ">up</text>"));
}

TEST(Scatter, CallsClassesByTheirNames) {
  const std::string svg =
      plot_scatter({"x", "y", {{0, 0}, {5, 1}, {6, 1}}, {0, 1, 7}, {"cat", "a < b"}});
  EXPECT_EQ(count_of(svg, ">cat</text>"), 2u);
  EXPECT_EQ(count_of(svg, ">a &lt; b</text>"), 2u);
  EXPECT_EQ(count_of(svg, ">7</text>"), 2u) << "without a name, its number";
}

TEST(Bars, AreSoundAndAsManyAsTheValues) {
  for (std::size_t count : {1, 3, 64, 1000}) {
    Bars bars{"which", "how much", {}, {}, count / 2};
    for (std::size_t i = 0; i < count; ++i) {
      bars.values.push_back(i % 7 == 6 ? std::nan("") : static_cast<double>(i));
      bars.names.push_back(std::to_string(i));
    }
    const std::string svg = plot_bars(bars);
    expect_sound(svg);
    EXPECT_EQ(count_of(svg, "<rect"), count);
    EXPECT_EQ(count_of(svg, "--accent"), count / 2);
    EXPECT_LT(count_of(svg, "text-anchor=\"middle\""), 40u) << "names would overlap";
  }
  EXPECT_EQ(plot_bars({}), "");
  expect_sound(plot_bars({"which", "how much", {0, 0}, {}, 0}));
}

TEST(Histogram, IsSoundForAnyValuesAndShowsTheThreshold) {
  const double nan = std::nan("");
  for (const std::vector<double>& values : std::vector<std::vector<double>>{
           {1}, {2, 2}, {-3, 1e99}, {0.001, 5, 3000}, {nan, 4}, {0, 0, 0}}) {
    for (double threshold : {-5.0, 0.5, 1e6}) {
      const Histogram histogram{
          "score", "share", {{"normal", values}, {"odd", {7}}}, threshold, "threshold"};
      const std::string svg = plot_histogram(histogram, narrow_plot);
      expect_sound(svg);
      EXPECT_TRUE(contains(svg, ">threshold</text>") && contains(svg, ">normal</text>"));
      EXPECT_EQ(count_of(svg, "fill-opacity=\"0.25\""), 2u);  // one outline a group
    }
  }
  EXPECT_EQ(plot_histogram({"score", "share", {{"none", {nan}}}, 0, ""}), "");
}

TEST(Confusion, WritesSharesOfEachClassAndFitsNamesIntoTheirPlaces) {
  const Confusion confusion = {{"cat", "a name <longer> than a square"}, {{3, 1}, {0, 0}}};
  for (const PlotSize& size : {PlotSize{}, narrow_plot}) {
    const std::string svg = plot_confusion(confusion, size);
    expect_sound(svg);
    EXPECT_EQ(count_of(svg, "<rect"), 4u);
    EXPECT_TRUE(contains(svg, ">75</text>") && contains(svg, ">25</text>"));
    EXPECT_TRUE(contains(svg, "…</text>"));
  }
  EXPECT_EQ(plot_confusion({}), "");
}

TEST(LinesOfShares, StartAtZeroWithoutMarks) {
  const Lines lines = {"x", "y", {{"curve", {{0, 0}, {0.2, 0.9}, {1, 1}}}}, true};
  const std::string svg = plot_lines(lines);
  expect_sound(svg);
  EXPECT_EQ(count_of(svg, "<circle"), 0u);
  EXPECT_TRUE(contains(svg, ">0.0</text>") && contains(svg, ">1.0</text>"));
}

}  // namespace
}  // namespace hourglass::testing
