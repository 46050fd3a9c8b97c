#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/catalog/catalog.hpp"
#include "hourglass/datasets/catalog/description.hpp"
#include "hourglass/datasets/catalog/source.hpp"

// What is chosen from a source: a split, labels, the first examples, and some of them held out.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

std::vector<std::uint8_t> numbers_of(const Description& description,
                                     const std::vector<std::string>& names) try {
  std::vector<std::uint8_t> labels;
  for (const std::string& label : description.labels) labels.push_back(label_number(label, names));
  return labels;
} catch (const ConfigError& error) {
  fail(description, error.what());
}

/// Those of these rows that `labels` and `limit` keep.
std::vector<std::uint32_t> kept_rows(const Description& description, const Source& source,
                                     const std::vector<std::uint32_t>& rows) {
  return source.filtered(rows, numbers_of(description, source.label_names()),
                         description.limit.value_or(source.size()));
}

[[noreturn]] void fail_empty(const Description& description, const Source& source, Split split) {
  const char* where = split == Split::test && source.info.origin != SplitInfo::Origin::source
                          ? " in its test split"
                          : "";
  if (source.rows_of(split).empty())
    fail(description, source.size() == 1
                          ? "has no test split: it is a single example"
                          : "has no test split: split=none puts all examples into training");
  fail(description,
       fmt::format("no example{} is labelled {}", where, fmt::join(description.labels, " or ")));
}

Dataset pick_split(const Description& description, const Source& source, Split split,
                   const std::string& scale) {
  const auto train = kept_rows(description, source, source.rows.train);
  const auto rows = kept_rows(description, source, source.rows_of(split));
  if (rows.empty()) fail_empty(description, source, split);
  return source.subset(rows, scale, train);
}

}  // namespace

Dataset load_dataset(const Description& description, Split split, const std::string& scale) {
  split = description.split.value_or(split);
  const Source source = read_source(description, split);
  return pick_split(description, source, split, scale);
}

Dataset load_dataset(const std::string& description, Split split, const std::string& scale) {
  return load_dataset(parse_description(description), split, scale);
}

LoadedPart load_named_part(const Description& description, const std::string& scale) {
  const Source source = read_source(description, description.split.value_or(Split::test));
  const auto origin = source.info.origin;
  const bool divided = origin == SplitInfo::Origin::source || origin == SplitInfo::Origin::folders;
  const Split split = description.split.value_or(divided ? Split::test : Split::all);
  return {pick_split(description, source, split, scale), split, source.info};
}

std::optional<Dataset> load_test_split(const Description& description, const std::string& scale) {
  const Source source = read_source(description, Split::test);
  if (kept_rows(description, source, source.rows.test).empty()) return {};
  return pick_split(description, source, Split::test, scale);
}

TrainingData load_training(const Description& description, std::size_t limit, std::size_t hold_out,
                           const std::string& scale) {
  const Split split = description.split.value_or(Split::train);
  const Source source = read_source(description, split);
  std::vector<std::uint32_t> rows = kept_rows(description, source, source.rows_of(split));
  if (rows.empty()) fail_empty(description, source, split);
  if (limit > 0 && limit < rows.size()) rows.resize(limit);
  if (hold_out >= rows.size())
    throw ConfigError(fmt::format("{}: {} of {} examples held out leave none to train on",
                                  description.name, hold_out, rows.size()));
  const auto origin = source.info.origin;
  const bool mixed = origin == SplitInfo::Origin::source ||
                     (origin == SplitInfo::Origin::drawn && split != Split::all);
  const SplitRows kept = hold_out_rows(rows, source.groups, hold_out, mixed, source.info.seed);
  const Dataset train = source.subset(kept.train, scale, kept.train);
  const std::string learnt = train.is_table() ? train.table().scale : scale;
  SplitInfo info = source.info;
  info.asked = description.seed || description.test_share || description.split;
  return {train, source.subset(kept.test, learnt, kept.train), info};
}

TrainingData load_training(const std::string& description, std::size_t limit, std::size_t hold_out,
                           const std::string& scale) {
  return load_training(parse_description(description), limit, hold_out, scale);
}

std::vector<std::uint8_t> kept_labels(const std::string& description, const Dataset& dataset) {
  return numbers_of(parse_description(description), dataset.label_names());
}

std::string without_filters(const std::string& description) {
  Description wanted = parse_description(description);
  wanted.labels.clear();
  wanted.limit.reset();
  return wanted.text();
}

HeldOut hold_out(const Dataset& dataset, std::size_t count) {
  if (count >= dataset.size())
    throw ConfigError(fmt::format("{}: {} of {} examples held out leave none to train on",
                                  dataset.name(), count, dataset.size()));
  const std::size_t kept = dataset.size() - count;
  return {dataset.slice(0, kept), dataset.slice(kept, count)};
}

}}  // namespace hourglass
