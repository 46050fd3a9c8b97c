#include "hourglass/models/linear.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/datasets/batches.hpp"
#include "hourglass/models/core/evaluation.hpp"
#include "hourglass/models/statistics/pca.hpp"
#include "hourglass/nn/training/trainer.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

constexpr std::size_t features = 8, latent = 2;

/// Examples that spread along two directions more than along the others.
Dataset spread_examples() {
  const Tensor draws = random_tensor({100, features}, 1), mix = random_tensor({8, features}, 2);
  std::vector<std::uint8_t> bytes;
  for (std::size_t i = 0; i < 100; ++i)
    for (std::size_t k = 0; k < features; ++k) {
      double sum = 0;
      for (std::size_t j = 0; j < features; ++j)
        sum += draws(i, j) * mix(j, k) * (j < latent ? 1 : 0.2);
      bytes.push_back(
          static_cast<std::uint8_t>(std::lround(std::clamp(128 + 150 * sum, 0.0, 255.0))));
    }
  return {"spread", {features}, bytes};
}

void fit(LinearAutoencoder& model, const Dataset& data) {
  const int before = threads();
  set_threads(1);  // steps this small are sooner done than shared
  Trainer trainer(model, {.epochs = 1500, .batch = 100, .lr = 0.02}, Rng(1));
  Batches batches(data, 100, Rng(1));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
  set_threads(before);
}

/// The columns of w, (F, L), made orthonormal one after the other (Gram–Schmidt).
std::vector<std::vector<double>> orthonormal_columns(const Tensor& w) {
  std::vector<std::vector<double>> basis;
  for (std::size_t k = 0; k < w.shape()[1]; ++k) {
    std::vector<double> column(w.shape()[0]);
    for (std::size_t i = 0; i < column.size(); ++i) column[i] = w(i, k);
    for (const auto& earlier : basis) {
      double along = 0;
      for (std::size_t i = 0; i < column.size(); ++i) along += column[i] * earlier[i];
      for (std::size_t i = 0; i < column.size(); ++i) column[i] -= along * earlier[i];
    }
    double square = 0;
    for (double c : column) square += c * c;
    for (double& c : column) c /= std::sqrt(square);
    basis.push_back(column);
  }
  return basis;
}

/// Σ sin² of the principal angles between the span of w's columns and that of PCA's components: the
/// dimension less Σ cos², which is the squared norm of QᵀU.
double sine_squares(const Tensor& w, const Pca& pca) {
  double rest = latent;
  for (const auto& q : orthonormal_columns(w))
    for (std::size_t k = 0; k < latent; ++k) {
      double cosine = 0;
      for (std::size_t i = 0; i < features; ++i) cosine += q[i] * pca.components(i, k);
      rest -= cosine * cosine;
    }
  return rest;
}

TEST(LinearAutoencoder, SpansTheSubspaceOfPcaAndHasItsError) {
  const Dataset data = spread_examples();
  const Pca pca = fit_pca(data, latent);
  const double best = squared_error_per_example(pca, data);
  for (const bool tied : {false, true}) {
    Rng rng(1);
    LinearAutoencoder model({features}, {.latent = latent, .tied = tied}, rng);
    fit(model, data);
    Tensor columns = filled({features, latent});
    for (std::size_t i = 0; i < features; ++i)
      for (std::size_t k = 0; k < latent; ++k)
        columns(i, k) = tied ? model.encoder.weight.value(k, i) : model.decoder.weight.value(i, k);
    EXPECT_NEAR(sine_squares(columns, pca), 0, 1e-3) << (tied ? "tied" : "untied");
    const double error = metric(evaluate(model, data, rng), "squared_error_per_image");
    EXPECT_NEAR(error, best, 1e-3 * best) << (tied ? "tied" : "untied");
  }
}

TEST(LinearAutoencoder, HasOrthonormalRowsOnceTrainedWithTiedWeights) {
  const Dataset data = spread_examples();
  Rng rng(1);
  LinearAutoencoder model({features}, {.latent = latent, .tied = true}, rng);
  EXPECT_EQ(model.parameter_count(), features * latent + latent + features);
  fit(model, data);
  const Tensor& w = model.encoder.weight.value;
  for (std::size_t k = 0; k < latent; ++k)
    for (std::size_t l = 0; l < latent; ++l) {
      double product = 0;
      for (std::size_t i = 0; i < features; ++i) product += double(w(k, i)) * w(l, i);
      EXPECT_NEAR(product, k == l, 0.01);
    }
}

TEST(LinearAutoencoder, HasNoBendAnywhere) {
  Rng rng(1);
  LinearAutoencoder model({features}, {.latent = latent}, rng);
  const Tensor a = random_tensor({1, features}, 1), b = random_tensor({1, features}, 2);
  const Tensor middle = (a + b) / Scalar(2);
  const Tensor expected = (reconstruct(model, a) + reconstruct(model, b)) / Scalar(2);
  EXPECT_TRUE(is_near(reconstruct(model, middle), expected, 8 * epsilon));
}

}  // namespace
}  // namespace hourglass::testing
