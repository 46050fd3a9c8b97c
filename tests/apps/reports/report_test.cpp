#include "apps/reports/report.hpp"

#include <gtest/gtest.h>
#include <modp_b64.h>

#include "hourglass/autograd/base/html.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "tests/support/markup.hpp"

namespace hourglass::testing { namespace {

Report example_report() {
  Report report;
  report.title = "vanilla on mnist";
  report.summary = "A small autoencoder.";
  report.objective = "min ‖x − x̂‖²";
  report.metrics = {{"mse", "0.0056", "0.0090", "per pixel", "Mean squared difference."},
                    {"loss", "73.8", "", "nats per image", ""}};
  report.curve_unit = "nats per image";
  report.curves = {{"training", {160, 90, 75}}, {"test", {130, 88, 79}}};
  report.figures = {{"Originals", "Above.", ReportImage{to_png({3, 2, 1, {0, 1, 2, 3, 4, 5}})}},
                    {"Samples", "Below.", ReportImage{to_png({1, 1, 3, {6, 7, 8}})}}};
  report.settings = {{"epochs", "20"}, {"learning_rate", "0.001"}};
  report.command = "hourglass train vanilla --data mnist";
  return report;
}

TEST(Report, HoldsEachMetricWithItsUnitFigureAndSetting) {
  const Report report = example_report();
  const std::string html = to_html(report);
  for (const ReportMetric& metric : report.metrics) {
    for (const auto& text : {metric.name, metric.value, metric.baseline, metric.unit}) {
      EXPECT_TRUE(text.empty() || contains(html, ">" + text + "<")) << text;
    }
  }
  EXPECT_TRUE(contains(html, "Mean squared difference."));
  for (const ReportFigure& figure : report.figures) {
    const std::string& png = std::get<ReportImage>(figure.content).png;
    EXPECT_TRUE(contains(html, "data:image/png;base64," + modp::b64_encode(png)));
    EXPECT_TRUE(contains(html, "alt=\"" + figure.title + "\""));
    EXPECT_TRUE(contains(html, figure.caption));
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
  report.metrics = {{bad, bad, bad, bad, bad}};
  report.curves = {{bad, {3, 2}}};
  report.figures = {{bad, bad, ReportImage{to_png({1, 1, 1, {0}})}}};
  report.settings = {{bad, bad}};
  const std::string html = to_html(report);
  EXPECT_EQ(tag_fault(html), "");
  EXPECT_FALSE(contains(html, "<script"));
  // Two for the title, one each for summary, objective and command, five for the metric; in each of
  // the two plots the unit twice and the curve's name twice; three for the figure; two settings.
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

TEST(Report, HasNoColumnOfPcaWhereNoMetricHasIt) {
  Report report = example_report();
  EXPECT_TRUE(contains(to_html(report), ">PCA</th>"));
  for (ReportMetric& metric : report.metrics) metric.baseline.clear();
  EXPECT_FALSE(contains(to_html(report), "PCA"));
}

TEST(Report, ShowsATableUnderItsWordsAndItsLinesApart) {
  Report report;
  report.figures = {
      {"Rows.", "What they say.", ReportTable{{"Row", "Words"}, {{"row 1\nsmall", "a < b\nc"}}}}};
  const std::string html = to_html(report);
  EXPECT_EQ(tag_fault(html), "");
  EXPECT_LT(html.find("What they say."), html.find("<th scope=\"col\">Row</th>"));
  EXPECT_TRUE(contains(html, "row 1<span class=\"meaning\">small</span>"));
  EXPECT_TRUE(contains(html, "a &lt; b<span class=\"line\">c</span>"));
}

TEST(Report, PutsFiguresUnderTheHeadingsThatTheyName) {
  Report report;
  const ReportImage image{to_png({1, 1, 1, {0}})};
  report.figures = {{"a", "", image, "First"},
                    {"b", "", image, "First"},
                    {"c", "", ReportDrawing{"<svg></svg>", "<svg></svg>"}, "Second"}};
  const std::string html = to_html(report);
  EXPECT_EQ(tag_fault(html), "");
  EXPECT_EQ(count_of(html, "<h2>First</h2>"), 1u);
  EXPECT_EQ(count_of(html, "<h2>Second</h2>"), 1u);
  EXPECT_EQ(count_of(html, "<img"), 2u);
  EXPECT_EQ(count_of(html, "<svg>"), 2u);
}

}  // namespace
}  // namespace hourglass::testing
