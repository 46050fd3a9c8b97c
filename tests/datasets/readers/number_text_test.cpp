#include "hourglass/datasets/readers/number_text.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hourglass::testing { namespace {

TEST(NumberText, IsReadUnderBothConventions) {
  constexpr double none = NAN;
  struct Example {
    const char* text;
    double point, comma;
    const char* unit = "";
  };
  const Example examples[] = {
      {"12", 12, 12},
      {"1.5", 1.5, none},
      {"1,5", none, 1.5},
      {"1.234", 1.234, 1234},
      {"1,234", 1234, 1.234},
      {"0,125", none, 0.125},
      {"0.125", 0.125, none},
      {"1,234,567", 1234567, none},
      {"1.234.567", none, 1234567},
      {"1,234.5", 1234.5, none},
      {"1.234,5", none, 1234.5},
      {"12,34,5", none, none},
      {"-1,5e3", none, -1500},
      {"1e5", 1e5, 1e5},
      {"12 345,6", none, 12345.6},
      {"$1,200", 1200, 1.2, "$"},
      {"12.5 mg", 12.5, none, "mg"},
      {"45%", 45, 45, "%"},
      {"5 kg/m2", 5, 5, "kg/m2"},
      {"20\u00b0C", 20, 20, "\u00b0C"},
      {"3 \u20ac", 3, 3, "\u20ac"},
  };
  for (const Example& example : examples) {
    const std::optional<NumberText> number = number_text(example.text);
    if (std::isnan(example.point) && std::isnan(example.comma)) {
      EXPECT_FALSE(number.has_value()) << example.text;
      continue;
    }
    ASSERT_TRUE(number.has_value()) << example.text;
    const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
    EXPECT_TRUE(same(number->point, example.point)) << example.text << " " << number->point;
    EXPECT_TRUE(same(number->comma, example.comma)) << example.text << " " << number->comma;
    EXPECT_EQ(number->unit, example.unit) << example.text;
  }
}

TEST(NumberText, IsNoOtherText) {
  for (const char* text :
       {"", "-", "abc", "1st", "2nd", "2024-01-31", "12:30", "1.2.3", "31.1.2024", "12 years old",
        "$", "1,2,3", "inf", "nan", "1e999", "A1", "5 6", "0x10", "0XfF"})
    EXPECT_FALSE(number_text(text).has_value()) << text;
}

TEST(Date, IsToldFromNumbers) {
  for (const char* text : {"2024-01-31", "31.1.2024", "1/2/24", "2024-01-31T12:00:00", "12:30"})
    EXPECT_TRUE(is_date(text)) << text;
  for (const char* text : {"", "12", "1.5", "1-2", "a-b-c", "12345-1-1"})
    EXPECT_FALSE(is_date(text)) << text;
}

}  // namespace
}  // namespace hourglass::testing
