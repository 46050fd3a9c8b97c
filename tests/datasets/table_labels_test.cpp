#include "hourglass/datasets/table_labels.hpp"

#include <gtest/gtest.h>

#include <string_view>

#include "hourglass/datasets/catalog/catalog.hpp"
#include "tests/datasets/files.hpp"

namespace hourglass::testing { namespace {

using Labels = std::vector<std::uint8_t>;
using Names = std::vector<std::string>;

struct Numbering {
  const char* what;
  KnownLabels known;
  Labels labels;
  Names names;
  Labels expected;
  Names expected_names;
};

TEST(TableLabels, AreKnownByTheirTexts) {
  const Numbering numberings[] = {
      {"the same", {.names = {"cat", "dog"}}, {1, 0}, {"cat", "dog"}, {1, 0}, {"cat", "dog"}},
      {"one is missing", {.names = {"cat", "dog"}}, {0, 0}, {"dog"}, {1, 1}, {"cat", "dog"}},
      {"a new one before them", {.names = {"cat"}}, {0, 1}, {"ant", "cat"}, {1, 0}, {"cat", "ant"}},
      {"names that are numbers", {.names = {"3", "700"}}, {3, 5}, {}, {0, 2}, {"3", "700", "5"}},
      {"numbers", {.numbers = {0, 2}}, {2, 7}, {}, {2, 7}, {}},
      {"text beside numbers", {.numbers = {1}}, {1, 0}, {"1", "x"}, {2, 1}, {"0", "1", "x"}},
      {"nothing known", {}, {0, 1}, {"ant", "cat"}, {0, 1}, {"ant", "cat"}},
      {"no labels", {.names = {"cat"}}, {}, {}, {}, {}}};
  for (const Numbering& each : numberings) {
    const NumberedLabels result = numbered_as(each.known, {each.labels, each.names}, "some");
    EXPECT_EQ(result.labels, each.expected) << each.what;
    EXPECT_EQ(result.names, each.expected_names) << each.what;
  }
}

TEST(TableLabels, AreRefusedWhereMoreThan256WouldBeNeeded) {
  Names known;
  for (int i = 0; i < 256; ++i) known.push_back("k" + std::to_string(i));
  EXPECT_PRED2(contains, message_of<DataError>([&] {
                 numbered_as({.names = known}, {{0}, {"cat"}}, "some");
               }),
               "256 is the limit");
}

TEST(TableLabels, OfAnotherFileHaveTheNumbersOfTheModels) {
  const TemporaryFolder folder;
  const auto write = [&](const char* name, std::string_view text) {
    return folder.write(name, Bytes(text.begin(), text.end())).string();
  };
  const std::string dogs = write("dogs.csv", "a,kind\n1,cat\n2,dog\n3,cat\n4,dog\n"),
                    zoo = write("zoo.csv", "a,kind\n1,ant\n2,dog\n3,cat\n");
  const auto load = [](const std::string& file, const std::string& scale) {
    return load_dataset("csv:" + file + "?label=kind", Split::all, scale);
  };
  const Dataset trained = load(dogs, "");
  const Dataset other = load(zoo, trained.table().scale);
  EXPECT_EQ(other.labels(0, 3), (Labels{2, 1, 0}));
  for (std::size_t i : {0, 1, 2})
    EXPECT_EQ(other.label_name(other.label(i)), (Names{"ant", "dog", "cat"})[i]);
  EXPECT_EQ(load(zoo, "").labels(0, 3), (Labels{0, 2, 1})) << "by the alphabet, without a model";
}

}  // namespace
}  // namespace hourglass::testing
