#include "apps/reports/detect_figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apps/evaluation/figure_text.hpp"
#include "hourglass/models/statistics/ranking.hpp"
#include "hourglass/nn/training/progress.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// A rate of so many examples, with its 95 % confidence interval.
void add_rate(nlohmann::ordered_json& json, const std::string& name, double rate,
              std::size_t examples) {
  json[name] = rate;
  const auto hits = static_cast<std::size_t>(std::lround(rate * static_cast<double>(examples)));
  const ConfidenceInterval interval = rate_interval(hits, examples);
  json[name + "_interval"] = {interval.low, interval.high};
}

}  // namespace

nlohmann::ordered_json detection_figures(const std::vector<double>& scores,
                                         const std::vector<bool>& anomalous,
                                         const std::vector<double>& validation, double reject,
                                         Rng rng) {
  const double threshold = threshold_at(validation, reject);
  nlohmann::ordered_json json;
  if (!anomalous.empty()) {
    const Judged judged{scores, anomalous};
    const Rates rates = rates_above(judged, threshold);
    const auto [auc, precision] = bootstrap(judged, rng);
    json["roc_auc"] = roc_auc(judged);
    json["roc_auc_interval"] = {auc.low, auc.high};
    json["average_precision"] = average_precision(judged);
    json["average_precision_interval"] = {precision.low, precision.high};
    for (std::size_t k : {10, 100})
      if (k <= judged.size()) json[fmt::format("precision_at_{}", k)] = precision_at(judged, k);
    const std::size_t anomalies = judged.anomalies();
    add_rate(json, "false_alarm_rate", rates.false_alarms, judged.size() - anomalies);
    add_rate(json, "detection_rate", rates.detected, anomalies);
  }
  json["threshold"] = threshold;
  json["flagged"] =
      std::count_if(scores.begin(), scores.end(), [&](double score) { return score > threshold; });
  return json;
}

std::string detection_row(const std::string& name, const nlohmann::ordered_json& figures) {
  std::string text = fmt::format("\n{:<14}", name);
  if (figures.contains("roc_auc"))
    text +=
        fmt::format("{:>9}{:>12}{:>11}{:>11}", four_decimals(figures.at("roc_auc")),
                    four_decimals(figures.at("average_precision")),
                    percent(figures.at("false_alarm_rate")), percent(figures.at("detection_rate")));
  return text + fmt::format("{:>12.4g}{:>9}", figures.at("threshold").get<double>(),
                            figures.at("flagged").get<std::size_t>());
}

namespace {

std::string range_text(const nlohmann::ordered_json& interval) {
  return fmt::format("{} to {}", percent(interval.at(0)), percent(interval.at(1)));
}

}  // namespace

std::string threshold_note(const nlohmann::ordered_json& json) {
  const auto examples = json.at("validation_examples").get<std::size_t>();
  const double reject = json.at("reject");
  std::string text = fmt::format(
      "The threshold rests on {} held-out normal examples{}: for the {} asked for, {} false alarms "
      "are to be\nexpected of it (95 %).",
      thousands(examples),
      reject * static_cast<double>(examples + 1) < 1 ? ", the highest score of all" : "",
      percent(reject), range_text(json.at("expected_false_alarm_interval")));
  if (json.contains("false_alarm_rate"))
    text += fmt::format(" Measured: {} of {} normal examples, so {} (95 %).",
                        percent(json.at("false_alarm_rate")),
                        thousands(json.at("normal_examples").get<std::size_t>()),
                        range_text(json.at("false_alarm_rate_interval")));
  return text;
}

std::vector<std::string> losses_to_pca(const nlohmann::ordered_json& json,
                                       const ValidationErrors& errors) {
  std::vector<std::string> warnings;
  const std::size_t components = json.at("pca_components");
  if (errors.latent == components && errors.model > 1.05 * errors.pca)
    warnings.push_back(fmt::format(
        "the model loses to PCA: it rebuilds normal validation examples with a squared error of "
        "{:.4g} each, PCA with as many numbers ({}) with {:.4g}. More epochs, a larger lr or wider "
        "hidden layers would help.",
        errors.model, components, errors.pca));
  if (!json.contains("roc_auc")) return warnings;
  const double area = json.at("roc_auc"), of_pca = json.at("pca").at("roc_auc");
  if (area < of_pca)
    warnings.push_back(fmt::format(
        "the score {} loses to the residual of PCA-{}: ROC AUC {} against {}. Another --score "
        "(chosen with --held-out) or a better trained model (more epochs, a larger lr, wider "
        "hidden "
        "layers) would help.",
        json.at("score").get<std::string>(), components, four_decimals(area),
        four_decimals(of_pca)));
  return warnings;
}

}}  // namespace hourglass
