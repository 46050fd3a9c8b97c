#include "apps/reports/detection_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "apps/evaluation/metric_text.hpp"
#include "apps/evaluation/words.hpp"
#include "apps/reports/descending.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/plot.hpp"
#include "hourglass/models/statistics/ranking.hpp"
#include "hourglass/nn/training/progress.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

using Labelled = DetectionMetrics::Labelled;

/// "0.9881", and below it "0.9812 to 0.9933"
std::string with_interval(const IntervalEstimate& estimate, std::string (*text)(double)) {
  return fmt::format("{}\n{} to {}", text(estimate.value), text(estimate.interval.low),
                     text(estimate.interval.high));
}

std::string percent_text(double share) {
  return percent(share);
}

/// The metrics that require knowing which examples are anomalies.
std::vector<ReportMetric> labelled_metrics(const Labelled& ours, const Labelled& pca,
                                           double reject) {
  const auto row = [&](const char* name, IntervalEstimate Labelled::* metric,
                       std::string (*text)(double), const char* unit, const std::string& meaning) {
    return ReportMetric{name, with_interval(ours.*metric, text), with_interval(pca.*metric, text),
                        unit, meaning};
  };
  std::vector<ReportMetric> rows = {
      row("ROC AUC", &Labelled::roc_auc, four_decimals, "",
          "The chance that an anomaly gets a higher score than a normal example: 1 is perfect, 0.5 "
          "is guessing."),
      row("Average precision", &Labelled::average_precision, four_decimals, "",
          "The area under precision against recall: 1 is perfect; guessing gives the share of "
          "anomalies.")};
  for (const auto& [k, precision] : ours.precision_at)
    rows.push_back({fmt::format("Precision at {}", k), percent(precision),
                    percent(pca.precision_at.at(k)), "",
                    fmt::format("How many of the {} highest scores are anomalies.", k)});
  rows.push_back(row("Detected", &Labelled::detection_rate, percent_text, "of the anomalies",
                     "Those above the threshold."));
  rows.push_back(
      row("False alarms", &Labelled::false_alarm_rate, percent_text, "of the normal examples",
          fmt::format("Normal examples above the threshold; {} were asked for.", percent(reject))));
  return rows;
}

std::vector<ReportMetric> metrics_of(const Detection& detection) {
  const DetectionMetrics &ours = detection.decision().metrics, &pca = detection.pca.metrics;
  std::vector<ReportMetric> rows;
  if (ours.labelled) rows = labelled_metrics(*ours.labelled, *pca.labelled, detection.reject);
  rows.push_back({"Flagged", thousands(ours.flagged), thousands(pca.flagged), "examples",
                  "All those above the threshold."});
  return rows;
}

/// At most `most` of the points, the first and the last among them: a page needs no more.
std::vector<std::array<double, 2>> thinned(const std::vector<CurvePoint>& curve) {
  constexpr std::size_t most = 400;
  std::vector<std::array<double, 2>> points;
  const std::size_t count = std::min(most, curve.size());
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = count < 2 ? 0 : i * (curve.size() - 1) / (count - 1);
    points.push_back({curve[at].x, curve[at].y});
  }
  return points;
}

ReportFigure curve_figure(const Detection& detection, const std::string& title,
                          const std::string& caption, const std::string& x, const std::string& y,
                          std::vector<CurvePoint> (*curve)(const LabeledScores&),
                          const Lines::Line& chance) {
  const auto line = [&](const DetectionScore& score) {
    return Lines::Line{score.name, thinned(curve({score.values, detection.anomalous}))};
  };
  const Lines lines = {.x_name = x,
                       .y_name = y,
                       .lines = {line(detection.decision()), line(detection.pca), chance},
                       .shares = true};
  const auto plot = [&](const PlotSize& size) { return plot_lines(lines, size); };
  return {title, caption, draw_for_screens(plot, {.height = 360}),
          "How well anomalies are told from the rest"};
}

std::vector<ReportFigure> curves(const Detection& detection) {
  if (!detection.knows_anomalies()) return {};
  const double share = double(detection.count(true)) / double(detection.anomalous.size());
  return {curve_figure(
              detection, "ROC curve.",
              "Each point is a threshold: the lower it is, the more anomalies are found, and "
              "the more false alarms there are. The nearer to the upper left corner the "
              "better.",
              "share of normal examples flagged (false alarms)",
              "share of anomalies flagged (detected)", roc_curve, {"guessing", {{0, 0}, {1, 1}}}),
          curve_figure(detection, "Precision and recall.",
                       "How much of what a threshold flags is an anomaly, against how many of the "
                       "anomalies it flags. The nearer to the upper right corner the better.",
                       "recall: share of anomalies flagged",
                       "precision: share of the flagged that are anomalies", precision_recall_curve,
                       {"guessing", {{0, share}, {1, share}}})};
}

/// The scores of the normal examples, and those of the anomalies; of all, if that is unknown.
std::vector<Histogram::Group> score_groups(const Detection& detection) {
  const std::vector<double>& values = detection.decision().values;
  std::vector<double> normal, anomalies;
  for (std::size_t i = 0; i < values.size(); ++i)
    (detection.knows_anomalies() && detection.anomalous[i] ? anomalies : normal)
        .push_back(values[i]);
  const auto group = [](const char* name, std::vector<double> scores) {
    return Histogram::Group{fmt::format("{} {}", thousands(scores.size()), name),
                            std::move(scores)};
  };
  if (!detection.knows_anomalies()) return {group("examples", std::move(normal))};
  return {group("normal examples", std::move(normal)), group("anomalies", std::move(anomalies))};
}

