#include "apps/reports/gallery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "apps/reports/descending.hpp"
#include "apps/reports/gallery_view.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/models/applications/generation.hpp"
#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/trained/code_plane.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

double GalleryView::quantile(std::size_t k, double share) const {
  std::vector<Scalar> values(codes.shape()[0]);
  for (std::size_t i = 0; i < values.size(); ++i) values[i] = codes(i, k);
  const auto place = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + place, values.end());
  return values[static_cast<std::size_t>(place)];
}

namespace {

/// The value below which the standard normal distribution has this share.
double normal_quantile(double share) {
  double low = -10, high = 10;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (0.5 * std::erfc(-middle / std::sqrt(2.0)) < share ? low : high) = middle;
  }
  return low;
}

}  // namespace

double GalleryView::spread(std::size_t k, double share) const {
  return variational ? normal_quantile(share) : quantile(k, 0.01 + 0.98 * share);
}

std::vector<std::size_t> GalleryView::shown_classes() const {
  if (!classes.empty()) return classes;
  std::vector<std::size_t> all(model.classes());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return all;
}

namespace {

/// The latent dimensions, most used first: by KL if the model has one for each, else by variance.
std::vector<std::size_t> dimensions_by_use(const GalleryView& view) {
  if (view.kl_nats.size() == view.model.latent()) return descending_order(view.kl_nats);
  const auto count = static_cast<double>(view.codes.shape()[0]);
  std::vector<double> variances;
  for (std::size_t k = 0; k < view.model.latent(); ++k) {
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < view.codes.shape()[0]; ++i) {
      sum += view.codes(i, k);
      squares += double(view.codes(i, k)) * view.codes(i, k);
    }
    variances.push_back(squares / count - sum * sum / (count * count));
  }
  return descending_order(variances);
}

/// The first `count` examples of the data, or as many as there are.
Tensor first_examples(const GalleryView& view, std::size_t count) {
  Tensor rows;
  view.data.read_rows(0, std::min(count, view.data.size()), rows);
  return rows;
}

/// Rows of images, as a PNG file.
std::string png_of(const GalleryView& view, const std::vector<Tensor>& rows) {
  std::vector<const Tensor*> pointers;
  pointers.reserve(rows.size());
  for (const Tensor& row : rows) pointers.push_back(&row);
  const Shape& shape = view.data.example_shape();
  return to_png(draw_rows(pointers, shape, readable_scale(shape)));
}

/// As many images as fit beside each other, and no more than twelve.
std::size_t columns_of(const GalleryView& view) {
  const Shape& shape = view.data.example_shape();
  return std::min<std::size_t>(12, fitting_columns(shape, readable_scale(shape)));
}

ReportFigure reconstructions(const GalleryView& view, const MeasuredOn& measured_on) {
  const Tensor rows = first_examples(view, 24);
  const char* below =
      view.model.is_autoregressive()
          ? "what the model expects of each pixel when it has seen those before it, in its order. "
            "Where it is grey, the model was unsure."
          : "what the model makes of it from its code alone. What is lost did not fit through the "
            "code.";
  return {"Originals over reconstructions.",
          fmt::format("The first images {}; under each is {}", measured_on.of(), below),
          ReportImage{png_of(view, {rows, reconstruct(view.model, rows)}), "reconstructions.png"},
          "Reconstructions"};
}

/// Original, corrupted, reconstructed: if the model is trained on corrupted examples.
std::optional<ReportFigure> repairs(const GalleryView& view) {
  const Tensor rows = first_examples(view, 12);
  Tape tape(Tape::Gradients::off);
  Rng rng = view.rng.fork(2);
  const ModeGuard mode = ModeGuard::evaluation(view.model);
  Var corrupted = view.model.corrupt(tape.constant(rows), rng);
  const Tensor& damaged = corrupted.value();
  if (damaged == rows) return {};
  const Tensor rebuilt = view.model.repair(corrupted).value();
  return ReportFigure{
      "Damaged, and rebuilt.",
      fmt::format("Some {}images, what training makes of such images before it shows them to the "
                  "model, and what the model rebuilds from that. It is given the second row only.",
                  view.kind),
      ReportImage{png_of(view, {rows, damaged, rebuilt}), "repairs.png"}, "Reconstructions"};
}

