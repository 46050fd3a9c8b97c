#include "hourglass/datasets/catalog/catalog.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <optional>

#include "tests/datasets/files.hpp"

namespace hourglass::testing { namespace {

using Numbers = std::vector<int>;

Numbers labels(const Dataset& data, std::size_t count) {
  Numbers first;
  for (std::size_t i = 0; i < count; ++i) first.push_back(data.label(i));
  return first;
}

double mean(const Dataset& data) {
  double sum = 0;
  for (std::size_t i = 0; i < data.size(); ++i)
    for (std::size_t f = 0; f < data.features(); ++f) sum += data.example(i)[f];
  return sum / 255 / static_cast<double>(data.size() * data.features());
}

/// The one line of a ConfigError about this description.
std::string mistake(const std::string& description) {
  const auto message = message_of<ConfigError>([&] { load_dataset(description, Split::train); });
  EXPECT_PRED2(starts_with, message, "dataset '" + description + "': ");
  EXPECT_PRED2(lacks, message, "\n");
  return message;
}

/// Sets HOURGLASS_DATA for one test.
class DataFolder {
 public:
  explicit DataFolder(const std::filesystem::path& folder) {
    if (const char* before = std::getenv("HOURGLASS_DATA")) before_ = before;
    setenv("HOURGLASS_DATA", folder.c_str(), 1);
  }
  ~DataFolder() {
    if (before_)
      setenv("HOURGLASS_DATA", before_->c_str(), 1);
    else
      unsetenv("HOURGLASS_DATA");
  }

