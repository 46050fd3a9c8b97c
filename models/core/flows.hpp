#pragma once

#include <cstddef>

#include "hourglass/nn/layers/masked_linear.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A step of a normalising flow: an invertible map f of codes, of which the determinant of the
/// Jacobian J is cheap, so that the density of f(z) is known:
///     ln q(f(z)) = ln q(z) − ln |det J(z)|
/// Each example has a map of its own: f depends on its context, (B, C), numbers from an encoder.
class Flow {
 public:
  virtual ~Flow() = default;

  struct Moved {
    Var z, log_det;  ///< f(z): (B, L), and ln |det J(z)|: (B)
  };
  virtual Moved move(Var z, Var context) = 0;

  /// The diagonal of ln J(z), which adds up to ln |det J(z)|: (B, L). It says what the step does to
  /// the volume in each dimension.
  virtual Var log_scale(Var z, Var context) = 0;

  /// What of it is learnt besides the context; null if nothing is.
  virtual Module* network() { return nullptr; }
};

/// f(z) = z + û h,   h = tanh(wᵀz + b),   û = u + (m(a) − a) w / ‖w‖²,   a = wᵀu
/// ln |det J| = ln(1 + (1 − h²) wᵀû),     m(a) = ln(1 + (e − 1) e^a) − 1
/// It pushes codes away from a plane, or towards it. û in place of u keeps wᵀû = m(a) above −1, so
/// that f is invertible. The paper's m, ln(1 + e^a) − 1, is not 0 at a = 0, and û then grows without
/// bound where w tends to 0; with this one û = u where a = 0, and u = 0 is the identity.
///     context: (u, w, b), 2 L + 1 numbers
/// Rezende & Mohamed, "Variational Inference with Normalizing Flows", ICML 2015.
class PlanarFlow : public Flow {
 public:
  static std::size_t context_size(std::size_t latent) { return 2 * latent + 1; }

  Moved move(Var z, Var context) override;
  Var log_scale(Var z, Var context) override;

 private:
  struct Parts {
    Var u, w, h, scale;  ///< û and w: (B, L), h and 1 + wᵀû: (B, 1)
  };
  static Parts parts(Var z, Var context);
};

/// f(z)_i = g_i z_i + (1 − g_i) m_i,   g = σ(s + 2),   (m, s)_i a function of the context and of
/// those z_j that come before z_i
/// ln |det J| = Σ_i ln g_i
/// The Jacobian is triangular, and m and s of all dimensions come from one pass of masked layers.
/// The 2 lets f begin near the identity.     context: any number of numbers, of which all see all
/// Kingma et al., "Improved Variational Inference with Inverse Autoregressive Flow", NIPS 2016.
class AutoregressiveFlow : public Flow {
 public:
  /// z's dimensions in their order or, `reversed`, from the last to the first. Throws ConfigError
  /// for a layer without units.
  AutoregressiveFlow(std::size_t latent, std::size_t context, bool reversed,
                     const AutoregressiveOptions& options, Rng& rng);

  Moved move(Var z, Var context) override;
  Var log_scale(Var z, Var context) override;
  Module* network() override { return &network_; }

 private:
  struct Parts {
    Var m, s;  ///< (B, L)
  };
  Parts parts(Var z, Var context);

  AutoregressiveNetwork network_;
};

}}  // namespace hourglass
