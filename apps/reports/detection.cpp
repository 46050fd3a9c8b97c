#include "apps/reports/detection.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "apps/evaluation/metric_text.hpp"
#include "hourglass/models/statistics/ranking.hpp"
#include "hourglass/nn/training/progress.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

std::size_t Detection::count(bool anomalies) const {
  return static_cast<std::size_t>(std::count(anomalous.begin(), anomalous.end(), anomalies));
}

// ---- What there is to say about it

namespace {

ConfidenceInterval expected_rates(const Detection& detection) {
  return expected_false_alarms(detection.data.validation.size(), detection.reject);
}

std::string range_text(const ConfidenceInterval& interval) {
  return fmt::format("{} to {}", percent(interval.low), percent(interval.high));
}

std::string measured_note(const Detection& detection) {
  if (!detection.decision().metrics.labelled) return "";
  const IntervalEstimate& rate = detection.decision().metrics.labelled->false_alarm_rate;
  return fmt::format("\nMeasured: {} of {} normal examples, so {} (95 %).", percent(rate.value),
                     thousands(detection.count(false)), range_text(rate.interval));
}

}  // namespace

std::string threshold_note(const Detection& detection) {
  if (!detection.data.validation_was_held_out)
    return "The run held no examples out (train --hold-out N): thresholds are chosen on the "
           "examples that it\nlearnt from, so expect more false alarms than asked for.";
  const std::size_t examples = detection.data.validation.size();
  const bool few = detection.reject * static_cast<double>(examples + 1) < 1;
  return fmt::format(
             "The threshold is based on {} held-out normal examples{}: when {} is asked for, "
             "expect "
             "{} false alarms (95 %).",
             thousands(examples), few ? ", the highest score of all" : "",
             percent(detection.reject), range_text(expected_rates(detection))) +
         measured_note(detection);
}

std::vector<std::string> warnings_of(const Detection& detection) {
  std::vector<std::string> warnings;
  const std::size_t components = detection.pca_components;
  const auto [model, pca] = detection.validation_errors;
  if (detection.latent == components && model > 1.05 * pca)
    warnings.push_back(fmt::format(
        "the model loses to PCA: it rebuilds normal validation examples with a squared error of "
        "{:.4g} each, PCA with as many components ({}) with {:.4g}. More epochs, a larger lr or "
        "wider "
        "hidden layers would help.",
        model, components, pca));
  const DetectionScore& ours = detection.decision();
  if (!ours.metrics.labelled) return warnings;
  const double area = ours.metrics.labelled->roc_auc.value,
               pca_area = detection.pca.metrics.labelled->roc_auc.value;
  if (area < pca_area)
    warnings.push_back(fmt::format(
        "the score {} loses to the residual of PCA-{}: ROC AUC {} against {}. Another --score "
        "(chosen with --held-out) or a better trained model (more epochs, a larger lr, wider "
        "hidden layers) would help.",
        ours.name, components, four_decimals(area), four_decimals(pca_area)));
  return warnings;
}

// ---- As JSON

namespace {

using Json = nlohmann::ordered_json;

void add_estimate(Json& json, const std::string& name, const IntervalEstimate& estimate) {
  json[name] = estimate.value;
  json[name + "_interval"] = {estimate.interval.low, estimate.interval.high};
}

Json to_json(const DetectionMetrics& metrics) {
  Json json;
  if (metrics.labelled) {
    const DetectionMetrics::Labelled& labelled = *metrics.labelled;
    add_estimate(json, "roc_auc", labelled.roc_auc);
    add_estimate(json, "average_precision", labelled.average_precision);
    for (const auto& [k, precision] : labelled.precision_at)
      json[fmt::format("precision_at_{}", k)] = precision;
    add_estimate(json, "false_alarm_rate", labelled.false_alarm_rate);
    add_estimate(json, "detection_rate", labelled.detection_rate);
  }
  json["threshold"] = metrics.threshold;
  json["flagged"] = metrics.flagged;
  return json;
}

}  // namespace

nlohmann::ordered_json to_json(const Detection& detection) {
  const DetectionData& data = detection.data;
  Json scores;
  for (const DetectionScore& score : detection.scores) scores[score.name] = to_json(score.metrics);
  Json json = {{"score", detection.decision().name}};
  json.update(to_json(detection.decision().metrics));
  json["reject"] = detection.reject;
  json["scores"] = scores;
  json["pca"] = to_json(detection.pca.metrics);
  json["pca_components"] = detection.pca_components;
  json["examples"] = data.scored.size();
  json["normal"] = data.normal;
  json["anomalies"] = detection.count(true);
  json["validation_examples"] = data.validation.size();
  json["validation_was_held_out"] = data.validation_was_held_out;
  if (detection.knows_anomalies()) json["normal_examples"] = detection.count(false);
  if (data.validation_was_held_out) {
    const ConfidenceInterval expected = expected_rates(detection);
    json["expected_false_alarm_interval"] = {expected.low, expected.high};
  }
  json["warnings"] = warnings_of(detection);
  json["measured_on"] = data.scored.measured_on.to_json();
  return json;
}

// ---- As a table and as a file

namespace {

std::string table_row(const DetectionScore& score) {
  std::string text = fmt::format("\n{:<14}", score.name);
  if (const auto& labelled = score.metrics.labelled)
    text += fmt::format("{:>9}{:>12}{:>11}{:>11}", four_decimals(labelled->roc_auc.value),
                        four_decimals(labelled->average_precision.value),
                        percent(labelled->false_alarm_rate.value),
                        percent(labelled->detection_rate.value));
  return text + fmt::format("{:>12.4g}{:>9}", score.metrics.threshold, score.metrics.flagged);
}

}  // namespace

std::string to_table(const Detection& detection) {
  std::string table = fmt::format("{}, measured {}\n\n{:<14}", detection.model_name,
                                  detection.data.scored.description, "score");
  if (detection.knows_anomalies())
    table +=
        fmt::format("{:>9}{:>12}{:>11}{:>11}", "ROC AUC", "avg. prec.", "false al.", "detected");
  table += fmt::format("{:>12}{:>9}", "threshold", "flagged");
  for (const DetectionScore& score : detection.scores) table += table_row(score);
  return table + table_row(detection.pca) + "\n\n" + threshold_note(detection);
}

namespace {

/// A cell of a CSV file (RFC 4180): in quotes where the text needs them.
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + '"';
}

}  // namespace

std::string to_csv(const Detection& detection) {
  const ExamplesToScore& examples = detection.data.scored;
  const bool labelled = examples.parts[0].has_labels();
  std::string text = labelled ? "row,label,flagged" : "row,flagged";
  for (const DetectionScore& score : detection.scores) text += "," + score.name;
  text += "\n";
  const DetectionScore& decision = detection.decision();
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const auto [data, place] = examples.locate(i);
    text += fmt::format("{},", data.row(place));
    if (labelled) text += csv_cell(data.label_name(data.label(place))) + ",";
    text += decision.values[i] > decision.metrics.threshold ? "1" : "0";
    for (const DetectionScore& score : detection.scores)
      text += fmt::format(",{:.6g}", score.values[i]);
    text += "\n";
  }
  return text;
}

}}  // namespace hourglass
