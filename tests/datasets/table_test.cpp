#include "hourglass/datasets/table.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <numeric>

#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/datasets/synthetic/swiss_roll.hpp"
#include "hourglass/datasets/synthetic/transactions.hpp"
#include "tests/datasets/files.hpp"

namespace hourglass::testing { namespace {

/// Sizes 0 … 8, and colours.
Table some_table() {
  Table table{.name = "some"};
  table.columns = {{"size", {0, 1, 2, 3, 4, 5, 6, 7, 8}},
                   {"colour", {0, 1, 2, 0, 1, 2, 0, 1, 2}, {"blue", "green", "red"}}};
  return table;
}

TEST(TableScale, LearnsNothingFromMissingValues) {
  Table table = some_table();
  for (const std::size_t row : {0, 1, 2}) {
    table.columns[0].numbers[row] = std::nan("");
    table.columns[1].numbers[row] = std::nan("");
  }
  const TableScale scale = TableScale::learnt(table, {0, 1, 2, 3, 4, 5});
  EXPECT_EQ(scale.columns[0].centre, 4);
  EXPECT_NEAR(scale.columns[0].spread, 2.0 / 3, 1e-12);
  EXPECT_EQ(scale.columns[1].values, (std::vector<std::string>{"blue", "green", "red"}));
  EXPECT_TRUE(scale.unknown_in(table, {0, 1, 2, 3}).empty());
  EXPECT_PRED2(contains, message_of<DataError>([&] { TableScale::learnt(table, {0, 2}); }),
               "some: column 'size' has no value in any of the 2 rows to learn from: leave it out "
               "with ignore=");
}

TEST(TableScale, PutsTheTrainingRowsMedianInTheMiddleAndKeepsTheOrderFarOut) {
  const TableScale scale = TableScale::learnt(some_table(), {2, 3, 4, 5, 6});
  const ColumnScale& size = scale.columns[0];
  EXPECT_EQ(size.centre, 4);
  EXPECT_EQ(size.spread, 6.0 / 5);
  EXPECT_EQ(size.squash(4), 0.5);
  EXPECT_NEAR(size.squash(4 + 10 * size.spread), 0.5 + 0.5 / std::sqrt(2), 1e-12);
  EXPECT_LT(size.squash(100), size.squash(1000));
  EXPECT_LT(size.squash(1e6), 1);
  EXPECT_GT(size.squash(-1e6), 0);
  for (double number : {-20.0, 0.0, 4.0, 5.5, 60.0})
    EXPECT_NEAR(size.unsquash(size.squash(number)), number, 1e-6 * (1 + std::abs(number)));
}

TEST(TableScale, GivesEachCategoryOfTheTrainingRowsANumberAndOthersNone) {
  const TableScale scale = TableScale::learnt(some_table(), {0, 2, 3});  // blue, red, blue
  EXPECT_EQ(scale.features(), 3u);
  EXPECT_EQ(scale.feature_names(),
            (std::vector<std::string>{"size", "colour = blue", "colour = red"}));
  const std::vector<Scalar> examples = scale.apply(some_table());
  EXPECT_EQ((std::vector<Scalar>(examples.begin() + 1, examples.begin() + 3)),
            (std::vector<Scalar>{1, 0}));
  EXPECT_EQ((std::vector<Scalar>(examples.begin() + 4, examples.begin() + 6)),
            (std::vector<Scalar>{0, 0}));
  EXPECT_EQ((std::vector<Scalar>(examples.begin() + 7, examples.begin() + 9)),
            (std::vector<Scalar>{0, 1}));
}

TEST(TableScale, OfAColumnThatDoesNotVaryIsFinite) {
  Table table{.name = "flat", .columns = {{"a", {7, 7, 7, 8}}}};
  const TableScale scale = TableScale::learnt(table, {0, 1, 2});
  EXPECT_EQ(scale.columns[0].squash(7), 0.5);
  EXPECT_GT(scale.columns[0].squash(8), 0.54);
}

TEST(TableScale, ComesBackFromItsText) {
  const TableScale scale = TableScale::learnt(some_table(), {0, 1, 2, 3});
  const TableScale back = TableScale::from_text(scale.text());
  EXPECT_EQ(back.text(), scale.text());
  EXPECT_EQ(back.apply(some_table()), scale.apply(some_table()));
}

TEST(TableScale, KeepsWhatLabelsAreCalled) {
  Table table = some_table();
  const auto kept = [&] {
    return TableScale::from_text(TableScale::learnt(table, {0, 1}).text()).labels;
  };
  EXPECT_TRUE(kept().empty());
  table.labels = {0, 2, 0, 2, 0, 2, 0, 2, 7};
  EXPECT_EQ(kept().numbers, (std::vector<std::uint8_t>{0, 2, 7}));
  EXPECT_TRUE(kept().names.empty());
  table.label_names = {"a", "b", "c"};
  EXPECT_EQ(kept().names, table.label_names);
}

TEST(TableScale, OfAnEarlierVersionIsAListOfColumns) {
  const TableScale scale = TableScale::from_text(
      R"([{"name":"size","centre":4,"spread":2},{"name":"c","values":["x"]}])");
  EXPECT_EQ(scale.columns.size(), 2u);
  EXPECT_EQ(scale.columns[0].spread, 2);
  EXPECT_TRUE(scale.labels.empty());
}

TEST(TableScale, SumsUpARowsValuesAsTheyWereRead) {
  const TableScale scale = TableScale::learnt(some_table(), {0, 1, 2});
  const auto sums = scale.checksums(some_table());
  Table other = some_table();
  other.columns.push_back({"more", std::vector<double>(9)});  // not among the scale's
  EXPECT_EQ(scale.checksums(other), sums);
  other.columns[0].numbers[4] = std::nextafter(4, 5);
  other.columns[1].values[2] = "rot";
  for (std::size_t row = 0; row < 9; ++row)
    EXPECT_EQ(scale.checksums(other)[row] == sums[row], row != 4 && row % 3 != 2) << row;
}

TEST(TableScale, RefusesATextThatIsNoScale) {
  for (const char* text :
       {"", "[]", "{}", "[1]", "[{\"name\":\"a\"}]", "[{\"name\":\"a\",\"values\":[]}]",
        "[{\"name\":\"a\",\"centre\":0,\"spread\":0}]",
        "[{\"name\":\"a\",\"centre\":\"x\",\"spread\":1}]"})
    EXPECT_PRED2(starts_with, message_of<DataError>([&] { TableScale::from_text(text); }),
                 "columns: ")
        << text;
}

TEST(TableScale, FindsColumnsByNameAndSaysWhichIsMissing) {
  const TableScale scale = TableScale::learnt(some_table(), {0, 1, 2});
  Table turned = some_table();
  std::swap(turned.columns[0], turned.columns[1]);
  turned.columns.push_back({"more", std::vector<double>(9)});
  EXPECT_EQ(scale.apply(turned), scale.apply(some_table()));
  turned.columns[1].name = "length";
  EXPECT_EQ(message_of<DataError>([&] { scale.apply(turned); }),
            "some: has no column 'size', which the model was trained on");
  Table text = some_table();
  text.columns[0].values = {"a"};
  EXPECT_PRED2(contains, message_of<DataError>([&] { scale.apply(text); }),
               "column 'size' holds text, but the model was trained on numbers");
  EXPECT_PRED2(contains, message_of<DataError>([&] { TableScale::learnt(some_table(), {}); }),
               "no rows to learn");
}

TEST(TableScale, RefusesNumbersInAnotherUnit) {
  const struct {
    const char *learnt, *other, *fault;
  } cases[] = {
      {"%", "", "column 'a' is in no unit, but the model was trained on per cent"},
      {"", "%", "column 'a' is in per cent, but the model was trained on no unit"},
      {"mg", "g", "column 'a' is in 'g', but the model was trained on 'mg'"},
      {"mg", "", ""},
      {"%", "%", ""},
  };
  for (const auto& [learnt, other, fault] : cases) {
    Table table{.name = "some", .columns = {{"a", {1, 2}, {}, learnt}}};
    const TableScale scale = TableScale::learnt(table, {0, 1});
    table.columns[0].unit = other;
    EXPECT_EQ(message_of<DataError>([&] { scale.apply(table); }),
              *fault ? std::string("some: ") + fault : "");
  }
}

TEST(TableScale, NamesCategoriesThatItDoesNotKnow) {
  const TableScale scale = TableScale::learnt(some_table(), {0, 2, 3});  // blue, red, blue
  using Lines = std::vector<std::string>;
  EXPECT_EQ(scale.unknown_in(some_table(), {0, 1, 2, 4}),
            Lines{"column 'colour': the values of 2 of 4 rows are unknown to the model (green)"});
  EXPECT_EQ(scale.unknown_in(some_table(), {0, 2}), Lines{});
  Table many = some_table();
  many.columns[1].values = {"a", "b", "c", "d", "e", "f", "g", "h", "\x1b"};
  many.columns[1].numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  EXPECT_EQ(
      scale.unknown_in(many, {8, 5, 4, 3, 2, 1}),
      Lines{"column 'colour': the values of 6 of 6 rows are unknown to the model (\\x1b, b, c, "
            "d, e, …)"});
}

TEST(BreastCancer, TrainsOnTwoHundredAndFiftyBenignRows) {
  const Dataset train = load_dataset("breast-cancer?labels=benign", Split::train),
                test = load_dataset("breast-cancer", Split::test),
                all = load_dataset("breast-cancer@all", Split::test);
  EXPECT_EQ(train.size(), 250u);
  EXPECT_EQ(train.example_shape(), Shape{30});
  EXPECT_EQ(train.label_name(train.label(0)), "benign");
  EXPECT_EQ(test.with_labels({1}).size(), 107u);
  EXPECT_EQ(test.with_labels({0}).size(), 64u);
  EXPECT_EQ(all.size(), 569u);
  EXPECT_EQ(all.table().feature_names[0], "mean radius");
  EXPECT_NE(load_dataset("breast-cancer?labels=1&seed=2", Split::train).row(0), train.row(0));
  Tensor rows;
  train.read_rows(0, train.size(), rows);
  double sum = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    ASSERT_TRUE(rows.data()[i] > 0 && rows.data()[i] < 1);
    sum += rows.data()[i];
  }
  EXPECT_NEAR(sum / static_cast<double>(rows.size()), 0.5, 0.05);
}

TEST(BreastCancer, HasTheScaleOfTheTrainingRowsThatAreKeptInEverySplit) {
  const Dataset train = load_dataset("breast-cancer?labels=benign", Split::train),
                test = load_dataset("breast-cancer?labels=benign", Split::test),
                both = load_dataset("breast-cancer", Split::test);
  EXPECT_EQ(train.table().scale, test.table().scale);
  EXPECT_NE(train.table().scale, both.table().scale);
  EXPECT_EQ(load_dataset("breast-cancer", Split::test, train.table().scale).table().scale,
            train.table().scale);
}

TEST(Diabetes, HasTargets) {
  const Dataset all = load_dataset("diabetes@all", Split::train);
  EXPECT_EQ(all.size(), 442u);
  EXPECT_EQ(all.features(), 10u);
  ASSERT_TRUE(all.has_targets());
  EXPECT_FALSE(all.has_labels());
  EXPECT_EQ(all.target(0), 151);
  EXPECT_EQ(all.target(441), 57);
  const Dataset train = load_dataset("diabetes", Split::train);
  EXPECT_EQ(train.size(), 309u);
  EXPECT_EQ(train.target(5), all.target(train.row(5)));
}

TEST(Digits, AreImagesOfBytes) {
  const Dataset train = load_dataset("digits", Split::train),
                test = load_dataset("digits", Split::test);
  EXPECT_EQ(train.size() + test.size(), 1797u);
  EXPECT_EQ(train.example_shape(), (Shape{1, 8, 8}));
  EXPECT_FALSE(train.is_table());
  EXPECT_EQ(*std::max_element(train.example(0), train.example(0) + 64), 255);
  EXPECT_GT(test.with_labels({3}).size(), 50u);
}

TEST(TableDatasets, RefuseBytesAndTargetsTheyDoNotHave) {
  const Dataset data = load_dataset("breast-cancer", Split::test);
  EXPECT_EQ(message_of<DataError>([&] { data.example(0); }),
            "breast-cancer: its examples are numbers, not bytes");
  EXPECT_EQ(message_of<DataError>([&] { data.target(0); }), "breast-cancer: has no targets");
  EXPECT_EQ(message_of<DataError>([] { load_dataset("digits", Split::test).table(); }),
            "digits: is not a table");
}

TEST(TableDescription, RefusesWhatMeansNothing) {
  const auto mistake = [](const char* text) {
    return message_of<ConfigError>([&] { load_dataset(text, Split::train); });
  };
  EXPECT_PRED2(contains, mistake("breast-cancer?labels=bening"), "did you mean 'benign'?");
  EXPECT_PRED2(contains, mistake("mnist?seed=2"), "'seed' goes with data that have no test set");
  EXPECT_PRED2(contains, mistake("mnist@all"), "'@all' goes with data that have no test set");
  EXPECT_PRED2(contains, mistake("breast-cancer?label=benign"), "go with csv:FILE");
  EXPECT_PRED2(contains, mistake("csv:"), "needs the path of a file");
  EXPECT_PRED2(contains, mistake("csv:x.csv?label="), "needs the name of a column");
}

TEST(TableDescription, SaysThatNoRowHasALabelAndWhichRowsOfTheFileAreKept) {
  const TemporaryFolder folder;
  const std::string text = "a,k,y\n1,u,0\n,v,1\n3,u,0\n4,v,1\n";
  const std::string file = "csv:" + folder.write("x.csv", Bytes(text.begin(), text.end())).string();
  for (const char* labels : {"5", "5,6"})
    EXPECT_PRED2(contains, message_of<ConfigError>([&] {
                   load_dataset(file + "?label=y&missing=drop&labels=" + labels, Split::train);
                 }),
                 std::string("is labelled 5"))
        << labels;
  const Dataset all = load_dataset(file + "@all?label=y&missing=drop", Split::all);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all.row(1), 2u);
  EXPECT_EQ(all.label(1), 0u);
  EXPECT_EQ(all.with_labels({1}).row(0), 3u);
  EXPECT_EQ(all.notes().size(), 1u) << "nothing is unknown to what was learnt here";
  const std::string other = "a,k,y\n1,w,0\n2,u,0\n";
  const std::string elsewhere =
      "csv:" + folder.write("y.csv", Bytes(other.begin(), other.end())).string();
  EXPECT_EQ(load_dataset(elsewhere + "@all?label=y", Split::all, all.table().scale).notes(),
            std::vector<std::string>{
                "column 'k': the values of 1 of 2 rows are unknown to the model (w)"});
}