ReportFigure score_histogram(const Detection& detection) {
  const DetectionScore& decision = detection.decision();
  const Histogram histogram{.x_name = fmt::format("score ({})", decision.name),
                            .y_name = "share of the group",
                            .groups = score_groups(detection),
                            .threshold = decision.metrics.threshold,
                            .threshold_name = "threshold"};
  const auto plot = [&](const PlotSize& size) { return plot_histogram(histogram, size); };
  const bool held_out = detection.data.validation_was_held_out;
  return {
      "Scores.",
      fmt::format("Higher scores are more anomalous. What lies to the right of the threshold is "
                  "flagged; it was chosen on normal examples alone, so that at most {} of them "
                  "should lie there. {}",
                  percent(detection.reject), held_out ? threshold_note(detection) : ""),
      draw_for_screens(plot, {.height = 360}), "Scores and the threshold"};
}

/// Up to `count` of the places in this order for which `wanted` is true.
std::vector<std::size_t> first_where(const std::vector<std::size_t>& order, std::size_t count,
                                     const std::function<bool(std::size_t)>& wanted) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < order.size() && places.size() < count; ++i)
    if (wanted(order[i])) places.push_back(order[i]);
  return places;
}

std::vector<ExampleGroup> groups_of(const Detection& detection, std::size_t count) {
  const auto& [name, scores, metrics] = detection.decision();
  const std::vector<std::size_t> strange = descending_order(scores);
  const std::vector<std::size_t> ordinary(strange.rbegin(), strange.rend());
  if (!detection.knows_anomalies()) {
    const auto all = [](std::size_t) { return true; };
    return {{"The most anomalous.", "The highest scores.", first_where(strange, count, all)},
            {"The most ordinary.", "The lowest scores.", first_where(ordinary, count, all)}};
  }
  const auto which = [&detection](bool anomaly, bool flagged) {
    const DetectionScore& decision = detection.decision();
    return [&detection, &decision, anomaly, flagged](std::size_t i) {
      return detection.anomalous[i] == anomaly &&
             (decision.values[i] > decision.metrics.threshold) == flagged;
    };
  };
  return {{"Found: the anomalies with the highest scores.", "Anomalies with the highest scores.",
           first_where(strange, count, which(true, true))},
          {"Missed: anomalies that passed as normal.",
           "Anomalies below the threshold, the lowest scores first.",
           first_where(ordinary, count, which(true, false))},
          {"False alarms: normal examples that were flagged.",
           "Normal examples above the threshold, the highest scores first.",
           first_where(strange, count, which(false, true))},
          {"The most ordinary.", "Normal examples with the lowest scores.",
           first_where(ordinary, count, which(false, false))}};
}

std::string summary_of(const Detection& detection) {
  const DetectionData& data = detection.data;
  const DetectionMetrics& metrics = detection.decision().metrics;
  std::string text = fmt::format(
      "{}, each scored by how much it differs from what {} has learnt, measured {}",
      counted(data.scored.size(), "example"), detection.model_name, data.scored.description);
  if (!data.normal.empty())
    text += fmt::format(" (normal: {})", fmt::join(data.normal_names(), ", "));
  if (!metrics.labelled)
    return text + fmt::format(". {} of them are flagged.", thousands(metrics.flagged));
  return text + fmt::format(
                    ". It finds {} of the anomalies, and raises a false alarm for {} of the "
                    "normal examples.",
                    percent(metrics.labelled->detection_rate.value),
                    percent(metrics.labelled->false_alarm_rate.value));
}

ReportFigure score_table(const Detection& detection) {
  ReportTable table{{"Score", "ROC AUC", "Average precision", "Detected"}};
  const auto add = [&](const DetectionScore& score) {
    const Labelled& metrics = *score.metrics.labelled;
    table.rows.push_back({score.name, four_decimals(metrics.roc_auc.value),
                          four_decimals(metrics.average_precision.value),
                          percent(metrics.detection_rate.value)});
  };
  for (const DetectionScore& score : detection.scores) add(score);
  add(detection.pca);
  return {"Every score.",
          fmt::format("The one that decided here is “{}”; --score takes another.",
                      detection.decision().name),
          std::move(table), "All the scores"};
}

std::vector<ReportFigure> example_figures(const Detection& detection, Autoencoder& model) {
  const Shape& shape = detection.data.scored.parts[0].example_shape();
  if (!is_picture(shape)) return table_groups(detection, model, groups_of(detection, 8));
  const std::size_t count = fitting_columns(shape, readable_scale(shape));
  return picture_groups(detection, model, groups_of(detection, count));
}

std::string baseline_note(const Detection& detection) {
  return fmt::format(
      "{}PCA-{} scores an example by the squared error with which principal component analysis of "
      "{} components, fitted to the same normal examples, rebuilds it.",
      detection.knows_anomalies()
          ? "The 95 % confidence interval of a metric stands below it (of areas by the bootstrap "
            "over the examples, of rates by the binomial distribution). "
          : "",
      detection.pca_components, detection.pca_components);
}

}  // namespace

std::string detection_report(const Detection& detection, Autoencoder& model,
                             const std::string& command) {
  Report report;
  report.kind = "Hourglass anomaly report";
  report.title = fmt::format("Anomalies in {}", detection.data.scored.parts[0].name());
  report.summary = summary_of(detection);
  report.warnings = warnings_of(detection);
  if (!detection.data.validation_was_held_out) report.warnings.push_back(threshold_note(detection));
  report.metrics = metrics_of(detection);
  report.baseline_note = baseline_note(detection);
  report.figures = curves(detection);
  report.figures.push_back(score_histogram(detection));
  for (ReportFigure& figure : example_figures(detection, model))
    report.figures.push_back(std::move(figure));
  if (detection.knows_anomalies()) report.figures.push_back(score_table(detection));
  report.command = command;
  return to_html(report);
}

}}  // namespace hourglass
