#include "hourglass/nn/training/history.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <sstream>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::istringstream text(line);
  for (std::string cell; std::getline(text, cell, ',');) cells.push_back(cell);
  return cells;
}

double number_of(const std::string& cell, const std::string& origin) {
  double number = 0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), number);
  if (error != std::errc() || end != cell.data() + cell.size())
    throw DataError(fmt::format("{}: '{}' is not a number", origin, cell));
  return number;
}

}  // namespace

std::vector<double> History::curve(const std::string& name) const {
  std::vector<double> values;
  for (const Metrics& metrics : epochs)
    for (const auto& [metric, value] : metrics)
      if (metric == name) values.push_back(value);
  return values;
}

std::string History::to_csv() const {
  if (epochs.empty()) return "";
  std::string csv = "epoch";
  for (const auto& [name, value] : epochs[0]) csv += "," + name;
  for (std::size_t epoch = 0; epoch < epochs.size(); ++epoch) {
    csv += fmt::format("\n{}", epoch + 1);
    for (const auto& [name, value] : epochs[epoch]) csv += fmt::format(",{}", value);
  }
  return csv + "\n";
}

History History::from_csv(const std::string& csv, const std::string& origin) {
  History history;
  std::istringstream text(csv);
  std::string line;
  std::getline(text, line);
  const std::vector<std::string> names = cells_of(line);
  while (std::getline(text, line)) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() != names.size())
      throw DataError(fmt::format("{}: a line has {} cells under {} names", origin, cells.size(),
                                  names.size()));
    Metrics metrics;
    for (std::size_t i = 1; i < cells.size(); ++i)
      metrics.emplace_back(names[i], number_of(cells[i], origin));
    history.epochs.push_back(metrics);
  }
  return history;
}

}}  // namespace hourglass
