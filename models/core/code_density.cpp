#include "hourglass/models/core/code_density.hpp"

#include <vector>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/models/core/codes.hpp"
#include "hourglass/models/statistics/cholesky.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

CodeDensity::CodeDensity(std::size_t latent)
    : mean_(filled({latent})), factor_(filled({latent, latent})) {
  for (std::size_t i = 0; i < latent; ++i) factor_(i, i) = 1;
  register_buffer("mean", mean_);
  register_buffer("factor", factor_);
}

void CodeDensity::fit(Autoencoder& model, const Dataset& data) {
  if (data.size() == 0) throw ConfigError("there are no codes to fit a density to");
  const Tensor codes = encode_all(model, data);
  const std::size_t size = mean_.size();
  std::vector<double> sums(size), products(size * size);
  for (const Scalar* z = codes.data(); z != codes.data() + codes.size(); z += size)
    for (std::size_t i = 0; i < size; ++i) {
      sums[i] += z[i];
      for (std::size_t j = 0; j <= i; ++j)
        products[i * size + j] += static_cast<double>(z[i]) * z[j];
    }
  const auto n = static_cast<double>(data.size());
  Tensor covariance = filled({size, size});
  for (std::size_t i = 0; i < size; ++i) {
    mean_.data()[i] = static_cast<Scalar>(sums[i] / n);
    for (std::size_t j = 0; j <= i; ++j)
      covariance(i, j) = covariance(j, i) =
          static_cast<Scalar>(products[i * size + j] / n - sums[i] / n * sums[j] / n);
  }
  factor_ = cholesky_factor(covariance);
}

Tensor CodeDensity::draw(std::size_t count, Rng& rng) {
  Tape tape(Tape::Gradients::off);
  Tensor noise = filled({count, mean_.size()});
  rng.fill_normal(noise, 0, 1);
  return forward(tape.constant(noise)).value();
}

Var CodeDensity::forward(Var noise) {
  Tape& tape = noise.tape();
  return linear(noise, tape.constant(factor_), tape.constant(mean_));
}

}}  // namespace hourglass
