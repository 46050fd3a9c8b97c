#include "hourglass/autograd/base/advice.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <numeric>
#include <string_view>
#include <utility>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t most_shown = 30;  // a table may have thousands of columns

char lower(char c) {
  return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

/// Damerau 1964: how many letters must be put in, left out or changed, or neighbours swapped, to get
/// from `a` to `b`, where capitals count as small.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  const auto same = [&](std::size_t i, std::size_t j) { return lower(a[i]) == lower(b[j]); };
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    before = std::exchange(last, row);
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      row[j + 1] = std::min({last[j] + (same(i, j) ? 0 : 1), last[j + 1] + 1, row[j] + 1});
      if (i > 0 && j > 0 && same(i, j - 1) && same(i - 1, j))
        row[j + 1] = std::min(row[j + 1], before[j - 1] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::string advice(const std::string& given, const std::vector<std::string>& known) {
  if (known.empty()) return "there are none here";
  for (const std::string& name : known)
    if (given.size() >= 3 && name.starts_with(given))
      return fmt::format("did you mean '{}'?", name);
  const auto distance = [&](const std::string& name) { return edit_distance(given, name); };
  const auto nearest = std::ranges::min_element(known, {}, distance);
  // Farther than this it is hardly a slip of the finger: 's3' is not meant to be 'csv'.
  const std::size_t farthest =
      std::min(std::max<std::size_t>(2, given.size() / 3), given.size() / 2);
  if (distance(*nearest) <= farthest) return fmt::format("did you mean '{}'?", *nearest);
  const std::size_t shown = std::min(known.size(), most_shown);
  const auto end = known.begin() + static_cast<std::ptrdiff_t>(shown);
  return fmt::format("there are {}{}", fmt::join(known.begin(), end, ", "),
                     shown < known.size() ? fmt::format(", … ({} in all)", known.size()) : "");
}

}}  // namespace hourglass
