#include "hourglass/models/applications/anomaly.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <xtensor-blas/xlinalg.hpp>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/blas.hpp"
#include "hourglass/autograd/kernels/broadcasting.hpp"
#include "hourglass/autograd/kernels/gemm.hpp"
#include "hourglass/autograd/tools/watch.hpp"
#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/core/inference.hpp"
#include "hourglass/models/core/variational.hpp"
#include "hourglass/models/statistics/nearest_neighbours.hpp"
#include "hourglass/models/statistics/pca.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t neighbours = 5, elbo_draws = 8;

}  // namespace

bool Scores::has(const std::string& name) const {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const std::vector<double>& Scores::named(const std::string& name) const& {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    throw ConfigError(
        fmt::format("there is no score '{}' of this model on these data; there are {}", name,
                    fmt::join(names, ", ")));
  return columns[static_cast<std::size_t>(found - names.begin())];
}

// ---- Reconstruction errors

double structural_error(const Scalar* image, const Scalar* rebuilt, const Shape& shape) {
  constexpr double c1 = 0.01 * 0.01, c2 = 0.03 * 0.03;
  const std::size_t height = shape[1], width = shape[2];
  const std::size_t tall = std::min<std::size_t>(7, height), wide = std::min<std::size_t>(7, width);
  const auto pixels = static_cast<double>(tall * wide);
  double sum = 0;
  std::size_t windows = 0;
  for (std::size_t channel = 0; channel < shape[0]; ++channel)
    for (std::size_t top = 0; top + tall <= height; ++top)
      for (std::size_t left = 0; left + wide <= width; ++left) {
        double a = 0, b = 0, aa = 0, bb = 0, ab = 0;
        for (std::size_t y = top; y < top + tall; ++y)
          for (std::size_t x = left; x < left + wide; ++x) {
            const std::size_t at = (channel * height + y) * width + x;
            const double p = image[at], q = rebuilt[at];
            a += p, b += q, aa += p * p, bb += q * q, ab += p * q;
          }
        a /= pixels, b /= pixels;
        const double var_a = aa / pixels - a * a, var_b = bb / pixels - b * b;
        const double both = ab / pixels - a * b;
        sum += (2 * a * b + c1) * (2 * both + c2) / ((a * a + b * b + c1) * (var_a + var_b + c2));
        ++windows;
      }
  return 1 - sum / static_cast<double>(windows);
}

namespace {

/// Where the errors of one batch are written to.
struct Errors {
  std::vector<double>&squared, &absolute;
  std::vector<double>* structural;  ///< null if examples are not images
};

void rebuild_errors(const Tensor& x, const Tensor& rebuilt, const Shape& shape, std::size_t first,
                    const Errors& errors) {
  const std::size_t count = x.shape()[0], features = x.shape()[1];
  for (std::size_t i = 0; i < count; ++i) {
    const Scalar *a = x.data() + i * features, *b = rebuilt.data() + i * features;
    double squares = 0, sizes = 0;
    for (std::size_t f = 0; f < features; ++f) {
      const double difference = static_cast<double>(a[f]) - b[f];
      squares += difference * difference;
      sizes += std::abs(difference);
    }
    errors.squared[first + i] = squares;
    errors.absolute[first + i] = sizes;
    if (errors.structural) (*errors.structural)[first + i] = structural_error(a, b, shape);
  }
}

/// −ELBO of each example, the mean of a few draws.
std::vector<double> bounds(Variational& model, const Tensor& rows, Rng rng) {
  std::vector<double> sums(rows.shape()[0]);
  const Batch batch{rows, {}};
  for (std::size_t draw = 0; draw < elbo_draws; ++draw) {
    Tape tape(Tape::Gradients::off);
    Rng noise = rng.fork(draw);
    const Tensor& elbo = model.elbo(model.observe(tape, batch, noise), batch, noise).value();
    for (std::size_t i = 0; i < sums.size(); ++i) sums[i] -= elbo.data()[i] / double(elbo_draws);
  }
  return sums;
}

/// The model if it has an ELBO of x alone: a conditional model's needs the class, unknown here, and a
/// loss that is no likelihood bounds nothing.
Variational* with_bound(Autoencoder& model) {
  Variational* variational = model.variational();
  if (!variational || variational->probability() == Probability::none) return nullptr;
  return model.classes() == 0 ? variational : nullptr;
}

// ---- Distances from the codes of normal examples

/// The mean distance of each of `codes` to its nearest neighbours in `known`.
std::vector<double> distances_to_nearest(const Tensor& known, const Tensor& codes) {
  std::vector<double> means;
  for (const std::vector<Neighbour>& nearest : nearest_neighbours(known, codes, neighbours)) {
    double mean = 0;
    for (const Neighbour& one : nearest) mean += one.distance / static_cast<double>(nearest.size());
    means.push_back(mean);
  }
  return means;
}

/// W with Wᵀ Σ W = 1 for the covariance Σ of centred rows. The variance of directions in which
/// codes hardly vary (a dead latent dimension) is raised to a thousandth of the mean variance, so
/// that rounding errors do not dominate.
Tensor whitening_of(const Tensor& centred) {
  const std::size_t size = centred.shape()[1];
  Tensor covariance = filled({size, size});
  gemm(transposed(centred), centred, covariance);
  const xt::xtensor<double, 2> matrix =
      xt::cast<double>(covariance) / static_cast<double>(centred.shape()[0]);
  double mean = 0;
  for (std::size_t i = 0; i < size; ++i) mean += matrix(i, i) / static_cast<double>(size);
  guard_blas_kernels();
  const auto solved = xt::linalg::eigh(matrix);
  Tensor whitening = filled({size, size});
  for (std::size_t k = 0; k < size; ++k) {
    const double variance = std::max(std::get<0>(solved)(k), 1e-3 * mean + 1e-30);
    for (std::size_t i = 0; i < size; ++i)
      whitening(i, k) = static_cast<Scalar>(std::get<1>(solved)(i, k) / std::sqrt(variance));
  }
  return whitening;
}

Tensor times(const Tensor& a, const Tensor& b) {
  Tensor product = filled({a.shape()[0], b.shape()[1]});
  gemm(a, b, product);
  return product;
}

}  // namespace

// ---- The detector

namespace {

void expect_finite(const Scores& scores, const Dataset& data) {
  for (std::size_t s = 0; s < scores.names.size(); ++s)
    for (std::size_t i = 0; i < data.size(); ++i)
      if (!std::isfinite(scores.columns[s][i]))
        throw NonFiniteError(fmt::format("the score {} is not finite: of example {} of {} it is {}",
                                         scores.names[s], i, data.name(),
                                         value_text(scores.columns[s][i])));
}

}  // namespace

AnomalyDetector::AnomalyDetector(Autoencoder& model, const Dataset& train,
                                 const Dataset& validation, Rng rng)
    : model_(model), rng_(rng) {
  if (train.size() == 0 || validation.size() == 0)
    throw ConfigError("detect: there are no normal examples to learn from");
  for (const Dataset* data : {&train, &validation}) expect_complete(*data, "an anomaly score");
  codes_ = encode_all(model_, train);
  const std::size_t size = codes_.shape()[1];
  centre_ = filled({size});
  reduce_to(codes_, centre_, {1, size}, Sum::replace);
  centre_ /= static_cast<Scalar>(train.size());
  Tensor centred = codes_;
  centred -= centre_;
  whitening_ = whitening_of(centred);

  validation_ = basic_scores(validation);
  for (std::size_t s = 0; s < validation_.names.size(); ++s)
    standards_.push_back(standard_of(validation_.columns[s], validation_.names[s] != "elbo"));
  add_combined(validation_);
}

AnomalyDetector::Standard AnomalyDetector::standard_of(const std::vector<double>& values,
                                                       bool logarithmic) {
  Standard plain{logarithmic}, standard{logarithmic};
  const auto count = static_cast<double>(values.size());
  for (double value : values) standard.mean += plain(value) / count;
  double variance = 0;
  for (double value : values) variance += std::pow(plain(value) - standard.mean, 2) / count;
  standard.deviation = std::sqrt(variance) + 1e-6;  // not 0, if all are equal
  return standard;
}

double AnomalyDetector::Standard::operator()(double score) const {
  return ((logarithmic ? std::log(std::max(score, 1e-12)) : score) - mean) / deviation;
}

Scores AnomalyDetector::basic_scores(const Dataset& data) const {
  const Shape& shape = data.example_shape();
  const bool images = shape.size() == 3;
  Variational* variational = with_bound(model_);
  std::vector<double> squared(data.size()), absolute(data.size()),
      structural(images ? data.size() : 0), elbo(variational ? data.size() : 0);
  Tensor codes = filled({data.size(), model_.latent()});
  infer(model_, data, [&](const InferenceBatch& batch) {
    const Tensor& rows = batch.batch.x;
    Var code = model_.encode(batch.x());
    std::copy_n(code.value().data(), code.value().size(),
                codes.data() + batch.first * model_.latent());
    rebuild_errors(rows, model_.decode(code).value(), shape, batch.first,
                   {squared, absolute, images ? &structural : nullptr});
    if (variational) {
      const std::vector<double> own = bounds(*variational, rows, rng_.fork(batch.index));
      std::copy(own.begin(), own.end(), elbo.begin() + static_cast<std::ptrdiff_t>(batch.first));
    }
  });

  Scores scores{{"squared", "absolute"}, {squared, absolute}};
  const auto add = [&](const char* name, std::vector<double> column) {
    scores.names.emplace_back(name);
    scores.columns.push_back(std::move(column));
  };
  if (images) add("structural", std::move(structural));
  if (variational) add("elbo", std::move(elbo));
  add("knn", distances_to_nearest(codes_, codes));
  codes -= centre_;
  const Tensor white = times(codes, whitening_);
  std::vector<double> mahalanobis(data.size());
  for (std::size_t i = 0; i < data.size(); ++i) {
    double squares = 0;
    for (std::size_t k = 0; k < white.shape()[1]; ++k) squares += double(white(i, k)) * white(i, k);
    mahalanobis[i] = std::sqrt(squares);
  }
  add("mahalanobis", std::move(mahalanobis));
  expect_finite(scores, data);
  return scores;
}

void AnomalyDetector::add_combined(Scores& scores) const {
  std::vector<double> combined(scores.columns[0].size());
  for (std::size_t s = 0; s < standards_.size(); ++s)
    for (std::size_t i = 0; i < combined.size(); ++i)
      combined[i] += standards_[s](scores.columns[s][i]) / static_cast<double>(standards_.size());
  scores.names.emplace_back("combined");
  scores.columns.push_back(std::move(combined));
}

Scores AnomalyDetector::score(const Dataset& data) const {
  expect_complete(data, "an anomaly score");
  Scores scores = basic_scores(data);
  add_combined(scores);
  return scores;
}

std::vector<double> pca_residuals(const Dataset& train, const Dataset& data,
                                  std::size_t components) {
  expect_complete(data, "PCA");
  const Pca pca = fit_pca(train, std::min(components, train.features()));
  std::vector<double> residuals;
  infer_in_order(data, [&](const InferenceBatch& batch) {
    const Tensor& rows = batch.batch.x;
    Tensor code = project(pca, rows), rebuilt = filled(rows.shape());
    gemm(code, transposed(pca.components), rebuilt);
    rebuilt += pca.mean;
    for (std::size_t i = 0; i < rows.shape()[0]; ++i) {
      double squares = 0;
      for (std::size_t f = 0; f < rows.shape()[1]; ++f)
        squares += std::pow(double(rows(i, f)) - rebuilt(i, f), 2);
      residuals.push_back(squares);
    }
  });
  return residuals;
}

}}  // namespace hourglass
