#include "apps/report.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <modp_b64.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <limits>
#include <regex>
#include <set>

#include "apps/pictures.hpp"
#include "apps/plot.hpp"
#include "nn/html.hpp"

namespace hourglass {
namespace {

Report example_report() {
  Report report;
  report.title = "vanilla on mnist";
  report.summary = "A small autoencoder.";
  report.objective = "min ‖x − x̂‖²";
  report.figures = {{"mse", "0.0056", "0.0090", "per pixel", "Mean squared difference."},
                    {"loss", "73.8", "", "nats per image", ""}};
  report.curve_unit = "nats per image";
  report.curves = {{"training", {160, 90, 75}}, {"test", {130, 88, 79}}};
  report.pictures = {{"Originals", "Above.", to_png({3, 2, 1, {0, 1, 2, 3, 4, 5}})},
                     {"Samples", "Below.", to_png({1, 1, 3, {6, 7, 8}})}};
  report.settings = {{"epochs", "20"}, {"learning_rate", "0.001"}};
  report.command = "hourglass train vanilla --data mnist";
  return report;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// What is wrong with the nesting of the tags, or nothing. Text must hold no bare < or &.
std::string tag_fault(const std::string& html) {
  static const std::set<std::string> without_end = {"meta", "img", "br", "!DOCTYPE"};
  static const std::regex part(
      R"re(<(/?)([!a-zA-Z0-9]+)((?:\s+[a-zA-Z0-9:-]+(?:="")?)*)\s*(/?)>)re");
  static const std::regex entity("&(amp|lt|gt|quot|#39);");
  const std::string text = std::regex_replace(html, entity, "");
  if (contains(text, "&")) return "a bare &";
  std::vector<std::string> open;
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    std::string tag = text.substr(at, text.find('>', at) + 1 - at);
    // A regular expression would not bear values as long as a picture's data.
    for (std::size_t quote = tag.find('"'); quote != std::string::npos;) {
      const std::size_t end = tag.find('"', quote + 1);
      if (end == std::string::npos) return "a quote is left open: " + tag;
      tag.erase(quote + 1, end - quote - 1);
      quote = tag.find('"', quote + 2);
    }
    std::smatch match;
    if (!std::regex_match(tag, match, part)) return "no tag: " + tag;
    if (match[4].length() > 0 || without_end.contains(match[2])) continue;
    if (match[1].length() == 0) {
      open.push_back(match[2]);
    } else if (open.empty() || open.back() != match[2]) {
      return fmt::format("{} closes {}", tag, open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "never closed: " + open.back();
}

/// No number of a drawing may be something that a browser cannot read.
void expect_sound(const std::string& svg) {
  EXPECT_EQ(tag_fault(svg), "");
  std::string lower = svg;
  std::transform(lower.begin(), lower.end(), lower.begin(), ::tolower);
  EXPECT_FALSE(std::regex_search(lower, std::regex("\\b-?(nan|inf)"))) << svg;
  const std::string drawing = lower.substr(std::min(lower.find("</title>"), lower.size()));
  EXPECT_FALSE(contains(drawing, "e+")) << svg;
}

TEST(TagFault, FindsWhatItIsFor) {
  EXPECT_EQ(tag_fault("<p class=\"a\">x<br> &amp; <i>y</i></p>"), "");
  EXPECT_NE(tag_fault("<p><i>x</p></i>"), "");
  EXPECT_NE(tag_fault("<p>x"), "");
  EXPECT_NE(tag_fault("x</p>"), "");
  EXPECT_NE(tag_fault("<p>a & b</p>"), "");
  EXPECT_NE(tag_fault("<p>a < b</p>"), "");
  EXPECT_NE(tag_fault("<p class=\"a>x</p>"), "");
}

TEST(Report, HoldsEachFigureWithItsUnitPictureAndSetting) {
  const Report report = example_report();
  const std::string html = to_html(report);
  for (const ReportFigure& figure : report.figures) {
    for (const auto& text : {figure.name, figure.value, figure.baseline, figure.unit}) {
      EXPECT_TRUE(text.empty() || contains(html, ">" + text + "<")) << text;
    }
  }
  EXPECT_TRUE(contains(html, "Mean squared difference."));
  for (const ReportPicture& picture : report.pictures) {
    EXPECT_TRUE(contains(html, "data:image/png;base64," + modp::b64_encode(picture.png)));
    EXPECT_TRUE(contains(html, "alt=\"" + picture.title + "\""));
    EXPECT_TRUE(contains(html, picture.caption));
  }
  for (const auto& [name, value] : report.settings) {
    EXPECT_TRUE(contains(html, ">" + name + "</th><td>" + value + "</td>")) << name;
  }
  for (const auto& text : {report.summary, report.objective, report.command}) {
    EXPECT_TRUE(contains(html, ">" + text + "<")) << text;
  }
  EXPECT_TRUE(contains(html, "width=\"3\" height=\"2\""));
}

TEST(Report, IsWellFormed) {
  EXPECT_EQ(tag_fault(to_html(example_report())), "");
  EXPECT_EQ(tag_fault(to_html({})), "");
}

TEST(Report, EscapesWhateverTextItIsGiven) {
  const std::string bad = "<script>alert('&\")</script>";
  const std::string escaped = "&lt;script&gt;alert(&#39;&amp;&quot;)&lt;/script&gt;";
  EXPECT_EQ(escape_html(bad), escaped);
  Report report;
  report.title = report.summary = report.objective = report.curve_unit = report.command = bad;
  report.figures = {{bad, bad, bad, bad, bad}};
  report.curves = {{bad, {3, 2}}};
  report.pictures = {{bad, bad, to_png({1, 1, 1, {0}})}};
  report.settings = {{bad, bad}};
  const std::string html = to_html(report);
  EXPECT_EQ(tag_fault(html), "");
  EXPECT_FALSE(contains(html, "<script"));
  // Two for the title, one each for summary, objective and command, five for the figure; in each of
  // the two plots the unit twice and the curve's name twice; three for the picture; two settings.
  EXPECT_EQ(count_of(html, escaped), 2u + 3 + 5 + 2 * 4 + 3 + 2);
}

TEST(Report, LeavesOutControlCharacters) {
  EXPECT_EQ(escape_html(std::string("a\0b\x1b[1m\n\tö", 11)), "ab[1m\n\tö");
}

TEST(Report, LoadsNothingFromElsewhere) {
  const std::string html = to_html(example_report());
  for (const char* foreign :
       {"http://", "https://", "url(", "@import", "<script", "<link", "href="}) {
    EXPECT_FALSE(contains(html, foreign)) << foreign;
  }
  EXPECT_EQ(count_of(html, "src="), 2u);
  EXPECT_EQ(count_of(html, "src=\"data:image/png;base64,"), 2u);
}

TEST(Report, LeavesOutWhatThereIsNothingToSayAbout) {
  const std::string html = to_html({});
  EXPECT_FALSE(contains(html, "<h2>"));
  EXPECT_FALSE(contains(html, "<svg"));
  EXPECT_FALSE(contains(html, "<table"));
}

TEST(Report, HasNoColumnOfPcaWhereNoFigureHasIt) {
  Report report = example_report();
  EXPECT_TRUE(contains(to_html(report), ">PCA</th>"));
  for (ReportFigure& figure : report.figures) figure.baseline.clear();
  EXPECT_FALSE(contains(to_html(report), "PCA"));
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
  for (const char* name : {">3</text>", ">4</text>", ">9</text>"}) {
    EXPECT_GE(count_of(svg, name), 2u) << name;
  }
  EXPECT_TRUE(contains(svg, ">right</text>"));
  EXPECT_TRUE(contains(svg, ">up</text>"));
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

TEST(Report, ShowsATableUnderItsWordsAndItsLinesApart) {
  Report report;
  ReportPicture picture{"Rows.", "What they say.", ""};
  picture.table = {{"Row", "Words"}, {{"row 1\nsmall", "a < b\nc"}}};
  report.pictures = {picture};
  const std::string html = to_html(report);
  EXPECT_EQ(tag_fault(html), "");
  EXPECT_LT(html.find("What they say."), html.find("<th scope=\"col\">Row</th>"));
  EXPECT_TRUE(contains(html, "row 1<span class=\"meaning\">small</span>"));
  EXPECT_TRUE(contains(html, "a &lt; b<span class=\"line\">c</span>"));
}

TEST(Report, PutsPicturesUnderTheHeadingsThatTheyName) {
  Report report;
  const std::string png = to_png({1, 1, 1, {0}});
  report.pictures = {{.title = "a", .caption = "", .png = png, .section = "First"},
                     {.title = "b", .caption = "", .png = png, .section = "First"},
                     {.title = "c",
                      .caption = "",
                      .png = "",
                      .wide = "<svg></svg>",
                      .narrow = "<svg></svg>",
                      .section = "Second"}};
  const std::string html = to_html(report);
  EXPECT_EQ(tag_fault(html), "");
  EXPECT_EQ(count_of(html, "<h2>First</h2>"), 1u);
  EXPECT_EQ(count_of(html, "<h2>Second</h2>"), 1u);
  EXPECT_EQ(count_of(html, "<img"), 2u);
  EXPECT_EQ(count_of(html, "<svg>"), 2u);
}

}  // namespace
}  // namespace hourglass
