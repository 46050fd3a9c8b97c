#include "apps/reports/metric_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "apps/evaluation/words.hpp"
#include "hourglass/autograd/base/error.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/statistics/pca.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

nlohmann::ordered_json metrics_to_json(const Metrics& metrics) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  for (const auto& [name, value] : metrics) json[name] = value;
  return json;
}

std::size_t pca_components(std::size_t latent, std::size_t features,
                           std::optional<std::size_t> asked) {
  const std::size_t most = std::max<std::size_t>(features - 1, 1);
  if (asked && *asked > most)
    throw ConfigError(
        fmt::format("--pca {}: of {}, {} or more rebuild everything: ask for at most {}",
                    thousands(*asked), counted(features, "column"), thousands(features), most));
  return asked.value_or(latent < features ? latent : (features + 1) / 2);
}

std::optional<double> pca_baseline(const Dataset& train, const Dataset& test, std::size_t latent) {
  if (train.missing() + test.missing() > 0) return {};
  const std::size_t components = pca_components(latent, train.features());
  return squared_error_per_example(fit_pca(train, components), test);
}

namespace {

/// An error with this many decimals, or with three significant digits if those would be zeros, as for
/// rows of some tables. Less than a millionth is rounding: of a table whose columns depend on one
/// another, PCA with fewer components may reconstruct everything.
std::string error_text(double error, int digits) {
  if (error < 1e-6) return "0";
  return error < 10 * std::pow(10.0, -digits) ? fmt::format("{:.3g}", error)
                                              : fmt::format("{:.{}f}", error, digits);
}

}  // namespace

std::vector<ReportMetric> metric_rows(const Metrics& metrics,
                                      std::optional<double> pca_squared_error,
                                      const EvaluationSet& set) {
  const std::size_t features = set.data.features();
  const bool table = set.data.is_table() && !is_picture(set.data.example_shape());
  const std::string of = set.measured_on.adjective();
  const std::string one = table ? "row" : "image", part = table ? "number" : "pixel";
  const auto pca_text = [&](double factor, int digits) {
    return pca_squared_error ? error_text(*pca_squared_error * factor, digits) : "";
  };
  std::vector<ReportMetric> rows = {
      {"squared error per " + part, error_text(metric(metrics, "mse_per_pixel"), 5),
       pca_text(1 / static_cast<double>(features), 5), part + "², 0..1",
       fmt::format("mean over {}{}s and {}s of (x − x̂)²", of, one, part)},
      {"squared error per " + one, error_text(metric(metrics, "squared_error_per_image"), 3),
       pca_text(1, 3), "summed over the " + one,
       fmt::format("mean over {}{}s of ‖x − x̂‖²", of, one)},
  };
  const auto add = [&](const char* name, const char* label, const char* format, const char* unit,
                       const std::string& meaning) {
    for (const auto& [known, value] : metrics)
      if (known == name)
        rows.push_back({label, fmt::format(fmt::runtime(format), value), "", unit, meaning});
  };
  add("denoising_mse_per_pixel", "without the noise", "{:.5f}", (part + "², 0..1").c_str(),
      fmt::format("mean over {}{}s of (x − x̂)², x̂ rebuilt from a noisy x", of, part));
  add("linear_denoising_mse_per_pixel", "by linear regression", "{:.5f}",
      (part + "², from noisy to clean").c_str(),
      fmt::format("the same for the best linear map from noisy to clean {}s", one));
  const auto has = [&](const char* name) {
    return std::any_of(metrics.begin(), metrics.end(),
                       [&](const auto& known) { return known.first == name; });
  };
  if (has("nll_nats")) {  // of variational models it is an estimate, shown below the table
    add("nll_nats", "NLL", "{:.3f}", ("nats per " + one).c_str(),
        fmt::format("mean over {}{}s of −ln p(x), which is exact", of, one));
    add("bits_per_dim", "bits per dimension", "{:.4f}", ("bits per " + part).c_str(),
        fmt::format("the same, −log₂ p(x), over the {}s of each", part));
  }
  add("active_units", "active units", "{:.0f}", "latent dimensions",
      "those whose mean varies by more than 0.01 from example to example");
  add("codes_used", "code vectors in use", "{:.0f}", "of the codebook",
      fmt::format("those that occur in the code of some {}example", of));
  add("perplexity", "perplexity", "{:.1f}", "code vectors",
      "so many, used equally often, would say as much");
  add("mig", "mutual information gap", "{:.3f}", "0..1, factors in a dimension of their own",
      "MIG: what the best dimension says of a factor and the second does not, as a share of it");
  add("dci_disentanglement", "DCI disentanglement", "{:.3f}", "0..1, dimensions of one factor",
      "1 if no dimension has a weight for two factors, in a linear prediction of them");
  add("dci_completeness", "DCI completeness", "{:.3f}", "0..1, factors in one dimension",
      "1 if each factor is predicted from one dimension");
  add("dci_informativeness", "DCI informativeness", "{:.3f}", "R², at most 1",
      "how well the factors are predicted linearly from the code");
  add("factor_vae_score", "FactorVAE score", "{:.3f}", "of the votes",
      "examples that agree in a factor agree in a dimension of its own; 1 / K of K factors by "
      "chance");
  return rows;
}

std::string to_table(const std::vector<ReportMetric>& rows, std::size_t components,
                     const MeasuredOn& measured_on) {
  constexpr std::size_t widest = 26;
  std::string where = measured_on.on(), table;
  if (where.size() > widest) table = std::exchange(where, "") + "\n";
  table += fmt::format("{:<26}{:>12}{:>12}   {}", where, "ours", fmt::format("PCA-{}", components),
                       "unit");
  for (const ReportMetric& row : rows)
    table += fmt::format("\n{:<26}{:>12}{:>12}   {}", row.name, row.value, row.baseline, row.unit);
  return table;
}

}}  // namespace hourglass
