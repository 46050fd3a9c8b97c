#include "apps/evaluation/data_summary.hpp"

#include <algorithm>
#include <map>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/readers/csv.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::string_view csv_prefix = "csv:";

/// The splits of a description: the one that it names, or else both.
std::vector<std::pair<std::string, Dataset>> load_splits(const Description& description) {
  if (description.split == Split::all) return {{"all", load_dataset(description, Split::all)}};
  if (description.split == Split::test) return {{"test", load_dataset(description, Split::test)}};
  std::vector<std::pair<std::string, Dataset>> splits = {
      {"train", load_dataset(description, Split::train)}};
  if (!description.split)
    if (std::optional<Dataset> test = load_test_split(description, ""))
      splits.emplace_back("test", std::move(*test));
  return splits;
}

void count_classes(const Dataset& data, std::map<std::uint8_t, ClassSize>& classes) {
  if (!data.has_labels()) return;
  for (std::size_t i = 0; i < data.size(); ++i) {
    const std::uint8_t label = data.label(i);
    ClassSize& each =
        classes.try_emplace(label, ClassSize{label, data.label_name(label)}).first->second;
    ++each.examples;
  }
}

PixelRange pixels_of(const Dataset& data) {
  PixelRange range;
  double sum = 0;
  for (std::size_t i = 0; i < data.size(); ++i)
    for (std::size_t f = 0; f < data.features(); ++f) {
      const int pixel = data.example(i)[f];
      range.least = std::min(range.least, pixel);
      range.most = std::max(range.most, pixel);
      sum += pixel;
    }
  range.mean = sum / static_cast<double>(std::max<std::size_t>(1, data.size()) * data.features());
  return range;
}

/// Summarises the columns of a file although it cannot be trained on.
DataSummary summarize_table_with_gaps(const Description& description, const std::string& fault) {
  const Table table =
      read_csv(description.name.substr(csv_prefix.size()),
               {description.label, description.target, description.ignore, MissingValues::report});
  DataSummary summary{description.whole, table.rows()};
  summary.columns = table.reports;
  summary.notes = table.notes;
  summary.fault = fault;
  return summary;
}

DataSummary summarize(const Description& description) {
  DataSummary summary{description.whole};
  std::map<std::uint8_t, ClassSize> classes;
  for (auto& [name, data] : load_splits(description)) {
    summary.splits.push_back({name, data.size()});
    summary.examples += data.size();
    count_classes(data, classes);
    if (!summary.first) summary.first = std::move(data);
  }
  const Dataset& first = *summary.first;
  summary.shape.assign(first.example_shape().begin(), first.example_shape().end());
  for (auto& [label, each] : classes) summary.classes.push_back(std::move(each));
  summary.notes = first.notes();
  if (first.is_table())
    summary.columns = first.table().reports;
  else
    summary.pixels = pixels_of(first);
  return summary;
}

}  // namespace

DataSummary summarize_data(const Description& description) try {
  return summarize(description);
} catch (const DataError& error) {
  if (!description.name.starts_with(csv_prefix)) throw;
  return summarize_table_with_gaps(description, error.what());
}

}}  // namespace hourglass
