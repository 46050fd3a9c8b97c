#include "apps/reports/detect_report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "apps/evaluation/figure_text.hpp"
#include "apps/evaluation/words.hpp"
#include "apps/reports/gallery_view.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/plot.hpp"
#include "hourglass/models/statistics/ranking.hpp"
#include "hourglass/nn/training/progress.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

using Json = nlohmann::ordered_json;

bool is_known(const Detection& detection) {
  return !detection.anomalous.empty();
}

/// "0.9881", and below it "0.9812 to 0.9933"
std::string with_interval(const Json& figures, const std::string& name) {
  const Json& interval = figures.at(name + "_interval");
  return fmt::format("{}\n{} to {}", four_decimals(figures.at(name)), four_decimals(interval[0]),
                     four_decimals(interval[1]));
}
/// The same of a rate: "1.98 %".
std::string rate_with_interval(const Json& figures, const std::string& name) {
  const Json& interval = figures.at(name + "_interval");
  return fmt::format("{}\n{} to {}", percent(figures.at(name).get<double>()), percent(interval[0]),
                     percent(interval[1]));
}

std::string share_of(const Json& figures, const std::string& name) {
  return figures.contains(name) ? percent(figures.at(name).get<double>()) : "";
}

std::vector<ReportFigure> figures_of(const Detection& detection) {
  const Json &ours = detection.figures, &pca = detection.pca;
  std::vector<ReportFigure> rows;
  if (is_known(detection)) {
    rows.push_back({"ROC AUC", with_interval(ours, "roc_auc"), with_interval(pca, "roc_auc"), "",
                    "The chance that an anomaly gets a higher score than a normal example: 1 is "
                    "perfect, 0.5 is guessing."});
    rows.push_back({"Average precision", with_interval(ours, "average_precision"),
                    with_interval(pca, "average_precision"), "",
                    "The area under precision against recall: 1 is perfect; guessing gives the "
                    "share of anomalies."});
    for (const char* k : {"10", "100"})
      if (const std::string name = std::string("precision_at_") + k; ours.contains(name))
        rows.push_back({fmt::format("Precision at {}", k), share_of(ours, name),
                        share_of(pca, name), "",
                        fmt::format("How many of the {} strangest are anomalies.", k)});
    rows.push_back({"Detected", rate_with_interval(ours, "detection_rate"),
                    rate_with_interval(pca, "detection_rate"), "of the anomalies",
                    "Those above the threshold."});
    rows.push_back({"False alarms", rate_with_interval(ours, "false_alarm_rate"),
                    rate_with_interval(pca, "false_alarm_rate"), "of the normal examples",
                    fmt::format("Normal examples above the threshold; {} were asked for.",
                                percent(detection.reject))});
  }
  rows.push_back({"Flagged", thousands(ours.at("flagged").get<std::size_t>()),
                  thousands(pca.at("flagged").get<std::size_t>()), "examples",
                  "All those above the threshold."});
  return rows;
}

ReportPicture drawing_of(std::string title, std::string caption, std::string section,
                         const std::function<std::string(const PlotSize&)>& draw,
                         double height = 360) {
  ReportPicture picture{std::move(title), std::move(caption), ""};
  picture.wide = draw({.height = height});
  picture.narrow = draw(narrow_plot);
  picture.section = std::move(section);
  return picture;
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

ReportPicture curve_picture(const Detection& detection, const std::string& title,
                            const std::string& caption, const std::string& x, const std::string& y,
                            std::vector<CurvePoint> (*curve)(const Judged&),
                            const Lines::Line& chance) {
  const std::string pca = fmt::format("PCA-{}", detection.pca_components);
  const Lines lines = {x,
                       y,
                       {{detection.score, thinned(curve({detection.scores, detection.anomalous}))},
                        {pca, thinned(curve({detection.pca_scores, detection.anomalous}))},
                        chance},
                       true};
  return drawing_of(title, caption, "How well anomalies are told from the rest",
                    [&](const PlotSize& size) { return plot_lines(lines, size); });
}

std::vector<ReportPicture> curves(const Detection& detection) {
  if (!is_known(detection)) return {};
  const Judged judged{detection.scores, detection.anomalous};
  const double share = double(judged.anomalies()) / double(judged.size());
  return {
      curve_picture(detection, "ROC curve.",
                    "Each point is a threshold: the lower it is, the more anomalies are found, and "
                    "the more false alarms there are. The nearer to the upper left corner the "
                    "better.",
                    "share of normal examples flagged (false alarms)",
                    "share of anomalies flagged (detected)", roc_curve,
                    {"guessing", {{0, 0}, {1, 1}}}),
      curve_picture(detection, "Precision and recall.",
                    "Of what is flagged at a threshold, how much is an anomaly, against how many "
                    "of the anomalies are flagged. The nearer to the upper right corner the "
                    "better.",
                    "recall: share of anomalies flagged",
                    "precision: share of the flagged that are anomalies", precision_recall_curve,
                    {"guessing", {{0, share}, {1, share}}})};
}

ReportPicture histogram_of(const Detection& detection) {
  Histogram histogram{fmt::format("score ({})", detection.score), "share of the group", {}, 0, ""};
  histogram.threshold = detection.figures.at("threshold");
  histogram.threshold_name = "threshold";
  std::vector<double> parts[2];
  for (std::size_t i = 0; i < detection.size(); ++i)
    parts[is_known(detection) && detection.anomalous[i]].push_back(detection.scores[i]);
  const auto add = [&](const std::string& name, std::vector<double> values) {
    const std::string text = fmt::format("{} {}", thousands(values.size()), name);
    histogram.groups.push_back({text, std::move(values)});
  };
  add(is_known(detection) ? "normal examples" : "examples", parts[0]);
  if (is_known(detection)) add("anomalies", parts[1]);
  return drawing_of("Scores.",
                    fmt::format("The higher, the stranger. What lies right of the threshold is "
                                "flagged; it was chosen on normal examples alone, so that at most "
                                "{} of them should lie there. {}",
                                percent(detection.reject), detection.threshold_note),
                    "Scores and the threshold",
                    [&](const PlotSize& size) { return plot_histogram(histogram, size); });
}

/// Up to `count` of the places in this order that are wanted.
std::vector<std::size_t> first_where(const std::vector<std::size_t>& order, std::size_t count,
                                     const std::function<bool(std::size_t)>& wanted) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < order.size() && places.size() < count; ++i)
    if (wanted(order[i])) places.push_back(order[i]);
  return places;
}

