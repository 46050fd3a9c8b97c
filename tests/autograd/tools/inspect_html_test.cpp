#include "hourglass/autograd/tools/inspect_html.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <vector>

#include "hourglass/autograd/operations.hpp"
#include "hourglass/autograd/tools/watch.hpp"
#include "tests/support/messages.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

/// The page of a small step; a parameter's and an operation's names are no HTML.
std::string page() {
  Parameter w({3, 2});
  w.name = "part.<script>&co";
  w.value = random_tensor({3, 2}, 1);
  Tape tape;
  watch(tape, {.measure_time = true});
  Var y = square(tape.parameter(w));
  Var odd = tape.record("a<b>", {2}, {y});
  odd.output().fill(1);
  tape.backward(sum(y));
  Step step = inspect(tape);
  step.entries[1].backward_ms = 5;  // the longest, whatever the clock said
  return to_html(step, "vanilla & \"co\"", "measured < twice");
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(InspectHtml, NeedsNothingBesideIt) {
  const std::string html = page();
  for (const char* outside : {"http:", "https:", "//cdn", "src=", "@import", "url(", "<link"})
    EXPECT_FALSE(contains(html, outside)) << outside;
  EXPECT_PRED2(contains, html, "default-src 'none'");
  EXPECT_EQ(count_of(html, "<script>"), 1u);
}

TEST(InspectHtml, EscapesNames) {
  const std::string html = page();
  EXPECT_PRED2(contains, html, "<h1>vanilla &amp; &quot;co&quot;</h1>");
  EXPECT_PRED2(contains, html, "measured &lt; twice");
  EXPECT_PRED2(contains, html, "<i>part.</i>&lt;script&gt;&amp;co");
  EXPECT_PRED2(contains, html, "a&lt;b&gt;");
  EXPECT_FALSE(contains(html, "a<b>"));
}

TEST(InspectHtml, HasARowAValueWhoseLinksLeadToRows) {
  const std::string html = page();
  for (const char* row : {"id=\"v0\" class=\"leaf\"", "id=\"v1\"", "id=\"v2\"", "id=\"v3\""})
    EXPECT_EQ(count_of(html, row), 1u) << row;
  EXPECT_EQ(count_of(html, "id=\"v"), 4u);
  EXPECT_EQ(count_of(html, "<a href=\"#v1\">1</a>"), 2u);
}

TEST(InspectHtml, ClosesWhatItOpens) {
  std::string html = page();
  html.erase(0, html.find("<body>"));
  const std::size_t script = html.find("<script>");
  html.erase(script, html.find("</script>") + 9 - script);
  std::vector<std::string> open;
  const std::regex tag("<(/?)([a-z0-9]+)[^>]*>");
  for (std::sregex_iterator found(html.begin(), html.end(), tag), end; found != end; ++found) {
    const std::string name = (*found)[2];
    if (name == "input" || name == "html") continue;
    if ((*found)[1].length() == 0) {
      open.push_back(name);
    } else {
      ASSERT_FALSE(open.empty()) << name;
      ASSERT_EQ(open.back(), name);
      open.pop_back();
    }
  }
  EXPECT_TRUE(open.empty());
}

TEST(InspectHtml, DrawsBarsAsLongAsTheirTimeBesideTheLongest) {
  Step step;
  for (const double ms : {4., 1.}) {
    Step::Entry& entry = step.entries.emplace_back();
    entry.number = step.entries.size() - 1;
    entry.operation = "square";
    entry.forward_ms = ms;
  }
  const std::string html = to_html(step, "two");
  EXPECT_PRED2(contains, html, "<i class=\"forward\" style=\"width: 100.00%\"></i>");
  EXPECT_PRED2(contains, html, "<i class=\"forward\" style=\"width: 25.00%\"></i>");
  EXPECT_PRED2(contains, html, "80.0 %");
  EXPECT_PRED2(contains, html, "100.0 %");
}

TEST(InspectHtml, ShowsAStepWithoutTimesOrValues) {
  EXPECT_PRED2(contains, to_html(Step(), "nothing"), "<dd>0<small></small></dd>");
}

}  // namespace
}  // namespace hourglass::testing