 private:
  std::optional<std::string> before_;
};

TEST(Mnist, HasItsKnownTrainingSet) {
  const Dataset data = load_dataset("mnist", Split::train);
  EXPECT_EQ(data.name(), "mnist");
  EXPECT_EQ(data.size(), 60000u);
  EXPECT_EQ(data.example_shape(), (Shape{1, 28, 28}));
  EXPECT_EQ(labels(data, 5), (Numbers{5, 0, 4, 1, 9}));
  EXPECT_NEAR(mean(data), 0.1307, 0.00005);
}

TEST(Mnist, HasItsKnownTestSet) {
  const Dataset data = load_dataset("mnist", Split::test);
  EXPECT_EQ(data.size(), 10000u);
  EXPECT_EQ(labels(data, 5), (Numbers{7, 2, 1, 0, 4}));
  EXPECT_NEAR(mean(data), 0.1325, 0.00005);
}

TEST(Mnist, IsReadFromTheFolderThatTheEnvironmentNames) {
  const TemporaryFolder folder;
  folder.write("mnist/t10k-images-idx3-ubyte.gz", gzip(idx_file({3, 2, 2})));
  folder.write("mnist/t10k-labels-idx1-ubyte.gz", gzip(idx_file({3})));
  const DataFolder used(folder.path());
  EXPECT_EQ(load_dataset("mnist", Split::test).size(), 3u);
  EXPECT_PRED2(contains, message_of<DataError>([] { load_dataset("mnist", Split::train); }),
               "/mnist/train-images-idx3-ubyte.gz: cannot be read: No such file");
}

TEST(Mnist, IsFoundElsewhereWhereTheEnvironmentsFolderLacksIt) {
  const TemporaryFolder folder;
  const DataFolder used(folder.path());
  EXPECT_EQ(load_dataset("mnist?limit=5", Split::test).size(), 5u);
}

TEST(FashionMnist, IsReadOrItsPackageNamed) {
  if (std::filesystem::exists("/usr/share/datasets/fashion-mnist")) {
    const Dataset data = load_dataset("fashion-mnist", Split::train);
    EXPECT_EQ(data.size(), 60000u);
    EXPECT_NEAR(mean(data), 0.2860, 0.00005);
  } else {
    EXPECT_PRED2(contains,
                 message_of<DataError>([] { load_dataset("fashion-mnist", Split::train); }),
                 "install Debian's package dataset-fashion-mnist");
  }
}

TEST(Description, ChoosesTheSplitOverTheCallersOne) {
  EXPECT_EQ(load_dataset("mnist@test", Split::train).size(), 10000u);
  EXPECT_EQ(load_dataset("mnist@train?limit=20000", Split::test).size(), 20000u);
}

TEST(Description, FiltersByLabelThenLimits) {
  const Dataset all = load_dataset("mnist@test?labels=0,3", Split::train);
  EXPECT_EQ(all.size(), 980u + 1010u);
  const Dataset some = load_dataset("mnist@test?limit=7&labels=3", Split::train);
  EXPECT_EQ(some.size(), 7u);
  EXPECT_EQ(labels(some, 7), Numbers(7, 3));
}

TEST(Description, SuggestsTheNameThatWasMeant) {
  EXPECT_PRED2(contains, mistake("mnits"), "unknown name 'mnits'; did you mean 'mnist'?");
  EXPECT_PRED2(contains, mistake("cvs:a.csv"), "unknown prefix 'cvs:'; did you mean 'csv:'?");
  EXPECT_PRED2(contains, mistake("cvs:a@b"), "unknown prefix 'cvs:'; did you mean 'csv:'?");
  EXPECT_PRED2(contains, mistake("s3://bucket/a.csv"),
               "unknown prefix 's3:'; there are idx:, npy:, csv:, images:");
  EXPECT_PRED2(contains, mistake("mnits"), "did you mean 'mnist'?");
  EXPECT_PRED2(contains, mistake("MNIST"), "did you mean 'mnist'?");
  EXPECT_PRED2(contains, mistake("fashion"), "did you mean 'fashion-mnist'?");
  EXPECT_PRED2(contains, mistake("mnist@tets"), "unknown split 'tets'; did you mean 'test'?");
  EXPECT_PRED2(contains, mistake("mnist?lables=3"), "unknown key 'lables'; did you mean 'labels'?");
}

TEST(Description, NamesWhatIsKnownWhereNothingIsNear) {
  EXPECT_PRED2(contains, mistake("imagenet"), "there are mnist, fashion-mnist, digits");
  EXPECT_PRED2(lacks, mistake("imagenet"), "did you");
  EXPECT_PRED2(contains, mistake(""), "unknown name ''");
  EXPECT_PRED2(contains, mistake("mnist@validation"), "there are train, test, all");
  EXPECT_PRED2(contains, mistake("mnist@"), "unknown split ''; there are train, test, all");
  EXPECT_PRED2(contains, mistake("mnist?shuffle=1"), "there are labels, limit");
  EXPECT_PRED2(contains, mistake("mnist?"), "unknown key ''");
}

TEST(Description, RefusesValuesThatMeanNothing) {
  EXPECT_PRED2(contains, mistake("mnist?limit=0"), "limit '0' is not a whole number from 1 to");
  EXPECT_PRED2(contains, mistake("mnist?limit=-3"), "limit '-3' is not a whole number");
  EXPECT_PRED2(contains, mistake("mnist?limit=5x"), "limit '5x'");
  EXPECT_PRED2(contains, mistake("mnist?limit=99999999999999999999"), "is not a whole number");
  EXPECT_PRED2(contains, mistake("mnist?limit="), "limit ''");
  EXPECT_PRED2(contains, mistake("mnist?limit"), "'limit' has no value; write limit=VALUE");
  EXPECT_PRED2(contains, mistake("mnist?labels=3,,4"),
               "label '' is not a whole number from 0 to 255");
  EXPECT_PRED2(contains, mistake("mnist?labels=256"), "label '256'");
  EXPECT_PRED2(contains, mistake("mnist?limit=1&limit=2"), "'limit' is given twice");
  EXPECT_PRED2(contains, mistake("mnist?labels=1&labels=2"), "'labels' is given twice");
  EXPECT_PRED2(contains, mistake("mnist?labels=10,11"), "no example is labelled 10 or 11");
  EXPECT_PRED2(contains, mistake("idx:"), "needs the path of a file");
}

class IdxDescription : public ::testing::Test {
 protected:
  Dataset load(const std::string& file) {
    return load_dataset("idx:" + (folder_.path() / file).string(), Split::all);
  }
  std::string error(const std::string& file) {
    return message_of<DataError>([&] { load(file); });
  }