TEST(TableDescription, KeepsRowsWithGapsAndLearnsTheScaleFromWhatIsKnown) {
  const TemporaryFolder folder;
  const std::string text = "a,k\n1,u\n,v\n3,\n,u\n2,v\n";
  const std::string file = "csv:" + folder.write("x.csv", Bytes(text.begin(), text.end())).string();
  const Dataset all = load_dataset(file + "@all?missing=keep&split=none", Split::all);
  EXPECT_EQ(all.size(), 5u);
  EXPECT_EQ(all.missing(), 2u + 2u) << "two numbers, and a category of two values";
  EXPECT_EQ(all.slice(0, 1).missing(), 0u);
  Tensor rows;
  all.read_rows(0, 5, rows);
  EXPECT_NEAR(rows(4, 0), 0.5, 1e-6) << "2 is the median of 1, 2 and 3";
  EXPECT_TRUE(std::isnan(rows(1, 0)));
  EXPECT_TRUE(std::isnan(rows(2, 1)) && std::isnan(rows(2, 2)));
  EXPECT_EQ(rows(1, 2), 1);
  EXPECT_NE(all.checksum(1), all.checksum(4)) << "a gap is no 2";
  EXPECT_EQ(all.table().checksums,
            load_dataset(file + "@all?missing=keep&split=none", Split::all).table().checksums);
  EXPECT_PRED2(contains, message_of<DataError>([&] { expect_complete(all, "PCA"); }),
               "4 of its 15 numbers are missing, and PCA needs them all");
  EXPECT_PRED2(contains, message_of<DataError>([&] { load_dataset(file, Split::train); }),
               "has no value");
}

