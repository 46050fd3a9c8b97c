#include "apps/reports/rate_comparison.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "apps/evaluation/training_data.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/drawing/plot.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t most_examples = 2000, most_numbers = 1'050'000;
const std::vector<int> code_qualities = {1, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100};
const std::vector<int> jpeg_qualities = {2, 5, 10, 20, 30, 50, 70, 80, 90, 95};

using Curve = std::vector<RatePoint>;

/// The curve of the model, then those of PCA and JPEG.
std::vector<Curve> curves_of(const TrainedModel& trained, const CodeTables& tables,
                             const Dataset& train, const std::vector<std::uint8_t>& bytes,
                             const Shape& shape) {
  const std::size_t features = element_count(shape);
  const ModeGuard mode = ModeGuard::evaluation(*trained.model);
  const CodePath own = code_path(*trained.model);
  std::vector<Curve> curves = {
      rate_distortion(trained.run.model, own, tables, bytes, features, code_qualities)};
  // As many components as latent dimensions, and more, which PCA can afford: what the step rounds
  // to zero costs next to nothing.
  for (std::size_t numbers : {own.numbers, 4 * own.numbers}) {
    if (numbers > features) continue;
    const CodePath path = code_path(fit_pca(train, numbers));
    curves.push_back(rate_distortion(fmt::format("PCA, {} components", numbers), path,
                                     CodeTables::fit(path, train), bytes, features,
                                     code_qualities));
  }
  for (JpegLayout layout : {JpegLayout::mosaic, JpegLayout::each})
    curves.push_back(jpeg_rate_distortion(layout, bytes, shape, jpeg_qualities));
  std::erase_if(curves, [](const Curve& curve) { return curve.empty(); });
  return curves;
}

}  // namespace

std::string to_table(const RateComparison& comparison) {
  constexpr double rates[] = {0.05, 0.1, 0.2, 0.4, 0.8, 1.6};
  std::string table = fmt::format("\n\n  {:<34}", "dB at bits/pixel");
  for (double rate : rates) table += fmt::format("{:>8}", rate);
  for (const Curve& curve : comparison.curves) {
    table += fmt::format("\n  {:<34}", curve[0].coder);
    for (double rate : rates) {
      const double psnr = psnr_at(curve, rate);
      table += std::isnan(psnr) ? fmt::format("{:>8}", "–") : fmt::format("{:>8.2f}", psnr);
    }
  }
  return table + fmt::format("\n  {}; all bytes of the JPEG files are counted, with their headers",
                             comparison.measured_on.on_examples());
}

nlohmann::ordered_json to_json(const RateComparison& comparison) {
  auto points = nlohmann::ordered_json::array();
  for (const Curve& curve : comparison.curves)
    for (const RatePoint& point : curve)
      points.push_back({{"coder", point.coder},
                        {"quality", point.quality},
                        {"bits_per_pixel", point.bits_per_pixel},
                        {"mse", point.mse},
                        {"psnr", point.psnr()}});
  return points;
}

std::string draw_curves(const RateComparison& comparison) {
  Lines lines{"bits per pixel", "peak signal-to-noise ratio (dB)", {}};
  for (const Curve& curve : comparison.curves) {
    lines.lines.push_back({curve[0].coder, {}});
    for (const RatePoint& point : curve)
      lines.lines.back().points.push_back({point.bits_per_pixel, point.psnr()});
  }
  const PlotSize size = {.height = 480};
  return svg_file(plot_lines(lines, size), size);
}

RateComparison compare_rates(const TrainedModel& trained, const CodeTables& tables,
                             const SourceFile& source, const std::string& source_name) {
  const Shape shape(trained.run.example_shape.begin(), trained.run.example_shape.end());
  std::vector<std::uint8_t> bytes = to_examples(source, shape);
  if (bytes.empty()) throw ConfigError("--rate-distortion needs at least one example");
  const std::size_t features = element_count(shape);
  const std::size_t examples =
      std::min(std::max(most_examples, most_numbers / features), bytes.size() / features);
  bytes.resize(examples * features);
  const Dataset train = training_data_for("--rate-distortion, for PCA,", trained).train;
  const MeasuredOn measured_on =
      MeasuredOn::other(Dataset(source_name, shape, bytes), &train, false, Split::all);
  return {curves_of(trained, tables, train, bytes, shape), measured_on};
}

}}  // namespace hourglass
