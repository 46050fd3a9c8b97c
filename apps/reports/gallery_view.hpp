#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/reports/gallery.hpp"
#include "hourglass/models/core/variational.hpp"
#include "hourglass/models/statistics/pca.hpp"

// What the parts of the gallery share.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A model, what it is shown on, and what is known of its codes.
struct GalleryView {
  Autoencoder& model;
  const Dataset& data;  ///< the first examples of what it is shown on
  Rng rng;
  Tensor codes;                           ///< of the data: (N, L)
  Variational* variational = nullptr;     ///< the model, where it is one
  std::vector<double> kl_nats = {};       ///< the KL's mean over the data by number
  std::vector<std::size_t> by_use = {};   ///< the numbers of the code, the most used first
  std::optional<Pca> plane = {};          ///< in which codes of more than two numbers are drawn
  std::vector<std::size_t> classes = {};  ///< see shown_classes

  /// As many of the examples are looked at, so that all pictures say the same of their codes.
  static constexpr std::size_t most_examples = 2000;

  std::string kind = {};  ///< "test ", before "images": MeasuredOn::adjective

  /// The classes that a conditional model was shown, all that it has where nobody says.
  std::vector<std::size_t> shown_classes() const;
  /// "2,000 test images"
  std::string examples() const;
  /// The value below which a share of the data's codes has number k.
  double quantile(std::size_t k, double share) const;
  /// The value of number k below which this share of codes lies: by the normal distribution where
  /// the prior is one, by the data's codes where there is none.
  double spread(std::size_t k, double share) const;
};

/// A number of a variational code counts as active, carrying something, from this KL on: below it
/// q(z | x) is the prior but for rounding.
constexpr double active_nats = 0.01;

std::vector<double> kl_by_number(const GalleryView& view);

// Each is empty where it does not apply.
std::optional<ReportFigure> map_of_codes(const GalleryView& view);
std::optional<ReportFigure> kl_bars(const GalleryView& view);
std::optional<ReportFigure> codebook_use(const GalleryView& view);
std::optional<ReportFigure> first_filters(const GalleryView& view);

}}  // namespace hourglass
