#include "hourglass/models/trained/code_plane.hpp"

#include <algorithm>
#include <cmath>

#include "hourglass/models/core/codes.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t plane_directions = 2;

std::size_t most_examples(std::size_t latent) {
  return latent > 1000 ? 1000 : 10'000;
}

/// `count` of `size` indices, evenly spaced.
std::vector<std::uint32_t> spread(std::size_t size, std::size_t count) {
  std::vector<std::uint32_t> places(count);
  for (std::size_t i = 0; i < count; ++i) places[i] = static_cast<std::uint32_t>(i * size / count);
  return places;
}

/// The rows that are finite, at most `most` of them, evenly spaced.
Tensor usable_rows(const Tensor& codes, std::size_t most) {
  const std::size_t latent = codes.shape()[1];
  std::vector<const Scalar*> finite;
  for (std::size_t i = 0; i < codes.shape()[0]; ++i) {
    const Scalar* row = codes.data() + i * latent;
    if (std::all_of(row, row + latent, [](Scalar z) { return std::isfinite(z); }))
      finite.push_back(row);
  }
  Tensor rows = filled({std::min(most, finite.size()), latent});
  Scalar* out = rows.data();
  for (std::uint32_t place : spread(finite.size(), rows.shape()[0]))
    out = std::copy_n(finite[place], latent, out);
  return rows;
}

void point_up(Tensor& directions) {
  const std::size_t latent = directions.shape()[0];
  for (std::size_t k = 0; k < directions.shape()[1]; ++k) {
    std::size_t largest = 0;
    for (std::size_t i = 1; i < latent; ++i)
      if (std::abs(directions(i, k)) > std::abs(directions(largest, k))) largest = i;
    if (directions(largest, k) >= 0) continue;
    for (std::size_t i = 0; i < latent; ++i) directions(i, k) = -directions(i, k);
  }
}

}  // namespace

std::optional<Pca> fit_code_plane(const Tensor& codes) {
  const std::size_t latent = codes.shape()[1];
  if (latent < plane_directions) return {};
  const Tensor rows = usable_rows(codes, most_examples(latent));
  if (rows.shape()[0] == 0) return {};
  Pca plane = fit_pca(rows, plane_directions);
  point_up(plane.components);
  return plane;
}

std::optional<Pca> fit_code_plane(Autoencoder& model, const Dataset& train) {
  const std::size_t count = std::min(most_examples(model.latent()), train.size());
  if (count == 0 || model.latent() < plane_directions) return {};
  return fit_code_plane(encode_all(model, train.subset(spread(train.size(), count))));
}

void store_code_plane(const Pca& plane, Derived& derived) {
  derived["code_plane.mean"] = plane.mean;
  derived["code_plane.directions"] = plane.components;
}

std::optional<Pca> stored_code_plane(const TrainedModel& trained) {
  const auto mean = trained.derived.find("code_plane.mean"),
             directions = trained.derived.find("code_plane.directions");
  const std::size_t latent = trained.model->latent();
  if (mean == trained.derived.end() || directions == trained.derived.end() ||
      mean->second.shape() != Shape{latent} ||
      directions->second.shape() != Shape{latent, plane_directions})
    return {};
  return Pca{mean->second, directions->second};
}

}}  // namespace hourglass
