#include "hourglass/nn/files/config.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { namespace {

struct Options {
  bool bias = true;
  double rate = 0.001;
  std::size_t latent = 32;
  std::string activation = "relu";
  std::vector<std::size_t> hidden = {512, 256};

  void describe(Settings& settings) {
    settings("bias", bias, "whether layers add a bias");
    settings("rate", rate, "the size of a step");
    settings("latent", latent, "latent dimensions");
    settings("activation", activation, "between layers");
    settings("hidden", hidden, "widths of the hidden layers");
  }
};

Options read(const std::string& toml) {
  return read_options<Options>(Config::parse(toml, "test.toml"), "model");
}

Options read_set(const std::string& assignment) {
  Config config;
  config.set(assignment, "model");
  return read_options<Options>(config, "model");
}

template <class Action>
std::string config_error(Action action) {
  try {
    action();
  } catch (const ConfigError& error) {
    return error.what();
  }
  return "no ConfigError";
}

std::string error_of_reading(const std::string& toml) {
  return config_error([&] { read(toml); });
}

std::string error_of_setting(const std::string& assignment) {
  return config_error([&] { read_set(assignment); });
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// ---- reading ----

TEST(Config, ReadsEachTypeOfSetting) {
  const Options options = read(
      "[model]\nbias = false\nrate = 0.5\nlatent = 2\nactivation = 'silu'\nhidden = [8, 4, 2]\n");
  EXPECT_FALSE(options.bias);
  EXPECT_EQ(options.rate, 0.5);
  EXPECT_EQ(options.latent, 2u);
  EXPECT_EQ(options.activation, "silu");
  EXPECT_EQ(options.hidden, (std::vector<std::size_t>{8, 4, 2}));
}

TEST(Config, LeavesTheDefaultsOfWhatItDoesNotMention) {
  const Options options = read("[model]\nlatent = 2\n[other]\nbias = false\n");
  EXPECT_EQ(options.latent, 2u);
  EXPECT_TRUE(options.bias);
  EXPECT_EQ(options.hidden, (std::vector<std::size_t>{512, 256}));
}

TEST(Config, TakesAWholeNumberWhereANumberIsWanted) {
  EXPECT_EQ(read("[model]\nrate = 1\n").rate, 1.0);
}

TEST(Config, TakesAnEmptyArray) {
  EXPECT_TRUE(read("[model]\nhidden = []\n").hidden.empty());
}

// ---- unknown settings ----

TEST(Config, NamesTheNearestSettingForAnUnknownOne) {
  EXPECT_EQ(error_of_reading("[model]\nlatnet = 1\n"),
            "model.latnet is not a setting; did you mean 'latent'?");
  EXPECT_EQ(error_of_reading("[model]\nhiden = [1]\n"),
            "model.hiden is not a setting; did you mean 'hidden'?");
}

TEST(Config, ListsAllSettingsWhereNoneIsNear) {
  EXPECT_EQ(error_of_reading("[model]\ndropout = 1\n"),
            "model.dropout is not a setting; there are bias, rate, latent, activation, hidden");
}

TEST(Config, IgnoresTheTablesOfOthers) {
  EXPECT_EQ(error_of_reading("[training]\nepochs = 3\n"), "no ConfigError");
}

// ---- wrong types ----

TEST(Config, SaysWhichValueIsOfTheWrongTypeAndWhatIsWanted) {
  EXPECT_EQ(error_of_reading("[model]\nlatent = 'many'\n"),
            "model.latent is \"many\", but a whole number of at least 0 is expected");
  EXPECT_EQ(error_of_reading("[model]\nlatent = -1\n"),
            "model.latent is -1, but a whole number of at least 0 is expected");
  EXPECT_EQ(error_of_reading("[model]\nlatent = 1.0\n"),
            "model.latent is 1.0, but a whole number of at least 0 is expected");
  EXPECT_EQ(error_of_reading("[model]\nlatent = true\n"),
            "model.latent is true, but a whole number of at least 0 is expected");
  EXPECT_EQ(error_of_reading("[model]\nbias = 1\n"),
            "model.bias is 1, but true or false is expected");
  EXPECT_EQ(error_of_reading("[model]\nrate = [1, 2]\n"),
            "model.rate is [1, 2], but a number is expected");
  EXPECT_EQ(error_of_reading("[model]\nactivation = 3\n"),
            "model.activation is 3, but a string in quotes is expected");
  EXPECT_TRUE(contains(error_of_reading("[model]\nhidden = 512\n"),
                       "model.hidden is 512, but an array of whole numbers"));
  EXPECT_TRUE(contains(error_of_reading("[model]\nhidden = [512, -1]\n"),
                       "model.hidden is [512, -1], but an array of whole numbers"));
}

// ---- files that are no config ----

TEST(Config, NamesTheFileTheLineAndTheColumnOfASyntaxError) {
  const std::string error = error_of_reading("[model]\nlatent = = 2\n");
  EXPECT_EQ(error.find("test.toml:2:10: "), 0u) << error;
}

TEST(Config, NamesThePlaceOfAValueThatNoSettingCanHave) {
  EXPECT_EQ(error_of_reading("[model]\nhidden = [1, 'a']\n"),
            "test.toml:2:1: model.hidden may hold whole numbers only");
  EXPECT_TRUE(contains(error_of_reading("[model]\nlatent = 2024-01-01\n"),
                       "test.toml:2:1: model.latent is not a truth value, number, string"));
  EXPECT_TRUE(contains(error_of_reading("[model.encoder]\nlatent = 1\n"), "model.encoder is no"));
  EXPECT_EQ(error_of_reading("\nlatent = 1\n"), "test.toml:2:1: \"latent\" stands in no table");
  EXPECT_TRUE(contains(error_of_reading("[model]\n'a b' = 1\n"), "\"model.a b\" is not a name"));
}

TEST(Config, SurvivesKeysOfManyDots) {
  std::string key = "a";
  for (int i = 0; i < 4000; ++i) key += ".a";
  EXPECT_TRUE(contains(error_of_reading(key + " = 1\n"), "a.a is no"));
  for (int i = 0; i < 1'000'000; ++i) key += ".a";
  EXPECT_TRUE(contains(error_of_reading(key + " = 1\n"), "more than 4096 dots"));
}

TEST(Config, HidesNoKeyOfManyDotsBehindQuotesAndComments) {
  std::string dots = "a";
  for (int i = 0; i < 1'000'000; ++i) dots += ".a";
  for (const char* before :
       {"# it's", R"(b = 'it"s')", R"(b = "it's")", R"(b = "\"")", "b = ''", R"(b = '\')",
        R"(b = """a"""")", "b = '''a'''''", R"(b = """'\"""")", "b = 'open", "b = \"open"}) {
    const std::string error = error_of_reading(std::string(before) + "\n" + dots + " = 1\n");
    EXPECT_NE(error, "no ConfigError") << before;
    EXPECT_LT(error.size(), 300u) << before;
  }
}

TEST(Config, ReadsWhateverTextItWrites) {
  std::string long_text;
  for (int i = 0; i < 10'000; ++i) long_text += R"({"name":"a.b","centre":0.25},)";
  for (const std::string& text :
       {long_text, std::string(R"(quote " and ' \ #)"), std::string("\x01\t\n\r\x7f"),
        std::string(R"('''""")"), std::string("gr\xc3\xb6\xc3\x9f")}) {
    Config config;
    write_options(config, "model", Options{.activation = text});
    EXPECT_EQ(read(config.text()).activation, text);
  }
}

TEST(Config, IsNotWrittenWithTextThatIsNotUtf8) {
  Config config;
  write_options(config, "model", Options{.activation = "gr\xf6\xdf"});
  EXPECT_NE(config_error([&] { (void)config.text(); }), "no ConfigError");
}

TEST(Config, SaysWhatAFileIsThatHoldsNoSettings) {
  EXPECT_TRUE(contains(error_of_reading("version https://git-lfs.github.com/spec/v1\noid x\n"),
                       "test.toml: it holds no settings in TOML, but is a Git LFS pointer"));
}

TEST(Config, SurvivesDeepArraysAndInvalidUtf8) {
  EXPECT_NE(error_of_reading("[model]\nhidden = " + std::string(1'000'000, '[')), "no ConfigError");
  EXPECT_NE(error_of_reading("[model]\nactivation = '\xff'\n"), "no ConfigError");
}

// ---- the command line ----

TEST(Config, SetsWhatTheCommandLineSays) {
  EXPECT_EQ(read_set("latent=16").latent, 16u);
  EXPECT_EQ(read_set("model.hidden=[64, 32]").hidden, (std::vector<std::size_t>{64, 32}));
  EXPECT_EQ(read_set("rate=0.5").rate, 0.5);
  EXPECT_EQ(read_set("bias=false").bias, false);
}

TEST(Config, TakesABareWordForAString) {
  EXPECT_EQ(read_set("activation=silu").activation, "silu");
  EXPECT_EQ(read_set("activation=\"silu\"").activation, "silu");
  EXPECT_EQ(read_set("activation=a=b").activation, "a=b");
  EXPECT_EQ(read_set("activation=/tmp/a b \"c\".png").activation, "/tmp/a b \"c\".png");
  EXPECT_EQ(read_set("activation=2024-01-01").activation, "2024-01-01");
  EXPECT_EQ(read_set("activation=1\nlatent=2").activation, "1\nlatent=2");
}

TEST(Config, SetsATableOtherThanTheDefaultOne) {
  Config config;
  config.set("training.epochs=3", "model");
  EXPECT_EQ(config.text(), "[training]\nepochs = 3\n");
}

TEST(Config, RefusesAnAssignmentWithoutAKeyOrAValue) {
  EXPECT_EQ(error_of_setting("latent"), "\"latent\" is not KEY=VALUE");
  EXPECT_EQ(error_of_setting("=3"), "\"=3\" is not KEY=VALUE");
  EXPECT_EQ(error_of_setting(""), "\"\" is not KEY=VALUE");
  EXPECT_TRUE(contains(error_of_setting("latent="), "\"latent=\": "));
  EXPECT_TRUE(contains(error_of_setting(".=3"), "is not a name of a setting"));
  EXPECT_TRUE(contains(error_of_setting("model.=3"), "is not a name of a setting"));
  EXPECT_TRUE(
      contains(error_of_setting("model.a.b=3"), "\"model.a.b\" is not a name of a setting"));
}

TEST(Config, TellsWhatIsWrongWithAnArrayOrAQuotedString) {
  EXPECT_TRUE(contains(error_of_setting("hidden=[512, 25"), "\"hidden=[512, 25\": "));
  EXPECT_TRUE(contains(error_of_setting("hidden=[512, x]"), "\"hidden=[512, x]\": "));
  EXPECT_EQ(error_of_setting("hidden=[0.5]"), "model.hidden may hold whole numbers only");
  EXPECT_TRUE(contains(error_of_setting("activation=\"silu"), "activation="));
}

TEST(Config, RefusesInvalidUtf8) {
  EXPECT_TRUE(contains(error_of_setting("activation=\xff"), "utf-8"));
}

TEST(Config, TellsOfASetValueOfTheWrongTypeWhenItIsRead) {
  EXPECT_EQ(error_of_setting("latent=many"),
            "model.latent is \"many\", but a whole number of at least 0 is expected");
}

// ---- merging and writing ----

TEST(Config, MergesTheOtherOnesValuesOverItsOwn) {
  Config config = Config::parse("[model]\nlatent = 1\nrate = 2\n", "a");
  config.merge(Config::parse("[data]\nsize = 5\n[model]\nrate = 3\nbias = false\n", "b"));
  EXPECT_EQ(config.text(), "[model]\nlatent = 1\nrate = 3\nbias = false\n\n[data]\nsize = 5\n");
}

TEST(Config, KeepsTheOrderInWhichItWasWritten) {
  const std::string text = "[zebra]\nz = 1\na = 2\nm = 3\n\n[ant]\nb = true\na = \"x\"\n";
  EXPECT_EQ(Config::parse(text, "a").text(), text);
}

TEST(Config, IsTheSameAfterItsTextIsReadAgain) {
  Options options;
  options.rate = 0.1 + 0.2;
  options.activation = "a \"quoted\" \\ word,\na line\tand \x7f, ünïcode";
  options.hidden = {};
  Config config;
  write_options(config, "model", options);
  const Config again = Config::parse(config.text(), "again");
  EXPECT_EQ(again.text(), config.text());
  const auto read_again = read_options<Options>(again, "model");
  EXPECT_EQ(read_again.rate, options.rate);
  EXPECT_EQ(read_again.activation, options.activation);
  EXPECT_TRUE(read_again.hidden.empty());
}

TEST(Config, KeepsEveryDoubleExactly) {
  using Limits = std::numeric_limits<double>;
  for (double number : {0.1, 1.0 / 3, 1e-8, 1e22, -0.0, 123456789.0, 1e300, Limits::max(),
                        Limits::min(), Limits::denorm_min(), Limits::infinity()}) {
    Options options;
    options.rate = number;
    Config config;
    write_options(config, "model", options);
    const Options again = read(config.text());
    EXPECT_EQ(again.rate, number) << config.text();
    EXPECT_EQ(std::signbit(again.rate), std::signbit(number)) << config.text();
  }
  EXPECT_TRUE(std::isnan(read("[model]\nrate = nan\n").rate));
}

TEST(Config, WritesNumbersAsAPersonWould) {
  Config config;
  write_options(config, "model", Options{});
  EXPECT_EQ(config.text(),
            "[model]\nbias = true\nrate = 0.001\nlatent = 32\nactivation = \"relu\"\n"
            "hidden = [512, 256]\n");
  config.set("rate=2.0", "model");
  EXPECT_TRUE(contains(config.text(), "rate = 2.0\n"));
}

TEST(Config, RefusesToWriteANumberThatTomlCannotHold) {
  Options options;
  options.latent = std::numeric_limits<std::size_t>::max();
  Config config;
  EXPECT_THROW(write_options(config, "model", options), ConfigError);
}

TEST(Config, IsCopiedAndNotShared) {
  Config config = Config::parse("[model]\nlatent = 1\n", "a");
  const Config copy(config);
  config.set("latent=2", "model");
  EXPECT_EQ(copy.text(), "[model]\nlatent = 1\n");
  EXPECT_EQ(config.text(), "[model]\nlatent = 2\n");
}

TEST(Settings, ListsEveryFieldWithItsDefaultAndItsHelp) {
  std::vector<Setting> list;
  Settings settings = Settings::listing(list);
  Options options;
  options.describe(settings);
  ASSERT_EQ(list.size(), 5u);
  EXPECT_EQ(list[1].name, "rate");
  EXPECT_EQ(list[1].value, "0.001");
  EXPECT_EQ(list[1].help, "the size of a step");
  EXPECT_EQ(list[3].value, "\"relu\"");
  EXPECT_EQ(list[4].value, "[512, 256]");
}

struct PoolingOptions {
  std::string pooling = "max";
  void describe(Settings& settings) {
    static const Choices<int> poolings("pooling", {{"max", 0, "the largest"}, {"mean", 1}});
    settings("pooling", pooling, poolings, "of each window");
  }
};

TEST(Settings, NameWhatAnEnumeratedOneCanBeAndRefuseAnythingElse) {
  std::vector<Setting> list;
  Settings settings = Settings::listing(list);
  PoolingOptions().describe(settings);
  EXPECT_EQ(list.at(0).help, "of each window: max or mean");
  const auto read = [](const char* toml) {
    return read_options<PoolingOptions>(Config::parse(toml, "test"), "model").pooling;
  };
  EXPECT_EQ(read("[model]\npooling = \"mean\""), "mean");
  try {
    read("[model]\npooling = \"least\"");
    FAIL() << "it was taken";
  } catch (const ConfigError& error) {
    EXPECT_STREQ(error.what(), "unknown pooling 'least'; there are max, mean");
  }
}

struct MixingOptions {
  double share = 0.5;
  std::size_t parts = 2;
  void describe(Settings& settings) {
    settings("share", share, at_least(0).at_most(1), "of the first");
    settings("parts", parts, at_least(1), "to mix");
  }
};

TEST(Settings, RefuseANumberOutOfItsBounds) {
  const auto read = [](const char* toml) {
    return config_error([&] { read_options<MixingOptions>(Config::parse(toml, "test"), "model"); });
  };
  EXPECT_EQ(read("[model]\nshare = 1.5"),
            "model.share is 1.5, but must be at least 0 and at most 1");
  EXPECT_EQ(read("[model]\nshare = nan"),
            "model.share is nan, but must be at least 0 and at most 1");
  EXPECT_EQ(read("[model]\nparts = 0"), "model.parts is 0, but must be at least 1");
  EXPECT_NO_THROW(
      read_options<MixingOptions>(Config::parse("[model]\nshare = 1", "test"), "model"));
}

TEST(Settings, OfOptionsThatAProgramMadeAreChecked) {
  EXPECT_NO_THROW(check_options("model", MixingOptions{}));
  EXPECT_EQ(config_error([] { check_options("model", MixingOptions{.share = -1}); }),
            "model.share is -1, but must be at least 0 and at most 1");
  EXPECT_EQ(config_error([] { check_options("model", PoolingOptions{.pooling = "least"}); }),
            "unknown pooling 'least'; there are max, mean");
}

}  // namespace
}  // namespace hourglass
