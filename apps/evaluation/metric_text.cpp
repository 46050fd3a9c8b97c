#include "apps/evaluation/metric_text.hpp"

#include <fmt/format.h>

#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/tools/watch.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

std::string percent(double share, std::optional<double> deviation) {
  if (deviation) return fmt::format("{:.2f} ± {:.2f} %", 100 * share, 100 * *deviation);
  return fmt::format("{:.2f} %", 100 * share);
}

std::string four_decimals(double value) {
  return fmt::format("{:.4f}", value);
}

namespace {

/// The path of the first number that is not finite, as "/scores/squared/roc_auc"; empty if
/// there is none.
std::string first_not_finite(const nlohmann::ordered_json& json, const std::string& place) {
  if (json.is_number_float() && !std::isfinite(json.get<double>())) return place;
  if (!json.is_structured()) return "";
  for (const auto& [key, value] : json.items())
    if (const std::string found = first_not_finite(value, fmt::format("{}/{}", place, key));
        !found.empty())
      return found;
  return "";
}

}  // namespace

void expect_finite(const nlohmann::ordered_json& metrics, const std::string& where) {
  const std::string place = first_not_finite(metrics, "");
  if (place.empty()) return;
  const double value = metrics.at(nlohmann::ordered_json::json_pointer(place));
  throw NonFiniteError(fmt::format("{} is not finite: it is {}{}{}", place.substr(1),
                                   value_text(value), where.empty() ? "" : ", measured on ",
                                   where));
}

void expect_finite(const Tensor& rows, const std::string& what, const std::string& where) {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (!std::isfinite(rows.data()[i]))
      throw NonFiniteError(fmt::format("{} is not finite: for {} {} it holds {}", what, where,
                                       i / (rows.size() / rows.shape()[0]),
                                       value_text(rows.data()[i])));
}

}}  // namespace hourglass
