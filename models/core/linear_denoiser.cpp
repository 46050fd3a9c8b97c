#include "hourglass/models/core/linear_denoiser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <xtensor-blas/xlinalg.hpp>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/blas.hpp"
#include "hourglass/autograd/kernels/gemm.hpp"
#include "hourglass/models/core/inference.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// Examples, clean and corrupted: (n, F) each.
struct Pairs {
  Tensor clean, damaged;
};

/// Calls use(pairs) with a thousand examples at a time; the same `rng` gives the same pairs.
template <class Use>
void for_each_pairs(const Autoencoder& model, const Dataset& data, const Rng& rng, const Use& use) {
  const auto damage = [&](const InferenceBatch& batch) {
    Rng noise = rng.fork(batch.index);
    batch.tape.context().draw_from(noise);
    Pairs pairs{batch.batch.x, model.corrupt(batch.x(), noise).value()};
    batch.tape.end_forward();
    use(pairs);
  };
  infer_in_order(data, damage, 1000);
}

void add_rows(const Tensor& rows, Tensor& sum) {
  const std::size_t features = sum.size();
  for (std::size_t i = 0; i < rows.size(); ++i) sum.data()[i % features] += rows.data()[i];
}

/// x̂ = μ + (x̃ − μ̃) Wᵀ
struct LinearMap {
  Tensor mean_clean, mean_damaged;  ///< (F)
  Tensor weights;                   ///< Wᵀ: (F, F)
};

LinearMap fit(const Autoencoder& model, const Dataset& train, const Rng& rng) {
  const std::size_t features = train.features();
  LinearMap map{filled({features}), filled({features}), filled({features, features})};
  for_each_pairs(model, train, rng, [&](const Pairs& pairs) {
    add_rows(pairs.clean, map.mean_clean);
    add_rows(pairs.damaged, map.mean_damaged);
  });
  map.mean_clean /= static_cast<Scalar>(train.size());
  map.mean_damaged /= static_cast<Scalar>(train.size());

  Tensor among = filled({features, features}), across = filled({features, features});
  for_each_pairs(model, train, rng, [&](Pairs& pairs) {
    pairs.clean -= map.mean_clean;
    pairs.damaged -= map.mean_damaged;
    gemm(transposed(pairs.damaged), pairs.damaged, among, Sum::accumulate);
    gemm(transposed(pairs.damaged), pairs.clean, across, Sum::accumulate);
  });
  xt::xtensor<double, 2> a = xt::cast<double>(among);
  const xt::xtensor<double, 2> b = xt::cast<double>(across);
  // Pixels that never change would make the equations singular.
  double trace = 0;
  for (std::size_t i = 0; i < features; ++i) trace += a(i, i);
  for (std::size_t i = 0; i < features; ++i)
    a(i, i) += std::max(1e-6 * trace / static_cast<double>(features), 1e-12);
  guard_blas_kernels();
  map.weights = xt::cast<Scalar>(xt::linalg::solve(a, b));
  return map;
}

}  // namespace

double linear_denoising_error(const Autoencoder& model, const Dataset& train, const Dataset& test,
                              const Rng& rng) {
  if (train.size() == 0 || test.size() == 0)
    throw ConfigError("linear denoising: there are no examples");
  if (train.features() != test.features())
    throw ConfigError(fmt::format("linear denoising: fitted on {} numbers each, tested on {}",
                                  train.features(), test.features()));
  const LinearMap map = fit(model, train, rng.fork(0));
  double total = 0;
  for_each_pairs(model, test, rng.fork(1), [&](Pairs& pairs) {
    pairs.damaged -= map.mean_damaged;
    Tensor rebuilt = filled(pairs.damaged.shape());
    gemm(pairs.damaged, map.weights, rebuilt);
    rebuilt += map.mean_clean;
    for (std::size_t i = 0; i < rebuilt.size(); ++i) {
      const double pixel = std::clamp(double(rebuilt.data()[i]), 0.0, 1.0);
      const double difference = pairs.clean.data()[i] - pixel;
      total += difference * difference;
    }
  });
  return total / static_cast<double>(test.size());
}

}}  // namespace hourglass
