#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "apps/reports/descending.hpp"
#include "apps/reports/gallery_view.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/drawing/plot.hpp"
#include "hourglass/models/core/inference.hpp"
#include "hourglass/models/statistics/pca.hpp"
#include "hourglass/nn/training/progress.hpp"

// The parts of the gallery that show codes and weights.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

std::string GalleryView::examples() const {
  return fmt::format("{} {}{}", thousands(data.size()), kind,
                     is_picture(data.example_shape()) ? "images" : "examples");
}

std::vector<double> kl_by_dimension(const GalleryView& view) {
  Rng rng = view.rng.fork(1);
  std::vector<double> sums(view.model.latent());
  infer_in_order(view.model, view.data, [&](const InferenceBatch& batch) {
    Var x = view.variational->observe(batch.tape, batch.batch, rng);
    const Tensor& kl = view.variational->kl_per_dimension(x, rng).value();
    sums.resize(kl.shape()[1]);
    for (std::size_t i = 0; i < kl.size(); ++i) sums[i % sums.size()] += kl.data()[i];
  });
  for (double& sum : sums) sum /= static_cast<double>(view.data.size());
  return sums;
}

namespace {

/// Each code as a point, coloured by its class.
Scatter scatter_of(const GalleryView& view) {
  const bool projected = view.model.latent() > 2;
  const Tensor places = projected ? project(*view.plane, view.codes) : view.codes;
  Scatter scatter;
  scatter.x_name = projected ? "first principal component of the code" : "first latent dimension";
  scatter.y_name = projected ? "second principal component" : "second latent dimension";
  for (std::size_t i = 0; i < view.data.size(); ++i)
    scatter.points.push_back({double(places(i, 0)), double(places(i, 1))});
  scatter.labels = view.data.labels(0, view.data.size());
  scatter.class_names = view.data.label_names();
  return scatter;
}

std::string map_caption(const GalleryView& view, bool coloured) {
  std::string caption =
      fmt::format("Each point is one of {} at the place of its code", view.examples());
  if (view.model.latent() > 2)
    caption += fmt::format(
        ", whose {} dimensions are projected onto the two directions in which those of training "
        "examples vary most",
        thousands(view.model.latent()));
  if (coloured) caption += ", coloured by its class";
  caption += ".";
  if (view.model.classes() > 0) {
    caption += " The class is part of the code: the model is told it in training.";
  } else if (coloured) {
    caption +=
        " Where the classes lie apart, the model has found them by itself: it was not told about "
        "them.";
  }
  return caption;
}

/// Bars need less height than other plots.
ReportDrawing draw_bars(const Bars& bars) {
  return draw_for_screens([&](const PlotSize& size) { return plot_bars(bars, size); },
                          {.height = 280}, {.width = narrow_plot.width, .height = 240});
}

}  // namespace

std::optional<ReportFigure> map_of_codes(const GalleryView& view) {
  const std::size_t latent = view.model.latent();
  if (latent < 2 || (latent > 2 && !view.plane)) return {};
  const Scatter scatter = scatter_of(view);
  ReportDrawing drawing =
      draw_for_screens([&](const PlotSize& size) { return plot_scatter(scatter, size); },
                       {.height = 560}, {.width = narrow_plot.width, .height = 420});
  if (drawing.wide.empty()) return {};
  return ReportFigure{"A map of the codes.", map_caption(view, !scatter.labels.empty()),
                      std::move(drawing), "The code"};
}

std::optional<ReportFigure> kl_bars(const GalleryView& view) {
  if (!view.variational) return {};
  Bars bars{.x_name = "latent dimension", .y_name = "KL (nats per image)"};
  double sum = 0;
  for (std::size_t k : descending_order(view.kl_nats)) {
    bars.values.push_back(view.kl_nats[k]);
    bars.names.push_back(std::to_string(k));
    bars.marked += view.kl_nats[k] >= active_nats ? 1 : 0;
    sum += view.kl_nats[k];
  }
  std::string caption = fmt::format(
      "KL(q(z | x) ‖ p(z)) by dimension, the mean over {}, highest first: {:.1f} nats in all. {} "
      "of "
      "{} dimensions are active (in colour: {} nats or more)",
      view.examples(), sum, bars.marked, bars.values.size(), active_nats);
  caption +=
      bars.marked == bars.values.size() ? "." : "; the others stay at the prior and carry nothing.";
  return ReportFigure{"How much each latent dimension carries.", caption, draw_bars(bars),
                      "The code"};
}