TEST(TableDescription, ReadsACsvFileWithItsLabels) {
  const TemporaryFolder folder;
  std::string text = "Time,Amount,Class\n";
  for (int i = 0; i < 100; ++i)
    text += std::to_string(i) + "," + std::to_string(i % 7) + "," + (i % 10 ? "0" : "1") + "\n";
  const std::string file =
      "csv:" + folder.write("card.csv", Bytes(text.begin(), text.end())).string();
  const Dataset normal = load_dataset(file + "?label=Class&labels=0", Split::train);
  EXPECT_EQ(normal.size(), 63u);
  EXPECT_EQ(normal.features(), 2u);
  EXPECT_EQ(load_dataset(file + "@all?label=Class&labels=1", Split::train).size(), 10u);
  EXPECT_EQ(load_dataset(file, Split::test).features(), 3u);
  EXPECT_FALSE(load_dataset(file, Split::test).has_labels());
  EXPECT_EQ(without_filters(file + "?label=Class&labels=0&limit=5&seed=4"),
            file + "?label=Class&seed=4");
}

// ---- Transactions

TEST(Transactions, AreTheSameForTheSameSeedAndSaySoThatTheyAreSynthetic) {
  const Table one = make_transactions(3000, 5), again = make_transactions(3000, 5),
              other = make_transactions(3000, 6);
  ASSERT_EQ(one.rows(), 3000u);
  for (std::size_t i = 0; i < one.columns.size(); ++i)
    EXPECT_EQ(one.columns[i].numbers, again.columns[i].numbers);
  EXPECT_NE(one.columns[0].numbers, other.columns[0].numbers);
  EXPECT_PRED2(contains, one.name, "synthetic");
  EXPECT_PRED2(contains, load_dataset("transactions", Split::test).name(), "synthetic");
  for (const DatasetInfo& info : list_datasets())
    if (info.name == "transactions") {
      EXPECT_PRED2(contains, info.summary, "SYNTHETIC");
    }
}

