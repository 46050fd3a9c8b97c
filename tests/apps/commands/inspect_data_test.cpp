#include <nlohmann/json.hpp>

#include "tests/apps/command.hpp"

namespace hourglass::testing { namespace {

class InspectData : public ::testing::Test {
 protected:
  nlohmann::json inspect(const std::string& data) {
    const Outcome outcome = run({"inspect-data", data, "--json", "-"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return nlohmann::json::parse(outcome.out, nullptr, false);
  }
  std::string csv(const std::string& text) {
    write_file(folder / "table.csv", text);
    return "csv:" + (folder / "table.csv").string();
  }

  TestFolder folder;
};

TEST_F(InspectData, TellsWhatEachColumnIsTakenFor) {
  std::string text = "dose;colour;sick?\n";
  for (int i = 0; i < 20; ++i)
    text +=
        std::to_string(i) + ",5;" + (i % 2 ? "red" : "blue") + ";" + (i % 4 ? "no" : "yes") + "\n";
  const nlohmann::json json = inspect(csv(text) + "?label=sick?");
  EXPECT_EQ(json.at("examples"), 20);
  EXPECT_EQ(json.at("shape"), nlohmann::json({3}));
  EXPECT_EQ(json.at("splits"), nlohmann::json({{"train", 15}, {"test", 5}}));
  const nlohmann::json& columns = json.at("columns");
  ASSERT_EQ(columns.size(), 3u);
  EXPECT_EQ(columns[0].at("kind"), "number");
  EXPECT_EQ(columns[0].at("note"), "with a decimal comma");
  EXPECT_EQ(columns[0].at("least"), 0.5);
  EXPECT_EQ(columns[0].at("most"), 19.5);
  EXPECT_EQ(columns[1].at("values"), nlohmann::json({"blue", "red"}));
  EXPECT_EQ(columns[2].at("kind"), "label");
  EXPECT_EQ(json.at("classes")[1].at("name"), "yes");
  EXPECT_EQ(json.at("classes")[1].at("examples"), 5);
}

TEST_F(InspectData, ShowsATableWithGapsAndWhatIsWrongWithIt) {
  const nlohmann::json json = inspect(csv("a,b\n1,2\n,3\n4,\n"));
  EXPECT_EQ(json.at("trainable"), false);
  EXPECT_TRUE(contains(json.at("fault"), "line 3, column 'a' has no value (2 of 3 rows lack one)"));
  EXPECT_EQ(json.at("columns")[0].at("missing"), 1);
  EXPECT_EQ(json.at("examples"), 3);
}

TEST_F(InspectData, WritesAPageWithTheFirstImages) {
  write_file(folder / "images.idx", small_idx(40));
  const std::string data = "idx:" + (folder / "images.idx").string(), page = folder / "data.html";
  const Outcome outcome = run({"inspect-data", data, "--out", page});
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_TRUE(contains(outcome.out, "shape      1 × 8 × 8")) << outcome.out;
  const std::string html = read_file(page);
  EXPECT_TRUE(contains(html, "data:image/png;base64,"));
  EXPECT_TRUE(contains(html, "The first examples."));
}

TEST_F(InspectData, RefusesWhatCannotBeRead) {
  expect_refused({"inspect-data", "csv:" + (folder / "none.csv").string()}, "cannot be read");
  expect_refused({"inspect-data", "mnits"}, "did you mean 'mnist'?");
  expect_refused({"inspect-data", csv("a,b\n1,2\n3\n")}, "line 3 has 1 fields");
}

}  // namespace
}  // namespace hourglass::testing