std::optional<ReportFigure> codebook_use(const GalleryView& view) {
  const std::size_t size = view.model.codebook_size();
  if (size == 0) return {};
  std::vector<double> counts(size);
  infer_in_order(view.model, view.data, [&](const InferenceBatch& batch) {
    for (Scalar index : view.model.code_indices(batch.x()).value())
      counts.at(static_cast<std::size_t>(index)) += 1;
  });
  const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
  std::sort(counts.rbegin(), counts.rend());
  Bars bars{.x_name = "vector of the codebook, the most used first",
            .y_name = "share of all uses (%)"};
  double entropy = 0;
  for (std::size_t i = 0; i < size; ++i) {
    const double share = counts[i] / total;
    bars.values.push_back(100 * share);
    bars.names.push_back(std::to_string(i + 1));
    bars.marked += counts[i] > 0 ? 1 : 0;
    if (share > 0) entropy -= share * std::log(share);
  }
  return ReportFigure{
      "How the codebook is used.",
      fmt::format("{} of {} vectors occur in the codes of {}. The perplexity is {:.1f}: so many "
                  "vectors, used equally often, would say as much.",
                  bars.marked, size, view.examples(), std::exp(entropy)),
      draw_bars(bars), "The code"};
}

namespace {

/// A layer's weights as images: (N, F) of `shape`, the strongest first, each between black for its
/// most negative weight and white for its most positive one, zero in the middle.
struct Filters {
  Tensor images;
  Shape shape;
  std::size_t count = 0;  ///< how many there are in all
};

std::optional<Filters> filters_of(const Parameter& parameter, const Shape& example_shape) {
  const Shape& shape = parameter.value.shape();
  const std::size_t features = element_count(example_shape);
  const bool dense = shape.size() == 2 && shape[1] == features;
  const bool kernels = shape.size() == 4 && shape[1] == example_shape[0] && shape[2] > 1;
  if (!dense && !kernels) return {};
  Filters filters{parameter.value, dense ? example_shape : Shape{shape[1], shape[2], shape[3]},
                  shape[0]};
  filters.images.reshape({shape[0], element_count(filters.shape)});
  return filters;
}

/// Keeps the `most` rows with the largest sums of squares, in that order, scaled to 0..1.
void keep_strongest(Tensor& rows, std::size_t most) {
  const std::size_t count = rows.shape()[0], size = rows.shape()[1];
  std::vector<std::pair<double, std::size_t>> strength(count);
  for (std::size_t i = 0; i < count; ++i) {
    strength[i].second = i;
    for (std::size_t k = 0; k < size; ++k) strength[i].first -= double(rows(i, k)) * rows(i, k);
  }
  std::sort(strength.begin(), strength.end());
  Tensor kept = filled({std::min(most, count), size});
  for (std::size_t i = 0; i < kept.shape()[0]; ++i) {
    const Scalar* from = rows.data() + strength[i].second * size;
    Scalar largest = 0;
    for (std::size_t k = 0; k < size; ++k) largest = std::max(largest, std::abs(from[k]));
    for (std::size_t k = 0; k < size; ++k)
      kept(i, k) = largest > 0 ? (from[k] / largest + 1) / 2 : Scalar(0.5);
  }
  rows = kept;
}

}  // namespace

std::optional<ReportFigure> first_filters(const GalleryView& view) {
  std::optional<Filters> filters;
  for (const Parameter* parameter : view.model.parameters())
    if (filters = filters_of(*parameter, view.data.example_shape()); filters) break;
  if (!filters) return {};
  const std::size_t scale = readable_scale(filters->shape);
  const std::size_t columns = fitting_columns(filters->shape, scale);
  keep_strongest(filters->images, 4 * columns);
  const std::size_t shown = filters->images.shape()[0];
  return ReportFigure{
      "What the first layer looks for.",
      fmt::format(
          "{} of the first layer, {}as images: a unit answers most to an input that is bright "
          "where it is white and dark where it is black; grey counts for nothing.",
          filters->shape == view.data.example_shape() ? "The weights of each unit" : "The kernels",
          shown < filters->count ? fmt::format("the {} strongest of {}, ", shown, filters->count)
                                 : ""),
      ReportImage{to_png(draw_rows({&filters->images}, filters->shape, scale)), "filters.png"},
      "Inside the network"};
}

}}  // namespace hourglass
