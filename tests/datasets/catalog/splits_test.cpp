#include "hourglass/datasets/splits.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <set>

#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/datasets/catalog/description.hpp"
#include "hourglass/datasets/duplicates.hpp"
#include "hourglass/datasets/notices.hpp"
#include "hourglass/datasets/readers/npy.hpp"
#include "hourglass/datasets/readers/picture_file.hpp"
#include "tests/datasets/files.hpp"

namespace hourglass::testing { namespace {

using Rows = std::vector<std::uint32_t>;

TEST(SplitRows, PutsSevenTenthsOfEachLabelIntoTrainingAndEveryRowSomewhere) {
  std::vector<std::uint8_t> labels(300);
  std::fill(labels.begin(), labels.begin() + 100, std::uint8_t{1});
  const SplitRows split = split_rows(300, labels, 1);
  EXPECT_EQ(split.train.size(), 210u);
  EXPECT_EQ(
      std::count_if(split.train.begin(), split.train.end(), [](auto row) { return row < 100; }),
      70);
  std::set<std::uint32_t> rows(split.train.begin(), split.train.end());
  rows.insert(split.test.begin(), split.test.end());
  EXPECT_EQ(rows.size(), 300u);
  EXPECT_EQ(split_rows(300, labels, 1).train, split.train);
  EXPECT_NE(split_rows(300, labels, 2).train, split.train);
  EXPECT_EQ(split_rows(10, {}, 1).train.size(), 7u);
}

TEST(SplitRows, MixesTheLabelsOfTheFirstRowsOfBoth) {
  std::vector<std::uint8_t> labels(300);
  for (std::size_t row = 0; row < 300; ++row) labels[row] = static_cast<std::uint8_t>(row / 100);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    const SplitRows split = split_rows(300, labels, seed);
    for (const Rows& rows : {split.train, split.test}) {
      std::set<std::uint8_t> first;
      for (std::size_t i = 0; i < 20; ++i) first.insert(labels[rows[i]]);
      EXPECT_EQ(first.size(), 3u) << "seed " << seed;
    }
  }
}

TEST(SplitRows, LeavesNoSplitEmptyWhereThereAreTwoRows) {
  const std::vector<std::uint8_t> all_different = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
  EXPECT_EQ(split_rows(10, all_different, 1).test.size(), 3u);
  EXPECT_EQ(split_rows(2, {}, 1).test.size(), 1u);
  EXPECT_EQ(split_rows(1, {}, 1).train.size(), 1u);
  EXPECT_EQ(split_rows(50, {}, 1, 0.001).test.size(), 1u);
  EXPECT_EQ(split_rows(50, {}, 1, 0.999).train.size(), 1u);
  EXPECT_EQ(split_rows(200, {}, 1, 0.1).test.size(), 20u);
}

TEST(SplitGroups, KeepsRowsOfAGroupTogether) {
  const Rows groups = {0, 0, 0, 1, 1, 2, 3, 3, 3, 3};
  const SplitRows split = split_groups(groups, 1);
  EXPECT_EQ(split.train.size() + split.test.size(), 10u);
  std::set<std::uint32_t> trained, tested;
  for (std::uint32_t row : split.train) trained.insert(groups[row]);
  for (std::uint32_t row : split.test) tested.insert(groups[row]);
  EXPECT_EQ(trained.size(), 3u);
  EXPECT_EQ(tested.size(), 1u);
  EXPECT_FALSE(trained.contains(*tested.begin()));
}

TEST(SplitGroups, TestsOnTheLastRowsOfASingleGroup) {
  const SplitRows split = split_groups(Rows(10, 0), 1);
  EXPECT_EQ(split.train, (Rows{0, 1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(split.test, (Rows{7, 8, 9}));
  EXPECT_TRUE(split_groups({0}, 1).test.empty());
}

TEST(HoldOutRows, TakesTheLastOfMixedRowsAndDrawsFromOthers) {
  Rows sorted(100);
  std::iota(sorted.begin(), sorted.end(), 0u);
  const SplitRows last = hold_out_rows(sorted, {}, 10, true, 1);
  EXPECT_EQ(last.test.front(), 90u);
  const SplitRows drawn = hold_out_rows(sorted, {}, 10, false, 1);
  EXPECT_EQ(drawn.test.size(), 10u);
  EXPECT_EQ(drawn.train.size(), 90u);
  EXPECT_LT(drawn.test.front(), 50u);
  EXPECT_TRUE(std::is_sorted(drawn.train.begin(), drawn.train.end()));
  EXPECT_EQ(hold_out_rows(sorted, {}, 10, false, 1).test, drawn.test);
  EXPECT_NE(hold_out_rows(sorted, {}, 10, false, 2).test, drawn.test);
}

TEST(HoldOutRows, TakesWholeGroupsOrTheLastRowsOfOne) {
  const Rows groups = {0, 0, 0, 1, 1, 1, 2, 2, 2};
  EXPECT_EQ(hold_out_rows({0, 1, 2, 6, 7, 8}, groups, 1, true, 1).test, (Rows{6, 7, 8}));
  EXPECT_EQ(hold_out_rows({0, 1, 2}, groups, 1, true, 1).test, (Rows{2}));
}

// ---- Of files

/// 40 examples of one number, which is their row, sorted by class, in every format.
class SplitFiles : public ::testing::Test {
 protected:
  SplitFiles() {
    std::string csv = "a,kind\n", npy = npy_header({40, 1}), labels = npy_header({40});
    Bytes idx = idx_header({40, 1}), idx_labels = idx_header({40});
    for (int i = 0; i < 40; ++i) {
      csv += std::to_string(i) + "," + std::to_string(i / 20) + "\n";
      npy += static_cast<char>(i);
      labels += static_cast<char>(i / 20);
      idx.push_back(static_cast<std::uint8_t>(i));
      idx_labels.push_back(static_cast<std::uint8_t>(i / 20));
      const std::string png = encode_png({1, 1, 1, {static_cast<std::uint8_t>(i)}});
      folder.write("pictures/" + std::to_string(i) + ".png", {png.begin(), png.end()});
    }
    folder.write("a.csv", {csv.begin(), csv.end()});
    folder.write("a.npy", {npy.begin(), npy.end()});
    folder.write("classes.npy", {labels.begin(), labels.end()});
    folder.write("a-images-idx2", idx);
    folder.write("a-labels-idx1", idx_labels);
  }
  std::string at(const std::string& name) const { return (folder / name).string(); }

  TemporaryFolder folder;
  const std::vector<std::string> all_kinds = {
      "npy:" + at("a.npy") + "{}?classes=" + at("classes.npy"),
      "npy:" + at("a.npy") + "{}",
      "idx:" + at("a-images-idx2") + "{}",
      "csv:" + at("a.csv") + "{}?label=kind",
      "images:" + at("pictures") + "{}",
      "digits{}",
      "diabetes{}"};

  /// A kind with a split after its name and options behind its own.
  static std::string described(std::string kind, const std::string& split,
                               const std::string& options = "") {
    kind.replace(kind.find("{}"), 2, split);
    if (!options.empty()) kind += (kind.find('?') == std::string::npos ? "?" : "&") + options;
    return kind;
  }
  static Rows rows_of(const std::string& description, Split split) {
    const Dataset data = load_dataset(description, split);
    Rows rows;
    for (std::size_t i = 0; i < data.size(); ++i)
      rows.push_back(static_cast<std::uint32_t>(data.row(i)));
    return rows;
  }
};

TEST_F(SplitFiles, AreSplitByOneRuleWhateverTheirFormat) {
  for (const std::string& kind : all_kinds) {
    const Rows train = rows_of(described(kind, ""), Split::train),
               test = rows_of(described(kind, "@test"), Split::train),
               all = rows_of(described(kind, "@all"), Split::train);
    EXPECT_TRUE(std::is_sorted(all.begin(), all.end())) << kind;
    EXPECT_NEAR(double(train.size()) / double(all.size()), 0.7, 0.01) << kind;
    Rows both = train;
    both.insert(both.end(), test.begin(), test.end());
    std::sort(both.begin(), both.end());
    EXPECT_EQ(both, all) << kind;
    EXPECT_EQ(rows_of(described(kind, "", "seed=1"), Split::train), train) << kind;
    EXPECT_NE(rows_of(described(kind, "", "seed=2"), Split::train), train) << kind;
    EXPECT_NEAR(double(rows_of(described(kind, "", "split=0.2"), Split::test).size()),
                0.2 * double(all.size()), 1.5)
        << kind;
    const std::string undivided = described(kind, "", "split=none");
    EXPECT_EQ(rows_of(undivided, Split::train), all) << kind;
    EXPECT_PRED2(contains, message_of<ConfigError>([&] { load_dataset(undivided, Split::test); }),
                 "has no test split: split=none");
  }
}

TEST_F(SplitFiles, SortedByClassHaveBothClassesInEveryPart) {
  for (const std::string& kind : {all_kinds[0], all_kinds[2], all_kinds[3]})
    for (const char* options : {"", "split=none"}) {
      const TrainingData data = load_training(described(kind, "", options), 0, 8);
      EXPECT_EQ(data.validation.size(), 8u) << kind;
      for (std::uint8_t label : {0, 1})
        EXPECT_GT(data.validation.with_labels({label}).size(), 0u) << kind << options;
      EXPECT_EQ(count_duplicates(data.validation, data.train), 0u) << kind;
    }
}

TEST_F(SplitFiles, OfASingleExampleHaveNoTestSplit) {
  folder.write("one.idx", idx_file({1, 2, 2}));
  folder.write("two.idx", idx_file({2, 2, 2}));
  EXPECT_EQ(load_dataset("idx:" + at("one.idx"), Split::train).size(), 1u);
  EXPECT_PRED2(contains,
               message_of<ConfigError>([&] { load_dataset("idx:" + at("one.idx"), Split::test); }),
               "has no test split: it is a single example");
  EXPECT_EQ(load_dataset("idx:" + at("two.idx"), Split::train).size(), 1u);
  EXPECT_EQ(load_dataset("idx:" + at("two.idx"), Split::test).size(), 1u);
}

TEST_F(SplitFiles, RefuseASplitThatMeansNothing) {
  for (const char* wrong : {"0", "1", "-0.1", "half", "0.5x", "nan", ""})
    EXPECT_PRED2(contains, message_of<ConfigError>([&] {
                   load_dataset(described(all_kinds[1], "", "split=" + std::string(wrong)),
                                Split::train);
                 }),
                 "is neither the share of the examples");
  for (const char* wrong : {"mnist?split=0.2", "mnist?split=none", "fashion-mnist?seed=2"})
    EXPECT_PRED2(contains, message_of<ConfigError>([&] { load_dataset(wrong, Split::train); }),
                 "goes with data that have no test set of their own");
}

TEST_F(SplitFiles, AreTheSameSourceByWhateverPath) {
  const auto described = [](const std::string& text) { return parse_description(text); };
  std::filesystem::create_symlink(at("a.npy"), at("link.npy"));
  const Description file = described("npy:" + at("a.npy"));
  for (const std::string& other : {"npy:" + at("pictures/../a.npy"), "npy:" + at("link.npy"),
                                   "npy:" + at("a.npy") + "@test?limit=3"})
    EXPECT_TRUE(is_same_source(file, described(other)) && has_same_splits(file, described(other)))
        << other;
  for (const std::string& other : {"npy:" + at("classes.npy"), "idx:" + at("a.npy"),
                                   std::string("mnist"), "npy:" + at("none.npy")})
    EXPECT_FALSE(is_same_source(file, described(other))) << other;
  for (const char* options : {"?seed=2", "?split=0.2", "?split=none"})
    EXPECT_FALSE(has_same_splits(file, described("npy:" + at("a.npy") + options))) << options;
  EXPECT_TRUE(has_same_splits(file, described("npy:" + at("a.npy") + "?seed=1&split=0.3")));
  EXPECT_FALSE(is_same_source(described("swiss-roll?seed=2"), described("swiss-roll")));
}

/// Pictures of 4 × 2 pixels, two tiles each, in these files.
class SplitTiles : public ::testing::Test {
 protected:
  void write(const std::vector<std::string>& files) {
    for (const std::string& file : files) {
      Bytes pixels(8);
      for (std::uint8_t& pixel : pixels) pixel = ++next;
      const std::string png = encode_png({4, 2, 1, pixels});
      folder.write(file, {png.begin(), png.end()});
    }
  }
  Dataset load(const std::string& options, Split split) {
    return load_dataset("images:" + folder.path().string() + options, split);
  }

  TemporaryFolder folder;
  std::uint8_t next = 0;
};

TEST_F(SplitTiles, AreSplitByPicture) {
  write({"a.png", "b.png", "c.png", "d.png"});
  const Dataset test = load("?tiles=2x2", Split::test);
  ASSERT_EQ(test.size(), 2u);
  EXPECT_EQ(test.row(0) / 2, test.row(1) / 2);
  const TrainingData held = load_training("images:" + folder.path().string() + "?tiles=2x2", 0, 1);
  ASSERT_EQ(held.validation.size(), 2u) << "a whole picture";
  EXPECT_EQ(held.validation.row(0) / 2, held.validation.row(1) / 2);
  EXPECT_EQ(held.train.size(), 4u);
}

TEST_F(SplitTiles, OfASinglePictureAreSplitIntoUpperAndLowerOnes) {
  write({"a.png"});
  const Dataset test = load("?tiles=1x1", Split::test);
  ASSERT_EQ(test.size(), 2u);
  EXPECT_EQ(test.row(0), 6u);
  EXPECT_EQ(load("?tiles=1x1", Split::train).size(), 6u);
}

TEST_F(SplitTiles, HaveTheSplitsOfSubFoldersThatAreNamedForThem) {
  write({"train/a.png", "train/x/b.png", "test/c.png", "val/d.png", "e.png"});
  std::vector<std::string> notices;
  on_notice = [&](const std::string& line) { notices.push_back(line); };
  EXPECT_EQ(load("", Split::train).size(), 2u);
  on_notice = nullptr;
  EXPECT_EQ(notices,
            std::vector<std::string>{
                folder.path().string() +
                ": pictures in neither train nor test are in no split: 1 beside them, 1 in "
                "val"});
  EXPECT_EQ(load("", Split::test).size(), 1u);
  EXPECT_EQ(load("@all", Split::test).size(), 5u);
  EXPECT_EQ(load("?tiles=2x2", Split::test).size(), 2u);
  EXPECT_EQ(load("?split=0.4", Split::test).size(), 2u) << "asked for otherwise";
}

TEST(CountKnown, FindsEqualExamplesWhateverTheyAreKeptAs) {
  const Dataset bytes("b", {2}, {0, 255, 7, 8, 0, 255}), others("o", {2}, {0, 255, 7, 9}),
      table("t", {2}, std::vector<Scalar>{0, 1, 1, 0}, {}, {}), wide("w", {3}, {0, 255, 7});
  EXPECT_EQ(count_duplicates(bytes, others), 2u);
  EXPECT_EQ(count_duplicates(others, bytes), 1u);
  EXPECT_EQ(count_duplicates(bytes, table), 2u);
  EXPECT_EQ(count_duplicates(table, bytes), 1u);
  EXPECT_EQ(count_duplicates(bytes, wide), 0u);
  EXPECT_EQ(count_duplicates(bytes, bytes.slice(0, 0)), 0u);
}

}  // namespace
}  // namespace hourglass::testing