/// A row of samples for each class.
ReportFigure samples_by_class(const GalleryView& view, const std::vector<std::size_t>& classes,
                              Rng rng) {
  std::vector<Tensor> rows;
  rows.reserve(classes.size());
  for (std::size_t k : classes)
    rows.push_back(draw_samples(view.model, columns_of(view), k, rng).examples);
  const auto name = [&](std::size_t k) {
    return view.data.label_name(static_cast<std::uint8_t>(k));
  };
  return {"New images, class by class.",
          fmt::format("Codes drawn at random and decoded, the first row as class {}, the last as "
                      "class {}. None of these was ever in the data.",
                      name(classes.front()), name(classes.back())),
          ReportImage{png_of(view, rows), "samples.png"}, "New images"};
}

/// A row for each class if the model knows classes, else a square.
std::optional<ReportFigure> samples(const GalleryView& view) {
  if (!view.model.can_sample()) return {};
  Rng rng = view.rng.fork(0);
  if (const std::vector<std::size_t> classes = view.shown_classes(); !classes.empty())
    return samples_by_class(view, classes, rng);
  const Tensor images = draw_samples(view.model, 6 * columns_of(view), {}, rng).examples;
  const char* drawn = view.model.is_autoregressive()
                          ? "Drawn pixel by pixel, each as light as its value was likely to be."
                          : "Codes drawn at random and decoded.";
  return ReportFigure{
      "New images.",
      fmt::format("{} None of these was ever in the data; the more they look as if they were, the "
                  "better the model has learnt it.",
                  drawn),
      ReportImage{png_of(view, {images}), "samples.png"}, "New images"};
}

/// Original, the interpolation, original: one row for each pair.
ReportFigure interpolations(const GalleryView& view) {
  const std::size_t columns = columns_of(view), features = view.data.features();
  const std::size_t pairs = std::min<std::size_t>(6, view.data.size() / 2);
  std::vector<Tensor> rows;
  rows.reserve(pairs);
  for (std::size_t i = 0; i < pairs; ++i) {
    Tensor ends;
    view.data.read_rows(2 * i, 2, ends);
    const Tensor between = interpolate(view.model, ends, columns - 2);
    Tensor row = filled({columns, features});
    std::copy_n(ends.data(), features, row.data());
    std::copy_n(between.data(), between.size(), row.data() + features);
    std::copy_n(ends.data() + features, features, row.data() + (columns - 1) * features);
    rows.push_back(std::move(row));
  }
  return {
      "From one image to another.",
      fmt::format("The first and the last of each row are {}images; between them is the straight "
                  "line from one’s code to the other’s, decoded step by step. Where it leads "
                  "through images that could be real, codes that are near each other stand for "
                  "images that look alike.",
                  view.kind),
      ReportImage{png_of(view, rows), "interpolation.png"}, "The code"};
}

/// "−2.0 to 2.0"
std::string range(double low, double high) {
  std::string text = fmt::format("{:.1f} to {:.1f}", low, high);
  for (std::size_t at = 0; (at = text.find('-', at)) != std::string::npos;)
    text.replace(at, 1, "−");
  return text;
}

