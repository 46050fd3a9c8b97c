#include "hourglass/datasets/readers/csv_cells.hpp"

#include <gtest/gtest.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/readers/csv.hpp"

#include "tests/datasets/files.hpp"

namespace hourglass::testing { namespace {

using Names = std::vector<std::string>;

class CsvCellsTest : public ::testing::Test {
 protected:
  std::filesystem::path file(const std::string& text) {
    return folder_.write("table.csv", Bytes(text.begin(), text.end()));
  }
  CsvCells cells(const std::string& text) { return CsvCells(file(text)); }

  TemporaryFolder folder_;
};

TEST_F(CsvCellsTest, ChangesNothingButWhatIsReplaced) {
  const std::string text =
      "\xef\xbb\xbf\"a, b\";say \"\"c\"\";x\r\n"
      " 1 ; \"y\nz\" ;\r\n\r\n;\"\";\"\"\r\n";
  CsvCells table = cells(text);
  EXPECT_EQ(table.text(), text);
  EXPECT_EQ(table.rows(), 2u);
  table.set(0, 2, "new");
  table.set(1, 0, "2,5");
  table.set(1, 1, "p;q");
  EXPECT_EQ(table.text(),
            "\xef\xbb\xbf\"a, b\";say \"\"c\"\";x\r\n"
            " 1 ; \"y\nz\" ;new\r\n\r\n2,5;\"p;q\";\"\"\r\n");
}

TEST_F(CsvCellsTest, KnowsColumnsByTheirNames) {
  EXPECT_EQ(cells("sep=;\n\"a;b\"; c ;\"say \"\"d\"\"\"\n1;2;3\n").names(),
            (Names{"a;b", "c", "say \"d\""}));
  EXPECT_EQ(cells("").names(), Names{});
  EXPECT_EQ(cells("").rows(), 0u);
}

TEST_F(CsvCellsTest, FindsTheRowsThatTheReaderFinds) {
  for (const char* text :
       {"a,b\n1,2\n", "a,b\n1,2", "a,b\r1,2\r3,4\r", "\n\na,b\n\n1,2\n  \n3,4\n\n",
        "a\tb\n1\t2\n3\t\n", "a,b\n\"x\",\"2\"\n\"3\ny\",4\n", "a,b\n1,\n,2\n3,4\n",
        "sep=;\r\na;b\r\n1;2\r\n"})
    EXPECT_EQ(cells(text).rows(), read_csv(file(text), {.missing = MissingValues::report}).rows())
        << text;
}

TEST_F(CsvCellsTest, PutsValuesInQuotesThatNeedThem) {
  CsvCells table = cells("a,b\n,\n,\n,");
  table.set(0, 0, "x,y");
  table.set(0, 1, "say \"z\"");
  table.set(1, 0, " u");
  table.set(1, 1, "v w");
  table.set(2, 1, "1e-5");
  EXPECT_EQ(table.text(), "a,b\n\"x,y\",\"say \"\"z\"\"\"\n\" u\",v w\n,1e-5");
}

TEST_F(CsvCellsTest, RefusesFieldsThatCannotBeEmpty) {
  EXPECT_PRED2(contains, message_of<DataError>([&] { cells("a b\n1 2\n3 4\n"); }),
               "its fields are parted by blanks, so none can be empty");
}

}  // namespace
}  // namespace hourglass::testing
