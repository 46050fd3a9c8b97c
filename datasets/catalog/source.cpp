#include "hourglass/datasets/catalog/source.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/cell_text.hpp"
#include "hourglass/datasets/notices.hpp"
#include "hourglass/datasets/table_labels.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

using Rows = std::vector<std::uint32_t>;

Rows all_rows(std::size_t count) {
  Rows rows(count);
  std::iota(rows.begin(), rows.end(), 0u);
  return rows;
}

bool is_first_rows(const Rows& rows, std::size_t count) {
  return rows.size() == count && std::is_sorted(rows.begin(), rows.end()) &&
         (rows.empty() || rows.back() + std::size_t{1} == count);
}

/// "pictures in neither train nor test are in no split: 3 in val, 1 beside them"
std::string left_out_of_splits(const std::map<std::string, std::set<std::uint32_t>>& others) {
  std::vector<std::string> counts;
  for (const auto& [part, pictures] : others)
    counts.push_back(part.empty() ? fmt::format("{} beside them", pictures.size())
                                  : fmt::format("{} in {}", pictures.size(), printable(part)));
  return fmt::format("pictures in neither train nor test are in no split: {}",
                     fmt::join(counts, ", "));
}

}  // namespace

std::vector<std::uint8_t> Source::labels() const {
  return table ? table->labels : examples->labels(0, examples->size());
}

std::vector<std::string> Source::label_names() const {
  return table ? table->label_names : examples->label_names();
}

Rows Source::rows_of(Split split) const {
  if (split == Split::all) return all_rows(size());
  return split == Split::train ? rows.train : rows.test;
}

Rows Source::filtered(const Rows& rows, const std::vector<std::uint8_t>& labels,
                      std::size_t limit) const {
  const std::vector<std::uint8_t> own = labels.empty() ? labels : this->labels();
  if (!labels.empty() && own.empty())
    throw DataError(fmt::format("{}: has no labels to choose examples by",
                                table ? table_name : examples->name()));
  Rows kept;
  for (std::uint32_t row : rows) {
    if (kept.size() == limit) break;
    if (labels.empty() || std::find(labels.begin(), labels.end(), own[row]) != labels.end())
      kept.push_back(row);
  }
  return kept;
}

Dataset Source::subset(const Rows& rows, const std::string& scale, const Rows& learnt_from) const {
  if (!table) {
    Dataset all = *examples;
    if (!scale.empty() && !all.label_names().empty()) {
      NumberedLabels labels = numbered_as(TableScale::from_text(scale).labels,
                                          {this->labels(), label_names()}, all.name());
      all.set_labels(std::move(labels.labels), std::move(labels.names));
    }
    return is_first_rows(rows, size()) ? all : all.subset(rows);
  }
  const TableScale how =
      scale.empty() ? TableScale::learnt(*table, learnt_from) : TableScale::from_text(scale);
  NumberedLabels labels = numbered_as(how.labels, {table->labels, table->label_names}, table->name);
  Dataset all(table_name, {how.features()}, how.apply(*table), std::move(labels.labels),
              {std::move(labels.names), how.feature_names(), table->targets, how.text(),
               table->reports, how.checksums(*table), table->file_rows});
  all.add_notes(table->notes);
  if (!scale.empty()) all.add_notes(how.unknown_in(*table, rows));
  return is_first_rows(rows, size()) ? all : all.subset(rows);
}

void Source::set_own_split(Split split) {
  (split == Split::train ? rows.train : rows.test) = all_rows(size());
}

bool Source::set_splits_by_folders(const std::filesystem::path& folder,
                                   const std::vector<std::filesystem::path>& files) {
  SplitRows split;
  std::map<std::string, std::set<std::uint32_t>> others;  // pictures by their sub-folder
  for (std::uint32_t row = 0; row < groups.size(); ++row) {
    const std::filesystem::path inside = files[groups[row]].lexically_relative(folder);
    const bool directly = std::next(inside.begin()) == inside.end();
    const std::string part = directly ? "" : inside.begin()->string();
    if (part == "train")
      split.train.push_back(row);
    else if (part == "test")
      split.test.push_back(row);
    else
      others[part].insert(groups[row]);
  }
  if (split.train.empty() || split.test.empty()) return false;
  if (!others.empty()) notice(fmt::format("{}: {}", folder.string(), left_out_of_splits(others)));
  rows = std::move(split);
  info.origin = SplitInfo::Origin::folders;
  info.train = rows.train.size();
  info.test = rows.test.size();
  return true;
}

void Source::draw_splits(std::size_t seed, double test_share) {
  if (test_share == 0 || size() < 2)
    rows = {all_rows(size()), {}};
  else
    rows = groups.empty() ? split_rows(size(), labels(), seed, test_share)
                          : split_groups(groups, seed, test_share);
  info.origin = rows.test.empty() ? SplitInfo::Origin::none : SplitInfo::Origin::drawn;
  info.seed = seed;
  info.train = rows.train.size();
  info.test = rows.test.size();
  const auto pictures_of = [&](const Rows& some) {
    Rows pictures;
    for (std::uint32_t row : some) pictures.push_back(groups[row]);
    std::sort(pictures.begin(), pictures.end());
    return static_cast<std::size_t>(std::unique(pictures.begin(), pictures.end()) -
                                    pictures.begin());
  };
  if (groups.empty()) return;
  info.pictures = pictures_of(all_rows(size()));
  info.test_pictures = pictures_of(rows.test);
}

}}  // namespace hourglass
