#include "models/code_density.hpp"

#include <cmath>
#include <vector>

#include "autograd/error.hpp"
#include "autograd/operations.hpp"
#include "models/codes.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

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

Tensor cholesky_factor(const Tensor& matrix) {
  const std::size_t size = matrix.shape()[0];
  Tensor a = filled({size, size});
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j <= i; ++j) {
      double rest = matrix(i, j);
      for (std::size_t k = 0; k < j; ++k) rest -= static_cast<double>(a(i, k)) * a(j, k);
      if (i == j)
        a(i, i) = static_cast<Scalar>(rest > 1e-6 * matrix(i, i) ? std::sqrt(rest) : 0);
      else
        a(i, j) = static_cast<Scalar>(a(j, j) > 0 ? rest / a(j, j) : 0);
    }
  return a;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