TEST(Transactions, HoldRareFraudsAndValuesThatCanBe) {
  const Table table = make_transactions(20000, 1);
  EXPECT_EQ(std::count(table.labels.begin(), table.labels.end(), 1), 80);
  const std::map<std::string, std::array<double, 2>> ranges = {
      {"amount", {0.1, 20000}}, {"amount ratio", {0.001, 200}}, {"hour", {0, 24}},
      {"distance", {0, 20000}}, {"minutes since", {0, 43200}},  {"payments today", {0, 40}}};
  for (const TableColumn& column : table.columns)
    for (double number : column.numbers) {
      const auto [low, high] = column.values.empty()
                                   ? ranges.at(column.name)
                                   : std::array<double, 2>{0, double(column.values.size()) - 1};
      ASSERT_TRUE(number >= low && number <= high) << column.name << " " << number;
    }
}

TEST(Transactions, HaveFraudsThatAreMadeAsTheyAreSaidToBe) {
  const Table table = make_transactions(30000, 1);
  double small_online = 0, large = 0, quick = 0, frauds = 0, honest_quick = 0;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const bool is_quick = table.columns[4].numbers[i] < 60;
    if (!table.labels[i]) {
      honest_quick += is_quick;
      continue;
    }
    ++frauds;
    small_online += table.columns[0].numbers[i] <= 3;
    large += table.columns[1].numbers[i] >= 2;
    quick += is_quick;
  }
  EXPECT_GT(small_online, 0.1 * frauds);
  EXPECT_GT(large, 0.3 * frauds);
  EXPECT_GT(quick, 0.4 * frauds);
  EXPECT_LT(honest_quick, 0.05 * 30000);
}

