#include "hourglass/datasets/catalog/description.hpp"

#include <gtest/gtest.h>

#include "tests/datasets/files.hpp"

namespace hourglass::testing { namespace {

using Names = std::vector<std::string>;

struct Written {
  const char *text, *name, *label;
  Names labels = {};
  std::optional<Split> split = {};
};

const Written written[] = {
    {"csv:my.csv?label=Fraud?", "csv:my.csv", "Fraud?"},
    {"csv:my.csv?label=\"Fraud?\"", "csv:my.csv", "Fraud?"},
    {"csv:my.csv?label=is it?&labels=0", "csv:my.csv", "is it?", {"0"}},
    {"csv:my.csv?labels=0&label=R&D", "csv:my.csv", "R&D", {"0"}},
    {"csv:my.csv?label=\"a&label=b\"", "csv:my.csv", "a&label=b"},
    {"csv:my.csv?label=a=b", "csv:my.csv", "a=b"},
    {"csv:my.csv?label=a, b", "csv:my.csv", "a, b"},
    {"csv:my.csv?label=mail@work", "csv:my.csv", "mail@work"},
    {R"(csv:my.csv?label="say \"c\" \\ d\e")", "csv:my.csv", "say \"c\" \\ d\\e"},
    {"csv:my.csv?label=5\" pipe", "csv:my.csv", "5\" pipe"},
    {"csv:my.csv?label=y&labels=\"a,b\",c,\"d&e\"", "csv:my.csv", "y", {"a,b", "c", "d&e"}},
    {"csv:what?.csv", "csv:what?.csv", ""},
    {"csv:what?.csv?label=y", "csv:what?.csv", "y"},
    {"csv:\"a?label=b.csv\"?label=y", "csv:a?label=b.csv", "y"},
    {"csv:\"a@test\"@train?label=y", "csv:a@test", "y", {}, Split::train},
    {"csv:a b, c&d.csv@test", "csv:a b, c&d.csv", "", {}, Split::test},
    {"csv:me@work.csv", "csv:me@work.csv", ""},
    {"csv:me@work/x.csv@all", "csv:me@work/x.csv", "", {}, Split::all},
    {"mnist@test?labels=0,3", "mnist", "", {"0", "3"}, Split::test},
};

TEST(DescriptionText, HoldsNamesWithSignsOfItsOwn) {
  for (const Written& example : written) {
    const Description read = parse_description(example.text);
    EXPECT_EQ(read.name, example.name) << example.text;
    EXPECT_EQ(read.label, example.label) << example.text;
    EXPECT_EQ(read.labels, example.labels) << example.text;
    EXPECT_EQ(read.split, example.split) << example.text;
  }
}

TEST(DescriptionText, IsReadBackAsWhatItWas) {
  for (const Written& example : written) {
    const Description first = parse_description(example.text),
                      again = parse_description(first.text());
    EXPECT_EQ(again.name, first.name) << first.text();
    EXPECT_EQ(again.label, first.label) << first.text();
    EXPECT_EQ(again.labels, first.labels) << first.text();
    EXPECT_EQ(again.split, first.split) << first.text();
    EXPECT_EQ(again.text(), first.text());
  }
  const std::string all =
      "csv:x?classes=c&label=l&target=t&size=2x2&tiles=3x3&seed=0&labels=a&limit=9";
  EXPECT_EQ(parse_description(all).text(), all);
}

TEST(DescriptionText, LosesAndGetsItsFilters) {
  EXPECT_EQ(without_filters("csv:a?b.csv@all?label=Fraud?&labels=\"x,y\"&limit=5"),
            "csv:\"a?b.csv\"@all?label=\"Fraud?\"");
}

TEST(DescriptionText, SaysWhatIsWrongWithItsQuotes) {
  const auto mistake = [](const char* text) {
    return message_of<ConfigError>([&] { parse_description(text); });
  };
  EXPECT_PRED2(contains, mistake("csv:a.csv?label=\"b"), "a double quote is not closed");
  EXPECT_PRED2(contains, mistake("csv:\"a.csv"), "a double quote is not closed");
  EXPECT_PRED2(contains, mistake("csv:\"a.csv\"x"), "'x' follows a closing quote");
  EXPECT_PRED2(contains, mistake("csv:a.csv?label=\"b\"c"), "'c' follows a closing quote");
  EXPECT_PRED2(contains, mistake("csv:\"a.csv\"@tets"), "did you mean 'test'?");
  EXPECT_PRED2(contains, mistake("csv:a.csv?targett=b"), "did you mean 'target'?");
}

}  // namespace
}  // namespace hourglass::testing
