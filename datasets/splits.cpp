#include "hourglass/datasets/splits.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "hourglass/autograd/base/random.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

using Rows = std::vector<std::uint32_t>;

std::size_t training_count(std::size_t count, double test_share) {
  return static_cast<std::size_t>(std::lround((1 - test_share) * static_cast<double>(count)));
}

/// The rows of each group, groups and rows in their order.
std::vector<Rows> rows_by_group(const Rows& rows, const Rows& groups) {
  std::vector<Rows> by_group;
  std::vector<std::size_t> place;  // of a group in by_group, counted from 1; 0: it is not there yet
  for (std::uint32_t row : rows) {
    const std::uint32_t group = groups[row];
    if (group >= place.size()) place.resize(group + 1);
    if (place[group] == 0) {
      by_group.emplace_back();
      place[group] = by_group.size();
    }
    by_group[place[group] - 1].push_back(row);
  }
  return by_group;
}

Rows first_rows(std::size_t count) {
  Rows rows(count);
  for (std::size_t i = 0; i < count; ++i) rows[i] = static_cast<std::uint32_t>(i);
  return rows;
}

/// {all but the last `count`, the last `count`}
SplitRows cut_last(const Rows& rows, std::size_t count) {
  const auto end = rows.end() - static_cast<std::ptrdiff_t>(count);
  return {{rows.begin(), end}, {end, rows.end()}};
}

}  // namespace

SplitRows split_rows(std::size_t rows, const std::vector<std::uint8_t>& labels, std::uint64_t seed,
                     double test_share) {
  Rows order(rows);
  Rng(seed).shuffle(order);
  const auto label_of = [&](std::uint32_t row) { return labels.empty() ? 0 : labels[row]; };
  std::array<std::size_t, 256> left{};  // how many of each label training still gets
  for (std::uint32_t row : order) ++left[label_of(row)];
  for (std::size_t& count : left) count = training_count(count, test_share);
  SplitRows split;
  for (std::uint32_t row : order) {
    std::size_t& count = left[label_of(row)];
    (count > 0 ? split.train : split.test).push_back(row);
    if (count > 0) --count;
  }
  // Its first rows are all of the label whose share of training was complete first.
  std::ranges::reverse(split.test);
  if (rows < 2) return {order, {}};
  if (!split.train.empty() && !split.test.empty()) return split;
  const std::size_t trained =
      std::clamp<std::size_t>(training_count(rows, test_share), 1, rows - 1);
  return cut_last(order, rows - trained);
}

SplitRows split_groups(const Rows& groups, std::uint64_t seed, double test_share) {
  const Rows rows = first_rows(groups.size());
  const std::vector<Rows> by_group = rows_by_group(rows, groups);
  if (by_group.size() < 2) {
    if (rows.size() < 2) return {rows, {}};
    const std::size_t trained =
        std::clamp<std::size_t>(training_count(rows.size(), test_share), 1, rows.size() - 1);
    return cut_last(rows, rows.size() - trained);
  }
  const SplitRows chosen = split_rows(by_group.size(), {}, seed, test_share);
  SplitRows split;
  for (std::uint32_t group : chosen.train)
    split.train.insert(split.train.end(), by_group[group].begin(), by_group[group].end());
  for (std::uint32_t group : chosen.test)
    split.test.insert(split.test.end(), by_group[group].begin(), by_group[group].end());
  return split;
}

namespace {

/// Rows in a drawn order, so that the last can be held out.
Rows drawn_order(const Rows& rows, std::uint64_t seed) {
  Rows order(rows.size()), drawn;
  Rng(seed).shuffle(order);
  for (std::uint32_t place : order) drawn.push_back(rows[place]);
  return drawn;
}

/// How many of the last rows are whole groups with at least `count` rows in all; `count` if that
/// would be all of them.
std::size_t whole_groups(const std::vector<Rows>& by_group, std::size_t rows, std::size_t count) {
  std::size_t whole = 0;
  for (auto group = by_group.rbegin(); group != by_group.rend() && whole < count; ++group)
    whole += group->size();
  return whole < rows ? whole : count;
}

}  // namespace

SplitRows hold_out_rows(const Rows& rows, const Rows& groups, std::size_t count, bool mixed,
                        std::uint64_t seed) {
  if (count == 0) return {rows, {}};
  if (groups.empty()) {
    SplitRows kept = cut_last(mixed ? rows : drawn_order(rows, seed), count);
    if (mixed) return kept;
    for (Rows* part : {&kept.train, &kept.test}) std::sort(part->begin(), part->end());
    return kept;
  }
  std::vector<Rows> by_group = rows_by_group(rows, groups);
  if (!mixed && by_group.size() > 1) {
    Rows order(by_group.size());
    Rng(seed).shuffle(order);
    std::vector<Rows> drawn;
    for (std::uint32_t group : order) drawn.push_back(by_group[group]);
    by_group = std::move(drawn);
  }
  Rows ordered;
  for (const Rows& group : by_group) ordered.insert(ordered.end(), group.begin(), group.end());
  return cut_last(ordered, whole_groups(by_group, rows.size(), count));
}

}}  // namespace hourglass
