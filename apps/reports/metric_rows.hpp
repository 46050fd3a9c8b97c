#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "apps/evaluation/evaluation_set.hpp"
#include "apps/reports/report.hpp"
#include "hourglass/nn/training/history.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// {"loss": 8.3, "mse_per_pixel": 0.0106}
nlohmann::ordered_json metrics_to_json(const Metrics& metrics);

/// The components of the PCA beside a code: as many as it has latent dimensions, or half of the
/// columns if those would rebuild everything. --pca asks for another number: throws ConfigError if
/// that is as many as there are columns, or more.
std::size_t pca_components(std::size_t latent, std::size_t features,
                           std::optional<std::size_t> asked = {});

/// The squared error per image on `test` of PCA with pca_components of a code of `latent` dimensions.
std::optional<double> pca_baseline(const Dataset& train, const Dataset& test, std::size_t latent);

/// The metrics of `evaluate` for people: with units, and beside them those of PCA, from its squared
/// error per image. The examples of a table are rows of numbers instead of images of pixels.
std::vector<ReportMetric> metric_rows(const Metrics& metrics,
                                      std::optional<double> pca_squared_error,
                                      const EvaluationSet& set);
/// The rows as a table for a terminal, under what they were measured on; beside PCA of so many
/// components.
std::string to_table(const std::vector<ReportMetric>& rows, std::size_t components,
                     const MeasuredOn& measured_on);

}}  // namespace hourglass
