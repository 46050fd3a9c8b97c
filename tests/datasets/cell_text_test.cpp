#include "hourglass/datasets/cell_text.hpp"

#include <gtest/gtest.h>

namespace hourglass::testing { namespace {

TEST(CellText, HasOneKeyForAllSpellingsOfAValueAndOneOfItsOwnForAnythingElse) {
  const struct {
    const char *text, *key;
  } cases[] = {
      {"1", "1"},         {"1.0", "1"},       {"+1", "1"},
      {"1.", "1"},        {"-1.50", "-1.5"},  {"-0", "0"},
      {"0.0", "0"},       {"0.5", "0.5"},     {"01", "01"},
      {"+01", "+01"},     {"00", "00"},       {".5", ".5"},
      {"1e3", "1e3"},     {"1.2.3", "1.2.3"}, {"+", "+"},
      {"", ""},           {"TRUE", "true"},   {"False", "false"},
      {"Trues", "Trues"}, {"cat", "cat"},     {"123456789012345678901", "123456789012345678901"},
  };
  for (const auto& [text, key] : cases) EXPECT_EQ(value_key(text), key) << text;
}

TEST(CellText, IsShownInOneLineOfPlainCharacters) {
  EXPECT_EQ(printable("a\nb\tc\r\x1b[31m\x7f"), "a\\nb\\tc\\r\\x1b[31m\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\x9b") << "an escape sequence's start in one character";
  EXPECT_EQ(printable("gr\xc3\xb6\xc3\x9f"
                      "e \xe2\x82\xac"),
            "gr\xc3\xb6\xc3\x9f"
            "e \xe2\x82\xac");
  EXPECT_EQ(shown(std::string(39, 'a') + "\xc3\xb6"), std::string(39, 'a') + "…");
  EXPECT_EQ(shown(std::string(40, 'a')), std::string(40, 'a'));
}

}  // namespace
}  // namespace hourglass::testing
