#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/reports/gallery.hpp"
#include "hourglass/models/core/variational.hpp"
#include "hourglass/models/statistics/pca.hpp"

// What the parts of the gallery share.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A model, the data it is shown on, and what is known of its codes.
struct GalleryView {
  Autoencoder& model;
  const Dataset& data;  ///< the first examples of the data it is shown on
  Rng rng;
  Tensor codes;                           ///< of the data: (N, L)
  Variational* variational = nullptr;     ///< the model, if it is one
  std::vector<double> kl_nats = {};       ///< mean KL of each latent dimension over the data
  std::vector<std::size_t> by_use = {};   ///< the latent dimensions, the most used first
  std::optional<Pca> plane = {};          ///< for drawing codes of more than two dimensions
  std::vector<std::size_t> classes = {};  ///< see shown_classes

  /// How many examples are used at most, so that all pictures show the same codes.
  static constexpr std::size_t most_examples = 2000;

  std::string kind = {};  ///< "test ", before "images": MeasuredOn::adjective

  /// The classes that a conditional model was shown, or all that it has if that is unknown.
  std::vector<std::size_t> shown_classes() const;
  /// "2,000 test images"
  std::string examples() const;
  /// The value of latent dimension k below which this share of the data's codes lies.
  double quantile(std::size_t k, double share) const;
  /// The value of latent dimension k below which this share of codes lies: by the normal
  /// distribution if that is the prior, by the data's codes if there is none.
  double spread(std::size_t k, double share) const;
};

/// A latent dimension counts as active, carrying something, from this KL on: below it,
/// q(z | x) is the prior up to rounding.
constexpr double active_nats = 0.01;

std::vector<double> kl_by_dimension(const GalleryView& view);

// Each is empty if it does not apply.
std::optional<ReportFigure> map_of_codes(const GalleryView& view);
std::optional<ReportFigure> kl_bars(const GalleryView& view);
std::optional<ReportFigure> codebook_use(const GalleryView& view);
std::optional<ReportFigure> first_filters(const GalleryView& view);

}}  // namespace hourglass