// ---- Swiss roll

TEST(SwissRoll, IsAStripRolledUp) {
  const Table table = make_swiss_roll(2000, 3);
  ASSERT_EQ(table.rows(), 2000u);
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const double t = table.targets[i],
                 radius = std::hypot(table.columns[0].numbers[i], table.columns[2].numbers[i]);
    ASSERT_NEAR(radius, t, 0.6) << "a row's distance from the axis is its angle, but for noise";
    ASSERT_TRUE(t >= 1.5 * std::numbers::pi && t <= 4.5 * std::numbers::pi) << t;
    ASSERT_EQ(table.labels[i], std::floor(8 * (t / (1.5 * std::numbers::pi) - 1) / 2)) << t;
  }
}

TEST(SwissRoll, IsTheSameForTheSameSeed) {
  EXPECT_EQ(make_swiss_roll(50, 3).columns[0].numbers, make_swiss_roll(50, 3).columns[0].numbers);
  EXPECT_NE(make_swiss_roll(50, 3).columns[0].numbers, make_swiss_roll(50, 4).columns[0].numbers);
  const Dataset ends = load_dataset("swiss-roll?labels=0,7", Split::train);
  EXPECT_TRUE(ends.is_table() && ends.has_targets());
  EXPECT_LT(ends.target(0) < 9 ? ends.label(0) : 7 - ends.label(0), 1);
}

}  // namespace
}  // namespace hourglass::testing
