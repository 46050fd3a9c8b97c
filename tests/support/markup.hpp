#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include "tests/support/messages.hpp"

// Whether pages and drawings are such that a browser can read them.

namespace hourglass::HOURGLASS_PRECISION::testing {

inline std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// What is wrong with the nesting of the tags, or nothing. Text must hold no bare < or &.
inline std::string tag_fault(const std::string& html) {
  static const std::set<std::string> without_end = {"meta", "img", "br", "!DOCTYPE"};
  static const std::regex part(
      R"re(<(/?)([!a-zA-Z0-9]+)((?:\s+[a-zA-Z0-9:-]+(?:="")?)*)\s*(/?)>)re");
  static const std::regex entity("&(amp|lt|gt|quot|#39);");
  const std::string text = std::regex_replace(html, entity, "");
  if (contains(text, "&")) return "a bare &";
  std::vector<std::string> open;
  for (std::size_t at = text.find('<'); at != std::string::npos; at = text.find('<', at + 1)) {
    std::string tag = text.substr(at, text.find('>', at) + 1 - at);
    // A regular expression would not bear values as long as a picture's data.
    for (std::size_t quote = tag.find('"'); quote != std::string::npos;) {
      const std::size_t end = tag.find('"', quote + 1);
      if (end == std::string::npos) return "a quote is left open: " + tag;
      tag.erase(quote + 1, end - quote - 1);
      quote = tag.find('"', quote + 2);
    }
    std::smatch match;
    if (!std::regex_match(tag, match, part)) return "no tag: " + tag;
    if (match[4].length() > 0 || without_end.contains(match[2])) continue;
    if (match[1].length() == 0) {
      open.push_back(match[2]);
    } else if (open.empty() || open.back() != match[2]) {
      return fmt::format("{} closes {}", tag, open.empty() ? "nothing" : open.back());
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : "never closed: " + open.back();
}

/// No number of a drawing may be something that a browser cannot read.
inline void expect_sound(const std::string& svg) {
  EXPECT_EQ(tag_fault(svg), "");
  std::string lower = svg;
  std::transform(lower.begin(), lower.end(), lower.begin(), ::tolower);
  EXPECT_FALSE(std::regex_search(lower, std::regex("\\b-?(nan|inf)"))) << svg;
  const std::string drawing = lower.substr(std::min(lower.find("</title>"), lower.size()));
  EXPECT_FALSE(contains(drawing, "e+")) << svg;
}

}  // namespace hourglass::testing