std::vector<ExampleGroup> groups_of(const Detection& detection, std::size_t count) {
  const std::vector<std::size_t> strange = falling(detection.scores);
  const std::vector<std::size_t> ordinary(strange.rbegin(), strange.rend());
  const double threshold = detection.figures.at("threshold");
  const auto all = [](std::size_t) { return true; };
  if (!is_known(detection))
    return {{"The strangest.", "The highest scores.", first_where(strange, count, all)},
            {"The most ordinary.", "The lowest scores.", first_where(ordinary, count, all)}};
  const auto flagged = [&](std::size_t i) { return detection.scores[i] > threshold; };
  const auto found = [&](std::size_t i) { return detection.anomalous[i] && flagged(i); };
  const auto missed = [&](std::size_t i) { return detection.anomalous[i] && !flagged(i); };
  const auto alarm = [&](std::size_t i) { return !detection.anomalous[i] && flagged(i); };
  const auto quiet = [&](std::size_t i) { return !detection.anomalous[i] && !flagged(i); };
  return {{"Found: the strangest anomalies.", "Anomalies with the highest scores.",
           first_where(strange, count, found)},
          {"Missed: anomalies that passed as normal.",
           "Anomalies below the threshold, the lowest scores first.",
           first_where(ordinary, count, missed)},
          {"False alarms: normal examples that were flagged.",
           "Normal examples above the threshold, the highest scores first.",
           first_where(strange, count, alarm)},
          {"The most ordinary.", "Normal examples with the lowest scores.",
           first_where(ordinary, count, quiet)}};
}

std::string summary_of(const Detection& detection) {
  const Json& figures = detection.figures;
  std::string text = fmt::format("{}, each scored by how unlike what {} has learnt it is",
                                 counted(detection.size(), "example"), detection.model_name);
  if (!detection.words.empty()) text += fmt::format(", judged {}", detection.words);
  if (!detection.normal.empty())
    text += fmt::format(" (normal: {})", fmt::join(detection.normal, ", "));
  if (!is_known(detection))
    return text + fmt::format(". {} of them are flagged.",
                              thousands(figures.at("flagged").get<std::size_t>()));
  return text + fmt::format(
                    ". It finds {} of the anomalies, and raises a false alarm for {} of the "
                    "normal examples.",
                    share_of(figures, "detection_rate"), share_of(figures, "false_alarm_rate"));
}

ReportPicture score_table(const Detection& detection) {
  ReportPicture picture{
      "Every score.",
      fmt::format("The one that decided here is “{}”; --score takes another.", detection.score),
      ""};
  picture.section = "All the scores";
  picture.table.heads = {"Score", "ROC AUC", "Average precision", "Detected"};
  const auto add = [&](const std::string& name, const Json& figures) {
    picture.table.rows.push_back({name, four_decimals(figures.at("roc_auc")),
                                  four_decimals(figures.at("average_precision")),
                                  share_of(figures, "detection_rate")});
  };
  for (const auto& [name, figures] : detection.all_scores.items()) add(name, figures);
  add(fmt::format("PCA-{}", detection.pca_components), detection.pca);
  return picture;
}

}  // namespace

Tensor examples_at(const std::vector<Dataset>& judged, const std::vector<std::size_t>& places) {
  Tensor rows = filled({places.size(), judged[0].features()});
  for (std::size_t i = 0; i < places.size(); ++i) {
    std::size_t at = places[i], part = 0;
    while (at >= judged[part].size()) at -= judged[part++].size();
    judged[part].read_example(at, rows.data() + i * rows.shape()[1]);
  }
  return rows;
}

std::string detection_report(const Detection& detection) {
  Report report;
  report.kind = "Hourglass anomaly report";
  report.title = fmt::format("Anomalies in {}", detection.judged[0].name());
  report.summary = summary_of(detection);
  report.warnings = detection.warnings;
  report.figures = figures_of(detection);
  report.baseline_note = fmt::format(
      "{}PCA-{} scores an example by the squared error with which principal component analysis of "
      "{} components, fitted to the same normal examples, rebuilds it.",
      is_known(detection) ? "Below a figure its 95 % confidence interval (of areas by the "
                            "bootstrap over the judged "
                            "examples, of rates by the binomial distribution). "
                          : "",
      detection.pca_components, detection.pca_components);
  report.pictures = curves(detection);
  report.pictures.push_back(histogram_of(detection));
  const Shape& shape = detection.judged[0].example_shape();
  const bool drawable = is_picture(shape);
  const std::size_t count = drawable ? fitting_columns(shape, readable_scale(shape)) : 8;
  const std::vector<ExampleGroup> groups = groups_of(detection, count);
  for (ReportPicture& picture :
       drawable ? picture_groups(detection, groups) : table_groups(detection, groups))
    report.pictures.push_back(std::move(picture));
  if (is_known(detection)) report.pictures.push_back(score_table(detection));
  report.command = detection.command;
  return to_html(report);
}

}}  // namespace hourglass
