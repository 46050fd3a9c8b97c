#include "datasets/csv.hpp"

#include <gtest/gtest.h>

#include "tests/datasets/files.hpp"

namespace hourglass::testing {
namespace {

class Csv : public ::testing::Test {
 protected:
  Table read(const std::string& text, const CsvColumns& special = {}) {
    return read_csv(folder_.write("table.csv", Bytes(text.begin(), text.end())), special);
  }
  /// What the file is refused for, without its path.
  std::string error(const std::string& text, const CsvColumns& special = {}) {
    const std::string message = message_of<DataError>([&] { read(text, special); });
    const std::string file = (folder_.path() / "table.csv").string();
    EXPECT_PRED2(starts_with, message, file + ": ");
    EXPECT_PRED2(lacks, message, "\n");
    return message.substr(std::min(message.size(), file.size() + 2));
  }

  TemporaryFolder folder_;
};

using Numbers = std::vector<double>;
using Names = std::vector<std::string>;

TEST_F(Csv, ReadsNumbersAndCategories) {
  const Table table = read("size,colour,price\n1,red,2.5\n-3e2,blue,+4\n7,red,0\n");
  ASSERT_EQ(table.columns.size(), 3u);
  EXPECT_EQ(table.rows(), 3u);
  EXPECT_EQ(table.columns[0].numbers, (Numbers{1, -300, 7}));
  EXPECT_EQ(table.columns[1].name, "colour");
  EXPECT_EQ(table.columns[1].values, (Names{"blue", "red"}));  // in alphabetical order
  EXPECT_EQ(table.columns[1].numbers, (Numbers{1, 0, 1}));
  EXPECT_EQ(table.columns[2].numbers, (Numbers{2.5, 4, 0}));
}

TEST_F(Csv, ReadsQuotesAndAllKindsOfLineEnds) {
  const Table table = read("\"a, b\",\"say \"\"c\"\"\"\r\n1,\"x\ny\"\r\n2,\"x, y\"");
  EXPECT_EQ(table.columns[0].name, "a, b");
  EXPECT_EQ(table.columns[1].name, "say \"c\"");
  EXPECT_EQ(table.columns[1].values, (Names{"x\ny", "x, y"}));
  EXPECT_EQ(read("a,b\r1,2\r3,4\r").rows(), 2u);
  EXPECT_EQ(read("a,b\n1,2\n\n3,4\n\n").rows(), 2u);  // empty lines are no rows
}

TEST_F(Csv, ReadsSemicolonsTabsAndAByteOrderMark) {
  EXPECT_EQ(read("a;b\n1;2\n").columns[1].numbers, Numbers{2});
  EXPECT_EQ(read("a\tb\n1\t2\n").columns[1].numbers, Numbers{2});
  EXPECT_EQ(read("\xEF\xBB\xBF"
                 "a,b\n1,2\n")
                .columns[0]
                .name,
            "a");
}

TEST_F(Csv, TakesLabelsAndTargetsOut) {
  const Table kaggle =
      read("\"Time\",\"V1\",\"Class\"\n0,-1.5,\"0\"\n1,2.5,\"1\"\n", {.label = "Class"});
  EXPECT_EQ(kaggle.columns.size(), 2u);
  EXPECT_EQ(kaggle.labels, (std::vector<std::uint8_t>{0, 1}));
  EXPECT_TRUE(kaggle.label_names.empty());
  const Table named = read("kind,a\nsick,1\nhealthy,2\n", {.label = "kind"});
  EXPECT_EQ(named.labels, (std::vector<std::uint8_t>{1, 0}));
  EXPECT_EQ(named.label_names, (Names{"healthy", "sick"}));
  EXPECT_EQ(read("y,a\n1.5,1\n-2,2\n", {.target = "y"}).targets, (Numbers{1.5, -2}));
}

TEST_F(Csv, NamesLineAndColumnOfAWrongValue) {
  EXPECT_EQ(error("a,b\n1,2\n3,\n"),
            "line 3, column 'b' has no value; fill it in, or leave the row or the column out");
  EXPECT_PRED2(contains, error("a,b\n1,2\nNA,4\n"), "line 3, column 'a' has no value");
  EXPECT_EQ(error("a,b\n1,2\n3,four\n"), "line 3, column 'b' holds 'four', which is no number");
  EXPECT_PRED2(contains, error("a,b\n1,2\n3,1e999\n"), "line 3, column 'b' holds '1e999'");
  EXPECT_PRED2(contains, error("a,b\n1,\"x\ny\"\n,\"x\"\n"), "line 4, column 'a' has no value");
}

TEST_F(Csv, RefusesRowsOfAnotherLengthAndQuotesThatDoNotClose) {
  EXPECT_EQ(error("a,b\n1,2\n3\n"), "line 3 has 1 fields, but the first line names 2 columns");
  EXPECT_EQ(error("a,b\n1,2,3\n"), "line 2 has 3 fields, but the first line names 2 columns");
  EXPECT_PRED2(contains, error("a,b\n1,2\n3,\"4\n5,6\n"), "a quote is not closed");
  EXPECT_PRED2(contains, error("a,b\n1,2\n3,4\"5\n"), "line 3 has a quote in the wrong place");
  EXPECT_PRED2(contains, error(std::string("a,b\n1,\0\n", 8)), "line 2 is no text");
}

TEST_F(Csv, RefusesAHeaderThatNamesNothing) {
  EXPECT_EQ(error(""), "is empty");
  EXPECT_EQ(error("a,b\n"), "has no rows below its first line");
  EXPECT_PRED2(contains, error("1,2\n3,4\n"), "has the number '1', but the first line has to name");
  EXPECT_PRED2(contains, error("a,,b\n1,2,3\n"), "a column without a name");
  EXPECT_PRED2(contains, error("a,a\n1,2\n"), "names the column 'a' twice");
}

TEST_F(Csv, RefusesLabelsAndTargetsThatAreNone) {
  EXPECT_PRED2(contains, error("a,Class\n1,0\n", {.label = "class"}), "did you mean 'Class'?");
  EXPECT_PRED2(contains, error("a,c\n1,0.5\n", {.label = "c"}), "the label column 'c' holds 0.5");
  EXPECT_PRED2(contains, error("a,c\n1,300\n", {.label = "c"}), "holds 300");
  EXPECT_PRED2(contains, error("a,y\n1,much\n", {.target = "y"}), "column 'y' holds 'much'");
  EXPECT_PRED2(contains, error("c\n1\n", {.label = "c"}), "has no column to learn from");
}

TEST_F(Csv, RefusesTextThatIsNoCategory) {
  std::string text = "name,a\n";
  for (int i = 0; i < 65; ++i) text += "n" + std::to_string(i) + ",1\n";
  EXPECT_PRED2(contains, error(text),
               "line 66, column 'name' holds the 65th different text, 'n64'");
}

TEST_F(Csv, SaysThatAFileIsMissing) {
  EXPECT_PRED2(contains, message_of<DataError>([&] { read_csv(folder_.path() / "none.csv"); }),
               "none.csv: cannot be read");
  EXPECT_PRED2(contains, message_of<DataError>([&] { read_csv(folder_.path()); }),
               "cannot be read");
}

}  // namespace
}  // namespace hourglass::testing
