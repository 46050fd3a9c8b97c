#include "apps/reports/gallery.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

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

/// Where the standard normal distribution has this share below it.
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

std::vector<std::size_t> falling(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return values[a] > values[b]; });
  return order;
}

namespace {

/// By KL where the model has one for each number, else by how much the codes vary.
std::vector<std::size_t> numbers_by_use(const GalleryView& view) {
  if (view.kl_nats.size() == view.model.latent()) return falling(view.kl_nats);
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
  return falling(variances);
}

/// The first `count` examples of the data, or as many as there are.
Tensor first_examples(const GalleryView& view, std::size_t count) {
  Tensor rows;
  view.data.read_rows(0, std::min(count, view.data.size()), rows);
  return rows;
}

ReportPicture picture_of(const GalleryView& view, const std::vector<Tensor>& rows) {
  std::vector<const Tensor*> pointers;
  for (const Tensor& row : rows) pointers.push_back(&row);
  const Shape& shape = view.data.example_shape();
  return {"", "", to_png(draw_rows(pointers, shape, readable_scale(shape)))};
}

ReportPicture reconstructions(const GalleryView& view, const MeasuredOn& measured_on) {
  const Tensor rows = first_examples(view, 24);
  ReportPicture picture = picture_of(view, {rows, reconstruct(view.model, rows)});
  picture.title = "Originals over reconstructions.";
  picture.caption = fmt::format(
      "The first images {}; under each what the model makes of it from its code alone. What is "
      "lost "
      "did not fit through the code.",
      measured_on.of());
  picture.section = "Reconstructions";
  picture.file = "reconstructions.png";
  return picture;
}

/// Original, damaged, rebuilt: where the model is trained on damaged examples.
std::optional<ReportPicture> repairs(const GalleryView& view) {
  const Tensor rows = first_examples(view, 12);
  Tape tape(Tape::Gradients::off);
  Rng rng = view.rng.fork(2);
  const Tensor damaged = view.model.corrupt(tape.constant(rows), rng).value();
  if (damaged == rows) return {};
  ReportPicture picture = picture_of(view, {rows, damaged, reconstruct(view.model, damaged)});
  picture.title = "Damaged, and rebuilt.";
  picture.caption = fmt::format(
      "Some {}images, what training makes of such images before it shows them to the model, and "
      "what "
      "the model rebuilds from that. It is given the second row only.",
      view.kind);
  picture.section = "Reconstructions";
  picture.file = "repairs.png";
  return picture;
}

/// A row for each class where the model knows classes, else a square.
std::optional<ReportPicture> samples(const GalleryView& view) {
  if (!view.model.can_sample()) return {};
  Rng rng = view.rng.fork(0);
  const Shape& shape = view.data.example_shape();
  const std::size_t columns =
      std::min<std::size_t>(12, fitting_columns(shape, readable_scale(shape)));
  ReportPicture picture;
  if (const std::vector<std::size_t> classes = view.shown_classes(); !classes.empty()) {
    std::vector<Tensor> rows;
    for (std::size_t k : classes)
      rows.push_back(draw_samples(view.model, columns, k, rng).examples);
    picture = picture_of(view, rows);
    picture.title = "New images, class by class.";
    picture.caption = fmt::format(
        "Codes drawn at random and decoded, the first row as class {}, the last as class {}. None "
        "of these was ever in the data.",
        view.data.label_name(static_cast<std::uint8_t>(classes.front())),
        view.data.label_name(static_cast<std::uint8_t>(classes.back())));
  } else {
    picture = picture_of(view, {draw_samples(view.model, 6 * columns, {}, rng).examples});
    picture.title = "New images.";
    picture.caption =
        "Codes drawn at random and decoded. None of these was ever in the data; the more they look "
        "as if they were, the better the model has learnt it.";
  }
  picture.section = "New images";
  picture.file = "samples.png";
  return picture;
}

/// Original, the walk, original: one row for each pair.
ReportPicture interpolations(const GalleryView& view) {
  const Shape& shape = view.data.example_shape();
  const std::size_t columns =
      std::min<std::size_t>(12, fitting_columns(shape, readable_scale(shape)));
  const std::size_t pairs = std::min<std::size_t>(6, view.data.size() / 2);
  std::vector<Tensor> rows;
  for (std::size_t i = 0; i < pairs; ++i) {
    Tensor ends;
    view.data.read_rows(2 * i, 2, ends);
    const Tensor walk = interpolate(view.model, ends, columns - 2);
    Tensor row = filled({columns, view.data.features()});
    std::copy_n(ends.data(), view.data.features(), row.data());
    std::copy_n(walk.data(), walk.size(), row.data() + view.data.features());
    std::copy_n(ends.data() + view.data.features(), view.data.features(),
                row.data() + (columns - 1) * view.data.features());
    rows.push_back(std::move(row));
  }
  ReportPicture picture = picture_of(view, rows);
  picture.title = "From one image to another.";
  picture.caption = fmt::format(
      "The first and the last of each row are {}images; between them the straight line from "
      "one’s code to the other’s, decoded step by step. Where the way leads through images that "
      "could be real, near codes mean like images.",
      view.kind);
  picture.section = "The code";
  picture.file = "interpolation.png";
  return picture;
}

/// "−2.0 to 2.0"
std::string range(double low, double high) {
  std::string text = fmt::format("{:.1f} to {:.1f}", low, high);
  for (std::size_t at = 0; (at = text.find('-', at)) != std::string::npos;)
    text.replace(at, 1, "−");
  return text;
}

/// All codes of two numbers, evenly by the prior, or by the data's range where there is none.
std::optional<ReportPicture> sheet_of_codes(const GalleryView& view) {
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
  const Tensor decoded = decode_all(view.model, codes);
  ReportPicture picture;
  picture.png = to_png(draw_sheet(decoded, shape, side, 1, 0));
  picture.title = "Every code, decoded.";
  picture.caption = fmt::format(
      "The first number of the code grows to the right, the second upwards, {}. Neighbours look "
      "alike where the code is smooth.",
      view.variational
          ? "by quantiles of the normal distribution, " + range(place(0, 0), place(0, side - 1))
          : fmt::format("by quantiles of the {}codes, {} and {}", view.kind,
                        range(place(0, 0), place(0, side - 1)),
                        range(place(1, 0), place(1, side - 1))));
  picture.section = "The code";
  picture.file = "manifold.png";
  return picture;
}

/// One number of an example's code at a time goes through the range that it has on the data.
std::optional<ReportPicture> traversals(const GalleryView& view) {
  if (view.model.latent() < 3 || view.model.codebook_size() > 0) return {};
  const std::size_t latent = view.model.latent(), count = std::min<std::size_t>(8, latent);
  const Shape& shape = view.data.example_shape();
  const std::size_t columns =
      std::min<std::size_t>(12, fitting_columns(shape, readable_scale(shape)));
  std::vector<Tensor> rows;
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
  ReportPicture picture = picture_of(view, rows);
  picture.title = "One number of the code at a time.";
  picture.caption = fmt::format(
      "The code of the first {0}image with a single number changed along each row, from low to "
      "high as the {0}codes have it. From the top the {1} numbers that {2}: {3} (of 0 to {4}).",
      view.kind, count, view.variational ? "carry most" : "vary most", numbers, latent - 1);
  picture.section = "The code";
  picture.file = "traversals.png";
  return picture;
}

}  // namespace

