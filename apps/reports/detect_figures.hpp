#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "hourglass/autograd/base/random.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// The figures of `detect`, and what there is to say about them.

/// A score's figures; those that need known anomalies only where there are any (`anomalous` is not
/// empty). Rates and areas have their 95 % confidence interval beside them, as NAME_interval.
nlohmann::ordered_json detection_figures(const std::vector<double>& scores,
                                         const std::vector<bool>& anomalous,
                                         const std::vector<double>& validation, double reject,
                                         Rng rng);

/// The same as a line of the table.
std::string detection_row(const std::string& name, const nlohmann::ordered_json& figures);

/// What the threshold rests on, and how near to the wanted rate that can bring it: why another
/// share of the judged examples may be flagged than was asked for.
std::string threshold_note(const nlohmann::ordered_json& json);

/// The mean squared error of normal validation examples, rebuilt by the model and by PCA.
struct ValidationErrors {
  double model, pca;
  std::size_t latent;  ///< numbers in the model's code
};
/// Where the model is no better than PCA, and what would help.
std::vector<std::string> losses_to_pca(const nlohmann::ordered_json& json,
                                       const ValidationErrors& errors);

}}  // namespace hourglass