/// A grid of all two-dimensional codes, by quantiles of the prior, or of the data if there is none.
std::optional<ReportFigure> sheet_of_codes(const GalleryView& view) {
  if (view.model.latent() != 2 || view.model.codebook_size() > 0) return {};
  const Shape& shape = view.data.example_shape();
  const std::size_t side = std::clamp<std::size_t>(736 / shape[2], 4, 24);
  const auto place = [&](std::size_t k, std::size_t i) {
    return view.spread(k, (double(i) + 0.5) / double(side));
  };
  Tensor codes = filled({side * side, 2});
  for (std::size_t row = 0; row < side; ++row)
    for (std::size_t column = 0; column < side; ++column) {
      codes(row * side + column, 0) = static_cast<Scalar>(place(0, column));
      codes(row * side + column, 1) = static_cast<Scalar>(place(1, side - 1 - row));
    }
  const std::string where =
      view.variational
          ? "by quantiles of the normal distribution, " + range(place(0, 0), place(0, side - 1))
          : fmt::format("by quantiles of the {}codes, {} and {}", view.kind,
                        range(place(0, 0), place(0, side - 1)),
                        range(place(1, 0), place(1, side - 1)));
  const std::string png = to_png(draw_sheet(decode_all(view.model, codes), shape, side, 1, 0));
  return ReportFigure{"Every code, decoded.",
                      fmt::format("The first latent dimension grows to the right, the second "
                                  "upwards, {}. Neighbours look alike where the code is smooth.",
                                  where),
                      ReportImage{png, "manifold.png"}, "The code"};
}

/// Moves one latent dimension at a time of an example's code through its range on the data.
std::optional<ReportFigure> traversals(const GalleryView& view) {
  if (view.model.latent() < 3 || view.model.codebook_size() > 0) return {};
  const std::size_t latent = view.model.latent(), count = std::min<std::size_t>(8, latent);
  const std::size_t columns = columns_of(view);
  std::vector<Tensor> rows;
  rows.reserve(count);
  std::string numbers;
  for (std::size_t r = 0; r < count; ++r) {
    const std::size_t k = view.by_use[r];
    const double low = view.quantile(k, 0.02), high = view.quantile(k, 0.98);
    Tensor codes = filled({columns, latent});
    for (std::size_t i = 0; i < columns; ++i) {
      std::copy_n(view.codes.data(), latent, codes.data() + i * latent);
      codes(i, k) = static_cast<Scalar>(low + (high - low) * double(i) / double(columns - 1));
    }
    rows.push_back(decode_all(view.model, codes));
    numbers += fmt::format("{}{}", r == 0 ? "" : ", ", k);
  }
  return ReportFigure{
      "One latent dimension at a time.",
      fmt::format(
          "The code of the first {0}image with a single dimension changed along each row, from "
          "low to high over the range of the {0}codes. From the top: the {1} dimensions that "
          "{2}: {3} (of 0 to {4}).",
          view.kind, count, view.variational ? "carry most" : "vary most", numbers, latent - 1),
      ReportImage{png_of(view, rows), "traversals.png"}, "The code"};
}

}  // namespace

std::vector<ReportFigure> gallery(Autoencoder& model, const EvaluationSet& set, Rng rng,
                                  GalleryFacts facts) {
  const ModeGuard mode = ModeGuard::evaluation(model);
  const Dataset data = set.data.slice(0, GalleryView::most_examples);
  GalleryView view{.model = model,
                   .data = data,
                   .rng = rng,
                   .codes = encode_all(model, data),
                   .variational = model.variational()};
  view.kind = set.measured_on.adjective();
  if (view.variational) view.kl_nats = kl_by_dimension(view);
  view.by_use = dimensions_by_use(view);
  view.plane = facts.plane ? std::move(facts.plane) : fit_code_plane(view.codes);
  view.classes = std::move(facts.classes);

  std::vector<ReportFigure> figures;
  const auto add = [&](std::optional<ReportFigure> figure) {
    if (figure) figures.push_back(std::move(*figure));
  };
  const bool drawable = is_picture(data.example_shape());
  if (drawable) {
    add(reconstructions(view, set.measured_on));
    add(repairs(view));
    add(samples(view));
    if (!model.is_autoregressive()) {
      if (data.size() >= 2) add(interpolations(view));
      add(sheet_of_codes(view));
      add(traversals(view));
    }
  }
  add(map_of_codes(view));
  add(kl_bars(view));
  add(codebook_use(view));
  if (drawable) add(first_filters(view));
  return figures;
}

}}  // namespace hourglass
