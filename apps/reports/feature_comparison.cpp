#include "apps/reports/feature_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "apps/evaluation/metric_text.hpp"
#include "hourglass/nn/training/progress.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

using Metric = std::function<double(const ProbeMetrics&)>;

struct MeanAndDeviation {
  double mean = 0;
  std::optional<double> deviation = {};  ///< if there are several draws
};

MeanAndDeviation over_draws(const std::vector<ProbeMetrics>& draws, const Metric& metric) {
  const auto count = static_cast<double>(draws.size());
  MeanAndDeviation result;
  for (const ProbeMetrics& draw : draws) result.mean += metric(draw) / count;
  if (draws.size() < 2) return result;
  double squares = 0;
  for (const ProbeMetrics& draw : draws) squares += std::pow(metric(draw) - result.mean, 2);
  result.deviation = std::sqrt(squares / (count - 1));
  return result;
}

double knn_accuracy_of(const ProbeMetrics& metrics) {
  return metrics.classification->knn_accuracy;
}
double linear_accuracy_of(const ProbeMetrics& metrics) {
  return metrics.classification->linear_accuracy;
}
double linear_penalty_of(const ProbeMetrics& metrics) {
  return metrics.classification->linear_penalty;
}
double best_accuracy_of(const ProbeMetrics& metrics) {
  return metrics.classification->best_accuracy();
}
Metric r2_of(std::size_t target) {
  return [target](const ProbeMetrics& metrics) { return metrics.regressions[target].r2; };
}
Metric rmse_of(std::size_t target) {
  return [target](const ProbeMetrics& metrics) { return metrics.regressions[target].rmse; };
}

bool has_classes(const FeatureComparison& comparison) {
  return comparison.results[0].draws[0].classification.has_value();
}

double best_accuracy(const FeatureResult& result) {
  return over_draws(result.draws, best_accuracy_of).mean;
}

}  // namespace

// ---- As JSON

namespace {

void add_fields(nlohmann::ordered_json& json, const FeatureResult& result) {
  const auto add = [&](const std::string& name, const Metric& metric) {
    const auto [mean, deviation] = over_draws(result.draws, metric);
    json[result.json_prefix + name] = mean;
    if (deviation) json[result.json_prefix + name + "_std"] = *deviation;
  };
  if (result.draws[0].classification) {
    add("best_accuracy", best_accuracy_of);
    add("knn_accuracy", knn_accuracy_of);
    add("linear_accuracy", linear_accuracy_of);
    add("linear_penalty", linear_penalty_of);
  }
  const auto& regressions = result.draws[0].regressions;
  for (std::size_t i = 0; i < regressions.size(); ++i) {
    add(fmt::format("ridge_{}_r2", regressions[i].target), r2_of(i));
    add(fmt::format("ridge_{}_rmse", regressions[i].target), rmse_of(i));
  }
}

}  // namespace

nlohmann::ordered_json to_json(const FeatureComparison& comparison) {
  nlohmann::ordered_json json = {{"labels_used", comparison.labels_used}};
  for (const FeatureResult& result : comparison.results) add_fields(json, result);
  if (!has_classes(comparison)) return json;
  double others = 0;
  for (std::size_t i = 1; i < comparison.results.size(); ++i)
    others = std::max(others, best_accuracy(comparison.results[i]));
  json["margin"] = best_accuracy(comparison.results[0]) - others;
  return json;
}

// ---- For people

std::string FeatureColumn::text(const FeatureResult& result) const {
  const auto [mean, deviation] = over_draws(result.draws, metric);
  if (is_share) return percent(mean, deviation);
  return deviation ? fmt::format("{:.4g} ± {:.2g}", mean, *deviation) : fmt::format("{:.4g}", mean);
}

FeatureColumn linear_accuracy_column() {
  return {"logistic", true, linear_accuracy_of};
}

std::vector<FeatureColumn> columns_of(const ProbeTask& task) {
  std::vector<FeatureColumn> columns;
  if (task.has_classes())
    columns = {{"5 neighbours", true, knn_accuracy_of}, linear_accuracy_column()};
  for (std::size_t i = 0; i < task.targets.size(); ++i) {
    const std::string& name = task.targets[i].name;
    columns.push_back({"R² " + (name == "stroke_width" ? "stroke width" : name), false, r2_of(i)});
    if (name == "target") columns.push_back({"RMSE", false, rmse_of(i)});
  }
  return columns;
}

std::string to_table(const FeatureComparison& comparison,
                     const std::vector<FeatureColumn>& columns) {
  std::string table = fmt::format("{:<24}", thousands(comparison.labels_used) + " labels");
  for (const FeatureColumn& column : columns) table += fmt::format("{:>17}", column.heading);
  for (const FeatureResult& result : comparison.results) {
    table += fmt::format("\n{:<24}", result.name);
    for (const FeatureColumn& column : columns) table += fmt::format("{:>17}", column.text(result));
  }
  return table;
}

std::vector<std::string> warnings_of(const std::vector<FeatureComparison>& comparisons) {
  std::vector<std::string> warnings;
  for (const FeatureComparison& comparison : comparisons) {
    if (!has_classes(comparison)) continue;
    const double ours = best_accuracy(comparison.results[0]);
    for (std::size_t i = 1; i < comparison.results.size(); ++i) {
      const FeatureResult& other = comparison.results[i];
      if (ours >= best_accuracy(other)) continue;
      warnings.push_back(fmt::format(
          "with {} labels the code loses to {}: the better of both classifiers is right in {}, on "
          "{} in {}. More epochs, another code size or a model that is trained for its code "
          "(denoising, winner-take-all, stacked) would help.",
          thousands(comparison.labels_used), other.name, percent(ours), other.name,
          percent(best_accuracy(other))));
    }
  }
  return warnings;
}

}}  // namespace hourglass