  TemporaryFolder folder_;
};

TEST_F(IdxDescription, ReadsImagesWithoutLabels) {
  folder_.write("pictures", idx_file({3, 2, 2}));
  const Dataset data = load("pictures");
  EXPECT_EQ(data.size(), 3u);
  EXPECT_EQ(data.example_shape(), (Shape{1, 2, 2}));
  EXPECT_FALSE(data.has_labels());
  EXPECT_PRED2(contains, error("pictures?labels=1"), "has no labels");
}

TEST_F(IdxDescription, TakesChannelsAndFlatExamplesAsTheyAre) {
  folder_.write("coloured", idx_file({2, 3, 4, 5}));
  folder_.write("flat", idx_file({2, 7}));
  folder_.write("last", idx_file({2, 6, 5, 3}));
  EXPECT_EQ(load("coloured").example_shape(), (Shape{3, 4, 5}));
  EXPECT_EQ(load("flat").example_shape(), (Shape{7}));
  EXPECT_EQ(load("last").example_shape(), (Shape{3, 6, 5}));
  EXPECT_EQ(load("last?layout=nchw").example_shape(), (Shape{6, 5, 3}));
}

TEST_F(IdxDescription, FindsTheLabelsBesideTheImages) {
  folder_.write("my-images-idx3-ubyte", idx_file({3, 2, 2}));
  folder_.write("my-labels-idx1-ubyte", idx_file({3}));
  EXPECT_EQ(labels(load("my-images-idx3-ubyte"), 3), (Numbers{0, 1, 2}));
}

TEST_F(IdxDescription, FindsTheLabelsPackedOrNot) {
  folder_.write("a-images-idx3-ubyte.gz", gzip(idx_file({3, 2, 2})));
  folder_.write("a-labels-idx1-ubyte", idx_file({3}));
  folder_.write("b-images-idx4-ubyte", idx_file({3, 1, 2, 2}));
  folder_.write("b-labels-idx1-ubyte.gz", gzip(idx_file({3})));
  EXPECT_TRUE(load("a-images-idx3-ubyte.gz").has_labels());
  EXPECT_TRUE(load("b-images-idx4-ubyte").has_labels());
}

TEST_F(IdxDescription, RefusesLabelsThatDoNotFitTheImages) {
  folder_.write("images-idx3", idx_file({3, 2, 2}));
  folder_.write("labels-idx1", idx_file({4}));
  EXPECT_PRED2(contains, error("images-idx3"), "labels-idx1: has 4 labels, but there are 3 images");
  folder_.write("labels-idx1", idx_file({3, 1}));
  EXPECT_PRED2(contains, error("images-idx3"), "labels-idx1: has 2 axes, but labels have one");
}

TEST_F(IdxDescription, RefusesAFileOfLabelsOrOfNothing) {
  folder_.write("labels", idx_file({4}));
  folder_.write("none", idx_file({0, 2, 2}));
  folder_.write("hollow", idx_file({2, 0, 2}));
  EXPECT_PRED2(contains, error("labels"), "has one axis, as labels have");
  EXPECT_PRED2(contains, error("none"), "holds no images");
  EXPECT_PRED2(contains, error("hollow"), "holds no images");
  EXPECT_PRED2(contains, error("missing"), "No such file or directory");
}

TEST_F(IdxDescription, AcceptsASplitAndOptionsAfterAPathWithAnAt) {
  folder_.write("me@work/pictures", idx_file({3, 2, 2}));
  EXPECT_EQ(load("me@work/pictures").size(), 3u);
  EXPECT_EQ(load("me@work/pictures@train?limit=2").size(), 2u);
  EXPECT_PRED2(contains,
               message_of<ConfigError>([&] { load("me@work/pictures@validation?limit=2"); }),
               "unknown split 'validation'; there are train, test, all");
}

TEST(HoldOut, CutsTheLastExamplesOff) {
  const Dataset data("ten", {1}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  const HeldOut held = hold_out(data, 3);
  EXPECT_EQ(held.train.size(), 7u);
  EXPECT_EQ(held.validation.size(), 3u);
  EXPECT_EQ(*held.train.example(6), 6);
  EXPECT_EQ(*held.validation.example(0), 7);
}

TEST(HoldOut, LeavesAtLeastOneExampleToTrainOn) {
  const Dataset data("three", {1}, {0, 1, 2});
  EXPECT_EQ(hold_out(data, 2).train.size(), 1u);
  EXPECT_EQ(message_of<ConfigError>([&] { hold_out(data, 3); }),
            "three: 3 of 3 examples held out leave none to train on");
}

TEST(Catalog, ListsEachDatasetWithItsSource) {
  const std::vector<DatasetInfo> infos = list_datasets();
  ASSERT_FALSE(infos.empty());
  EXPECT_EQ(infos[0].name, "mnist");
  EXPECT_PRED2(contains, infos[0].source, "CC BY-SA 3.0");
  for (const DatasetInfo& info : infos) EXPECT_FALSE(info.summary.empty() || info.source.empty());
}

}  // namespace
}  // namespace hourglass::testing
