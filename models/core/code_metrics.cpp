#include "hourglass/models/core/code_metrics.hpp"

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/synthetic/shapes.hpp"
#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/core/inference.hpp"
#include "hourglass/models/statistics/column_sums.hpp"
#include "hourglass/models/statistics/disentanglement.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

void expect_examples(const Dataset& data) {
  if (data.size() == 0) throw ConfigError("diagnosis: the dataset has no examples");
}

std::vector<double> kl_per_dimension(Variational& model, const Dataset& data, Rng rng) {
  expect_examples(data);
  ColumnSums kl(model.latent());
  infer_in_order(model, data, [&](const InferenceBatch& batch) {
    kl.add(model.kl_per_dimension(batch.x(), rng).value());
  });
  return kl.means();
}

std::vector<double> code_variances(Autoencoder& model, const Dataset& data) {
  expect_examples(data);
  ColumnSums codes(model.latent());
  infer_in_order(model, data,
                 [&](const InferenceBatch& batch) { codes.add(model.encode(batch.x()).value()); });
  return codes.variances();
}

std::size_t count_active(const std::vector<double>& variances) {
  const auto is_active = [](double variance) { return variance > 0.01; };
  return static_cast<std::size_t>(std::count_if(variances.begin(), variances.end(), is_active));
}

std::size_t CodebookUse::used() const {
  return counts.size() - static_cast<std::size_t>(std::count(counts.begin(), counts.end(), 0u));
}

double CodebookUse::perplexity() const {
  double all = 0, entropy = 0;
  for (std::size_t count : counts) all += static_cast<double>(count);
  for (std::size_t count : counts)
    if (count > 0) {
      const double share = static_cast<double>(count) / all;
      entropy -= share * std::log(share);
    }
  return std::exp(entropy);
}

CodebookUse codebook_use(Autoencoder& model, const Dataset& data) {
  if (model.codebook_size() == 0) throw ConfigError("this model has no codebook");
  expect_examples(data);
  CodebookUse use = {std::vector<std::size_t>(model.codebook_size())};
  infer_in_order(model, data, [&](const InferenceBatch& batch) {
    for (Scalar index : model.code_indices(batch.x()).value())
      ++use.counts.at(static_cast<std::size_t>(index));
  });
  return use;
}

std::size_t free_units(const Autoencoder& model) {
  return model.latent() - model.classes();
}

std::size_t active_units(Autoencoder& model, const Dataset& data) {
  std::vector<double> variances = code_variances(model, data);
  variances.resize(free_units(model));
  return count_active(variances);
}

namespace {

bool varies(const KnownFactor& factor) {
  return std::any_of(factor.values.begin(), factor.values.end(),
                     [&](std::uint8_t value) { return value != factor.values[0]; });
}

/// How far each known factor of the examples has a latent dimension of its own.
void add_disentanglement(Metrics& figures, Autoencoder& model, const Dataset& data) {
  constexpr std::size_t few = 100;  // examples of which nothing can be estimated
  if (data.size() < few || model.is_autoregressive()) return;
  const std::vector<KnownFactor> factors = shape_factors(data);
  if (std::count_if(factors.begin(), factors.end(), varies) < 2) return;
  const Tensor codes = encode_all(model, data);
  const Dci scores = dci(codes, factors);
  figures.emplace_back("mig", mutual_information_gap(codes, factors));
  figures.emplace_back("dci_disentanglement", scores.disentanglement);
  figures.emplace_back("dci_completeness", scores.completeness);
  figures.emplace_back("dci_informativeness", scores.informativeness);
  figures.emplace_back("factor_vae_score", factor_vae_score(codes, factors, Rng(1)));
}

}  // namespace

Metrics code_metrics(Autoencoder& model, const Dataset& data) {
  Metrics figures;
  if (model.variational()) figures.emplace_back("active_units", active_units(model, data));
  if (model.codebook_size() > 0) {
    const CodebookUse use = codebook_use(model, data);
    figures.emplace_back("codes_used", use.used());
    figures.emplace_back("perplexity", use.perplexity());
  }
  add_disentanglement(figures, model, data);
  return figures;
}

}}  // namespace hourglass