std::vector<ReportPicture> gallery(Autoencoder& model, const EvaluationSet& set, Rng rng,
                                   GalleryFacts facts) {
  const ModeGuard mode = ModeGuard::evaluation(model);
  const Dataset data = set.data.slice(0, GalleryView::most_examples);
  GalleryView view{model, data, rng, encode_all(model, data), dynamic_cast<Variational*>(&model)};
  view.kind = set.measured_on.adjective();
  if (view.variational) view.kl_nats = kl_by_number(view);
  view.by_use = numbers_by_use(view);
  view.plane = facts.plane ? std::move(facts.plane) : fit_code_plane(view.codes);
  view.classes = std::move(facts.classes);

  std::vector<ReportPicture> pictures;
  const auto add = [&](std::optional<ReportPicture> picture) {
    if (picture) pictures.push_back(std::move(*picture));
  };
  const bool drawable = is_picture(data.example_shape());
  if (drawable) {
    add(reconstructions(view, set.measured_on));
    add(repairs(view));
    add(samples(view));
    if (data.size() >= 2) add(interpolations(view));
    add(sheet_of_codes(view));
    add(traversals(view));
  }
  add(map_of_codes(view));
  add(kl_bars(view));
  add(codebook_use(view));
  if (drawable) add(first_filters(view));
  return pictures;
}

}}  // namespace hourglass
