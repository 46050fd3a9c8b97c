#include "hourglass/datasets/readers/csv.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"

#include "tests/datasets/files.hpp"

namespace hourglass::testing { namespace {

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
  EXPECT_EQ(
      error("a,b\n1,2\n3,\n"),
      "line 3, column 'b' has no value (1 of 2 rows lack one); fill it in, leave the rows out "
      "with missing=drop or the column with ignore=, or keep them with missing=keep for a model "
      "that fills them in");
  EXPECT_PRED2(contains, error("a,b\n1,2\nNA,4\n"), "line 3, column 'a' has no value");
  EXPECT_EQ(error("a,b\n1,2\n3,four\n"), "line 3, column 'b' holds 'four', which is not a number");
  EXPECT_PRED2(contains, error("a,b\n1,2\n3,1e999\n"), "line 3, column 'b' holds '1e999'");
  EXPECT_PRED2(contains, error("a,b\n1,\"x\ny\"\n,\"x\"\n"), "line 4, column 'a' has no value");
}

TEST_F(Csv, RefusesRowsOfAnotherLengthAndQuotesThatDoNotClose) {
  EXPECT_EQ(error("a,b\n1,2\n3\n"), "line 3 has 1 fields, but the first line names 2 columns");
  EXPECT_EQ(error("a,b\n1,2,3\n"), "line 2 has 3 fields, but the first line names 2 columns");
  EXPECT_PRED2(contains, error("a,b\n1,2\n3,\"4\n5,6\n"), "a quote is not closed");
  EXPECT_PRED2(contains, error("a,b\n1,2\n3,4\"5\n"), "line 3 has a quote in the wrong place");
  EXPECT_PRED2(contains, error(std::string("a,b\n1,\0\n", 8)), "line 2 is not text");
}

TEST_F(Csv, RefusesAHeaderThatNamesNothing) {
  EXPECT_EQ(error(""), "is empty");
  EXPECT_EQ(error("a,b\n"), "has no rows below its first line");
  EXPECT_PRED2(contains, error("1,2\n3,4\n"), "has the number '1', but the first line has to name");
  EXPECT_PRED2(contains, error("a,,b\n1,2,3\n"), "a column without a name");
  EXPECT_PRED2(contains, error("a,a\n1,2\n"), "names the column 'a' twice");
  EXPECT_EQ(
      error("My measurements\na,b\n1,2\n"),
      "line 2 has 2 fields, but the first line names 1 columns: take lines above the names of "
      "the columns away");
  for (const char* json : {"[{\"a\": 1}]", "{\"a\": [1, 2]}", " [\n [1, 2]]"})
    EXPECT_PRED2(contains, error(json), "it is not a table, but JSON");
}

TEST_F(Csv, RefusesLabelsAndTargetsThatAreNone) {
  EXPECT_PRED2(contains, error("a,Class\n1,0\n", {.label = "class"}), "did you mean 'Class'?");
  EXPECT_PRED2(contains, error("a,c\n1,0.5\n", {.label = "c"}), "the label column 'c' holds 0.5");
  EXPECT_PRED2(contains, error("a,y\n1,much\n", {.target = "y"}), "column 'y' holds 'much'");
  EXPECT_PRED2(contains, error("c\n1\n", {.label = "c"}), "has no column to learn from");
}

struct Cells {
  const char *text, *kind;
  Numbers numbers;
};

TEST_F(Csv, ReadsNumbersAsPeopleWriteThem) {
  const Cells cells[] = {
      {"x;y\n1,5;2\n2;3\n", "number from 1.5 to 2, with a decimal comma", {1.5, 2}},
      {"x;y\n1.234,5;2\n-2,25;3\n",
       "number from -2.25 to 1234.5, with a decimal comma",
       {1234.5, -2.25}},
      {"x;y\n1.234;2,5\n2.000;3\n", "number from 1234 to 2000, with a decimal comma", {1234, 2000}},
      {"x,y\n1.234,2.5\n2.000,3\n", "number from 1.234 to 2", {1.234, 2}},
      {"x,y\n1.050,950\n2.400,870\n", "number from 1.05 to 2.4", {1.05, 2.4}},
      {"x;y\n1.050;2.5\n2.400;3\n", "number from 1.05 to 2.4", {1.05, 2.4}},
      {"x;y\n1.050;2\n0.125;3\n", "number from 0.125 to 1.05", {1.05, 0.125}},
      {"x;y\n0,125;2\n12,500;3\n",
       "number from 0.125 to 12.5, with a decimal comma",
       {0.125, 12.5}},
      {"x,y\n\"1,234\",1\n\"12\",1\n",
       "number from 12 to 1234, with commas between thousands",
       {1234, 12}},
      {"x\ty\n1,234.5\t1\n7\t1\n",
       "number from 7 to 1234.5, with commas between thousands",
       {1234.5, 7}},
      {"x,y\n\"1,5\",1\n\"2\",1\n", "number from 1.5 to 2, with a decimal comma", {1.5, 2}},
      {"x,y\n$1200,1\n-$3.5,1\n", "number from -3.5 to 1200, in $", {1200, -3.5}},
      {"x;y\n12,50 €;1\n3 €;1\n", "number from 3 to 12.5, with a decimal comma, in €", {12.5, 3}},
      {"x,y\n45%,1\n7.5 %,1\n", "number from 7.5 to 45, in per cent", {45, 7.5}},
      {"x,y\n12 mg,1\n1e3 mg,1\n", "number from 12 to 1000, in mg", {12, 1000}},
      {"x,y\n1 234,1\n1'000,1\n", "number from 1000 to 1234", {1234, 1000}},
      {"x y\n1   2\n 3 4\n", "number from 1 to 3", {1, 3}},
      {"x|y\n1|2\n3|4\n", "number from 1 to 3", {1, 3}},
      {"sep=;\nx;y\n1,5;2\n", "number 1.5 in every row, with a decimal comma", {1.5}},
      {"x,y\n5,1\n5,2\n", "number 5 in every row", {5, 5}},
      {"x,y\n\xe2\x88\x92"
       "5,1\n5,2\n",
       "number from -5 to 5",
       {-5, 5}},
  };
  for (const Cells& example : cells) {
    const Table table = read(example.text);
    EXPECT_EQ(table.columns[0].numbers, example.numbers) << example.text;
    EXPECT_EQ(to_text(table.reports[0]), example.kind) << example.text;
  }
}

TEST_F(Csv, NamesCellsThatMayBeReadInTwoWays) {
  EXPECT_EQ(
      error("x;y\n1,5;2\n2.5;3\n"),
      "line 3, column 'x' holds '2.5', but line 2 has '1,5': write all with one decimal sign");
  EXPECT_EQ(error("x|y\n1,234|2\n1,500|3\n"),
            "line 2, column 'x' holds '1,234', which may be a decimal comma or thousands: write it "
            "without commas");
  EXPECT_EQ(error("x;y\n950;2\n1.050;3\n"),
            "line 3, column 'x' holds '1.050', which may be a decimal point or thousands: write it "
            "without points, or with more decimals");
  EXPECT_EQ(
      error("x,y\n5,2\n12 mg,3\n"),
      "line 3, column 'x' holds '12 mg', but line 2 has '5': write all in one unit or in none");
  EXPECT_EQ(error("x,y\n1e308,1\n-1e308,1\n"),
            "line 2, column 'x' holds '1e308'; numbers from −1e300 to 1e300 are read");
  EXPECT_PRED2(contains, error("x,y\n1,1\ninf,1\n"), "holds 'inf', which is not a number");
}

TEST_F(Csv, WarnsOfLikelyMistakes) {
  const auto note = [&](const std::string& text) {
    const std::vector<std::string> notes = read(text).notes;
    return notes.empty() ? "" : notes.back();
  };
  EXPECT_EQ(note("x,y\n1,2\n3,4\n"), "");
  const struct {
    const char *first, *second, *what;
  } odd[] = {
      {"2024-01-31", "2024-02-01", "dates, such as '2024-01-31'"},
      {"31.1.2024 12:00", "1.2.2024 9:30", "dates"},
      {"12:30", "7:05", "times, such as '12:30'"},
      {"(5)", "3", "numbers in brackets, such as '(5)'"},
      {"5-", "1.5-", "numbers with a minus behind them"},
      {"'1'", "'2'", "numbers in single quotes"},
      {"1/2", "3/4", "fractions"},
      {"0x10", "0x1f", "hexadecimal numbers"},
  };
  for (const auto& [first, second, what] : odd)
    EXPECT_PRED2(contains, note(fmt::format("x,y\n{},1\n{},2\n", first, second)),
                 fmt::format("column 'x' holds {}", what));
  EXPECT_PRED2(contains, error("x,y\n5,1\n(5),2\n"),
               "not a number: write negative ones with a minus");
  EXPECT_PRED2(contains, note("x,y\n12 mg,1\n1 g,2\n"),
               "numbers in several units, '12 mg' and '1 g'");
  EXPECT_PRED2(contains, note("x,y\nhigh,1\n2,2\n3,2\n"),
               "holds numbers, but for texts such as 'high'");
  std::string names = "name,y\n", rows = "id,y\n";
  for (int i = 0; i < 12; ++i) {
    names += std::string("n") + char('a' + i) + "," + std::to_string(i % 3) + "\n";
    rows += std::to_string(i + 1) + "," + std::to_string(i % 3) + "\n";
  }
  EXPECT_PRED2(contains, note(names), "column 'name' has another text in each row");
  EXPECT_PRED2(contains, note(rows), "column 'id' numbers the rows");
  EXPECT_PRED2(contains, note("x;y\n1;2\n"), "its fields are parted by semicolons");
}

TEST_F(Csv, ReadsTextInOtherEncodings) {
  const std::string latin =
                        "gr\xf6\xdf"
                        "e,y\n1,2\n",
                    utf8 =
                        "gr\xc3\xb6\xc3\x9f"
                        "e,y\n1,2\n";
  std::string little = "\xff\xfe", big = "\xfe\xff";
  for (const char c : latin) {
    little += {c, '\0'};
    big += {'\0', c};
  }
  for (const std::string& text :
       {latin, utf8, little, big, little.substr(2), "\xef\xbb\xbf" + utf8}) {
    const Table table = read(text);
    EXPECT_EQ(table.columns[0].name,
              "gr\xc3\xb6\xc3\x9f"
              "e");
    EXPECT_EQ(table.columns[1].numbers, Numbers{2});
  }
  EXPECT_EQ(read(latin).notes, Names{"its text is read as Windows-1252 (Latin-1)"});
  EXPECT_EQ(read(little).notes, Names{"its text is read as UTF-16"});
  std::string wide;
  for (const char c : latin) wide += {c, '\0', '\0', '\0'};
  for (const std::string& text : {wide, std::string("\xff\xfe\0\0", 4) + wide}) {
    EXPECT_EQ(read(text).columns[0].name,
              "gr\xc3\xb6\xc3\x9f"
              "e");
    EXPECT_EQ(read(text).notes, Names{"its text is read as UTF-32"});
  }
  EXPECT_EQ(read(utf8 + "\x1a").rows(), 1u) << "DOS's end mark";
  EXPECT_EQ(
      error("\xc3\xb6,y\n1,2\n\xf6,3\n"),
      "line 3 holds the byte 0xf6, which is not UTF-8, as other lines are; save the file as UTF-8");
  EXPECT_PRED2(contains, error("a,y\n\x81,3\n"),
               "line 2 holds the byte 0x81, which is neither UTF-8");
  EXPECT_PRED2(contains, error(little + "\xd8"), "line 3 is damaged: its text is UTF-16");
}

TEST_F(Csv, FindsTheSeparatorOutsideQuotes) {
  EXPECT_EQ(read("\"dose; mg; day\",y\n1,2\n2,3\n").columns[0].name, "dose; mg; day");
  EXPECT_EQ(read("\"a\nb;c;d\",y\n1,2\n2,3\n").columns[0].name, "a\nb;c;d");
  EXPECT_EQ(read("dose, mg;y\n1,5;2\n").columns[0].name, "dose, mg");
  EXPECT_EQ(read("a,b\nx;y,1\nz;w,2\n").columns.size(), 2u);
  EXPECT_EQ(read("full name\nJohn Smith\nMary Jones\n").columns.size(), 1u);
}

TEST_F(Csv, TakesGapsAndColumnsOutWhereAskedTo) {
  const std::string text = "a,b,c\n1,,x\n2,5,y\n3,6,z\n";
  const Table dropped = read(text, {.missing = MissingValues::drop});
  EXPECT_EQ(dropped.columns[0].numbers, (Numbers{2, 3}));
  EXPECT_EQ(dropped.file_rows, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(dropped.notes, Names{"1 of 3 rows lack a value and are left out"});
  EXPECT_EQ(dropped.reports[1].missing, 1u);
  const Table ignored = read(text, {.ignore = {"b"}});
  EXPECT_EQ(ignored.columns.size(), 2u);
  EXPECT_EQ(to_text(ignored.reports[1]), "ignored: as asked for");
  EXPECT_EQ(read("a,b\n-,1\n2,3\n", {.missing = MissingValues::drop}).columns[0].numbers,
            Numbers{2});
  EXPECT_PRED2(contains, error("a,b\n1,2\n-,3\n"), "line 3, column 'a' has no value");
  EXPECT_PRED2(contains, error(text, {.ignore = {"bb"}}), "ignore=bb: there is no such column");
  EXPECT_PRED2(contains, error(text, {.label = "a", .ignore = {"a"}}), "is the label already");
  EXPECT_PRED2(contains, error("a,b\n,1\n2,\n", {.missing = MissingValues::drop}), "in every row");
}

TEST_F(Csv, KeepsGapsWhereAskedTo) {
  const std::string text = "a,k,y\n1,,0\n,u,1\n3,v,0\n";
  const Table kept = read(text, {.label = "y", .missing = MissingValues::keep});
  EXPECT_EQ(kept.rows(), 3u);
  EXPECT_TRUE(std::isnan(kept.columns[0].numbers[1]));
  EXPECT_TRUE(std::isnan(kept.columns[1].numbers[0]));
  EXPECT_EQ(kept.columns[1].numbers[2], 1);
  EXPECT_EQ(kept.notes, Names{"2 of 6 values are missing, in 2 of 3 rows, and stay so"});
  EXPECT_EQ(
      error("a,y\n1,0\n2,\n", {.label = "y", .missing = MissingValues::keep}),
      "line 3, column 'y' has no value; with missing=keep features may be missing, but not the "
      "label");
  EXPECT_PRED2(contains, error("a,y\n1,0\n2,\n", {.target = "y", .missing = MissingValues::keep}),
               "but not the target");
  EXPECT_EQ(read("a,y\n1,0\n2,\n", {.label = "y", .missing = MissingValues::report}).rows(), 2u);
  EXPECT_TRUE(read("a\n1\n", {.missing = MissingValues::keep}).notes.empty());
}

TEST_F(Csv, ReadsWhatPandasAndSpreadsheetsWrite) {
  const Table indexed = read(",a,b\n0,5,6\n1,7,8\n");
  EXPECT_EQ(indexed.columns.size(), 2u);
  EXPECT_EQ(to_text(indexed.reports[0]), "ignored: it has no name and numbers the rows");
  EXPECT_EQ(read("a,b,\n1,2,\n3,4,\n").columns.size(), 2u);
  EXPECT_EQ(read("0,1,2\n5,6,7\n").columns[2].name, "2");
  EXPECT_PRED2(contains, error("a,b\n1,2,\n3,4,\n"), "take the separator at its end away");
}

TEST_F(Csv, NamesLabelsThatAreNoBytes) {
  const Table signs = read("a,y\n1,-1\n2,1\n3,-1\n", {.label = "y"});
  EXPECT_EQ(signs.labels, (std::vector<std::uint8_t>{0, 1, 0}));
  EXPECT_EQ(signs.label_names, (Names{"-1", "1"}));
  const Table large = read("a,y\n1,1000\n2,300\n", {.label = "y"});
  EXPECT_EQ(large.label_names, (Names{"300", "1000"}));
  EXPECT_EQ(label_number("1", {"-1", "1"}), 1);
  std::string many = "a,y\n";
  for (int i = 0; i < 200; ++i) many += "1,class " + std::to_string(i) + "\n";
  EXPECT_EQ(read(many, {.label = "y"}).label_names.size(), 200u);
}

TEST_F(Csv, TakesSpellingsOfOneValueForOneClassAndCodesForText) {
  const struct {
    const char *cells[3], *kind;
    Names names;
    std::vector<std::uint8_t> labels;
  } cases[] = {
      {{"1", "1.0", "+1"}, "label of 1 class: 1", {}, {1, 1, 1}},
      {{"2", "1.0", "+1"}, "label of 2 classes: 1, 2", {}, {2, 1, 1}},
      {{"01", "1", "02"}, "label of 3 classes: 01, 02, 1", {"01", "02", "1"}, {0, 2, 1}},
      {{"+1", "-1", "1"}, "label of 2 classes: -1, +1", {"-1", "+1"}, {1, 0, 1}},
      {{"true", "True", "FALSE"}, "label of 2 classes: FALSE, true", {"FALSE", "true"}, {1, 1, 0}},
  };
  for (const auto& [cells, kind, names, labels] : cases) {
    const Table table =
        read(fmt::format("y,a\n{},1\n{},2\n{},3\n", cells[0], cells[1], cells[2]), {.label = "y"});
    EXPECT_EQ(to_text(table.reports[0]), kind);
    EXPECT_EQ(table.label_names, names) << kind;
    EXPECT_EQ(table.labels, labels) << kind;
  }
  EXPECT_EQ(read("k,a\nTRUE,1\ntrue,2\nother,3\n").columns[0].values, (Names{"TRUE", "other"}));
  EXPECT_EQ(label_number("1", {"-1", "+1"}), 1);
  EXPECT_PRED2(contains, message_of<ConfigError>([] { label_number("2", {"01", "02"}); }),
               "there is no label '2'");
}

TEST_F(Csv, ShowsControlCharactersAsTheyAreWrittenInC) {
  const Table table = read("\"a\x1b[31m\",b\n\"x\ny\",1\nz\x7f,2\n");
  EXPECT_EQ(to_lines(table.reports)[0], "column 'a\\x1b[31m': category of 2 values: x\\ny, z\\x7f");
  EXPECT_PRED2(contains, error("\"a\x1b\",b\n1,1\n\"\x1b\",2\n"),
               "column 'a\\x1b' holds '\\x1b', which is not a number");
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
