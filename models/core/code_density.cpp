#include "hourglass/models/core/code_density.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/statistics/cholesky.hpp"
#include "hourglass/models/statistics/mixture.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

struct Moments {
  Tensor mean, covariance;
};

Moments moments_of(const Tensor& rows) {
  const std::size_t size = rows.shape()[1];
  std::vector<double> sums(size), products(size * size);
  for (const Scalar* z = rows.data(); z != rows.data() + rows.size(); z += size)
    for (std::size_t i = 0; i < size; ++i) {
      sums[i] += z[i];
      for (std::size_t j = 0; j <= i; ++j)
        products[i * size + j] += static_cast<double>(z[i]) * z[j];
    }
  const auto n = static_cast<double>(rows.shape()[0]);
  Moments moments{filled({size}), filled({size, size})};
  for (std::size_t i = 0; i < size; ++i) {
    moments.mean(i) = static_cast<Scalar>(sums[i] / n);
    for (std::size_t j = 0; j <= i; ++j)
      moments.covariance(i, j) = moments.covariance(j, i) =
          static_cast<Scalar>(products[i * size + j] / n - sums[i] / n * sums[j] / n);
  }
  return moments;
}

}  // namespace

CodeDensity::CodeDensity(std::size_t latent, std::size_t components)
    : weights_(filled({components})),
      means_(components, filled({latent})),
      factors_(components, filled({latent, latent})) {
  weights_(0) = 1;
  if (components > 1) register_buffer("weights", weights_);
  for (std::size_t k = 0; k < components; ++k) {
    for (std::size_t i = 0; i < latent; ++i) factors_[k](i, i) = 1;
    const std::string place = k == 0 ? "" : fmt::format("{}", k);
    register_buffer("mean" + place, means_[k]);
    register_buffer("factor" + place, factors_[k]);
  }
}

void CodeDensity::fit(Autoencoder& model, const Dataset& data, Rng rng) {
  if (data.size() == 0) throw ConfigError("there are no codes to fit a density to");
  const Tensor codes = encode_all(model, data);
  if (means_.size() == 1) {
    const Moments moments = moments_of(codes);
    means_[0] = moments.mean;
    factors_[0] = cholesky_factor(moments.covariance);
    return;
  }
  const std::size_t components = std::min(means_.size(), data.size());
  const Mixture mixture = Mixture::fit(codes, {.components = components}, rng);
  weights_.fill(0);
  for (std::size_t k = 0; k < components; ++k) {
    weights_(k) = static_cast<Scalar>(mixture.weight(k));
    std::copy_n(mixture.means().data() + k * means_[k].size(), means_[k].size(), means_[k].data());
    factors_[k] = cholesky_factor(mixture.covariance(k));
  }
}

std::size_t CodeDensity::draw_component(Rng& rng) const {
  if (means_.size() == 1) return 0;
  double left = rng.uniform();
  for (std::size_t k = 0; k < means_.size(); ++k) {
    left -= weights_(k);
    if (left < 0) return k;
  }
  const auto heaviest = std::max_element(weights_.begin(), weights_.end());  // the sum was rounded
  return static_cast<std::size_t>(heaviest - weights_.begin());
}

Tensor CodeDensity::draw(std::size_t count, Rng& rng) const {
  const std::size_t size = means_[0].size();
  Tensor codes = filled({count, size}), noise = filled({count, size});
  rng.fill_normal(noise, 0, 1);
  for (std::size_t row = 0; row < count; ++row) {
    const std::size_t k = draw_component(rng);
    for (std::size_t i = 0; i < size; ++i) {
      double sum = means_[k](i);
      for (std::size_t j = 0; j <= i; ++j) sum += double(factors_[k](i, j)) * noise(row, j);
      codes(row, i) = static_cast<Scalar>(sum);
    }
  }
  return codes;
}

Var CodeDensity::forward(Var noise) {
  Tape& tape = noise.tape();
  return linear(noise, tape.constant(factors_[0]), tape.constant(means_[0]));
}

}}  // namespace hourglass
