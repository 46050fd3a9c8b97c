#include "hourglass/models/core/flows.hpp"

#include <cmath>
#include <utility>

#include "hourglass/autograd/operations.hpp"
#include "hourglass/nn/initialization.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

PlanarFlow::Parts PlanarFlow::parts(Var z, Var context) {
  const std::size_t latent = z.shape()[1];
  Var u = slice(context, 1, 0, latent), w = slice(context, 1, latent, 2 * latent);
  Var b = slice(context, 1, 2 * latent, 2 * latent + 1);
  Var a = sum(w * u, {1}, true);
  Var scale = softplus(a + Scalar(std::log(std::expm1(1.))));
  Var along = (scale - 1 - a) / sum(square(w), {1}, true);
  return {u + along * w, w, tanh(sum(w * z, {1}, true) + b), scale};
}

Flow::Moved PlanarFlow::move(Var z, Var context) {
  const auto [u, w, h, scale] = parts(z, context);
  // 1 + (1 − h²) (scale − 1), without a difference of numbers near 1
  Var det = square(h) + (1 - square(h)) * scale;
  return {z + u * h, reshape(log(det), {z.shape()[0]})};
}

/// J = 1 + (1 − h²) û wᵀ has ln J = ln(1 + (1 − h²) wᵀû) / wᵀû · û wᵀ, where the quotient tends to
/// 1 − h² as wᵀû tends to 0.
Var PlanarFlow::log_scale(Var z, Var context) {
  const auto [u, w, h, scale] = parts(z, context);
  constexpr Scalar least = 1e-3;
  Var by = scale - 1, small = filled(z.tape(), by.shape(), least);
  Var product = where(square(by) - least * least, by, small);
  return log1p((1 - square(h)) * product) / product * u * w;
}

namespace {

/// The places of z's dimensions in their order, from 1, then those of the context, which comes
/// before all of them: (1, L + C)
Tensor places(std::size_t latent, std::size_t context, bool reversed) {
  Tensor places = filled(weight_shape("AutoregressiveFlow", {1, latent + context}));
  for (std::size_t i = 0; i < latent; ++i)
    places(0, i) = static_cast<Scalar>(reversed ? latent - i : i + 1);
  return places;
}

/// The degrees of m, then of s: (1, 2 L). They see the dimensions before their own.
Tensor degrees(std::size_t latent, bool reversed) {
  const Tensor own = places(latent, 0, reversed);
  Tensor degrees = filled({1, 2 * latent});
  for (std::size_t i = 0; i < 2 * latent; ++i) degrees(0, i) = own(0, i % latent) - 1;
  return degrees;
}

}  // namespace

AutoregressiveFlow::AutoregressiveFlow(std::size_t latent, std::size_t context, bool reversed,
                                       const AutoregressiveOptions& options, Rng& rng)
    : network_(places(latent, context, reversed), degrees(latent, reversed), options, rng) {}

AutoregressiveFlow::Parts AutoregressiveFlow::parts(Var z, Var context) {
  const std::size_t latent = z.shape()[1];
  Var outputs = network_(concatenate(z, context, 1));
  return {slice(outputs, 1, 0, latent), slice(outputs, 1, latent, 2 * latent) + 2};
}

Flow::Moved AutoregressiveFlow::move(Var z, Var context) {
  const auto [m, s] = parts(z, context);
  return {m + sigmoid(s) * (z - m), -sum(softplus(-s), {1})};
}

Var AutoregressiveFlow::log_scale(Var z, Var context) {
  return -softplus(-parts(z, context).s);
}

}}  // namespace hourglass
