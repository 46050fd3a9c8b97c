#pragma once

#include <cstddef>
#include <vector>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/nn/layers/sequential.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct FlowOptions {
  std::vector<std::size_t> hidden = {256, 256};
  std::size_t steps = 3000;  ///< of training
  std::size_t batch = 256;
  double lr = 5e-3;  ///< falls to 0 along a cosine
};

/// A flow that turns noise into rows of numbers such as a trained model's codes, z: (L). Each draw
/// n of N(0, 1) moves along a path whose velocity v is a network's output:
///
///     dz_t / dt = v(z_t, t)       from z_0 = n at t = 0 to the new row z_1 at t = 1
///
/// v is learnt from straight lines between noise and rows z, paired at random:
///
///     z_t = (1 − t) n + t z,   t uniform in (0, 1),   minimise  E ‖v(z_t, t) − (z − n)‖²
///
/// Lines cross, and where they do, v learns the mean of their directions, which is what moves the
/// distribution of all n to that of all z. No likelihood and no simulation is needed to train it,
/// and no number of components has to be chosen, as for a mixture (mixture.hpp); the same procedure
/// in the latent space of an autoencoder of photographs is how large image generators work. v sees
/// z_t, t, and sin and cos of 2^k π t for k = 0 … 3. Rows are standardised, column by column.
/// Lipman, Chen, Ben-Hamu, Nickel & Le, "Flow Matching for Generative Modeling", ICLR 2023; Liu,
/// Gong & Liu, "Flow Straight and Fast", ICLR 2023; in a latent space: Dao, Phung, Nguyen & Tran,
/// "Flow Matching in Latent Space", 2023.
class FlowMatching {
 public:
  /// Fits a flow to rows (N, L); the same `rng` and number of threads give the same bits. Throws
  /// ConfigError for fewer than two rows, or values that are not finite.
  FlowMatching(const Tensor& rows, const FlowOptions& options, Rng rng);

  /// New rows: (count, L), by Heun's method in 40 steps. `temperature` scales the noise: 1 draws as
  /// the rows are distributed, 0 gives a single row in their middle.
  Tensor draw(std::size_t count, Rng& rng, double temperature = 1);

 private:
  /// v(z_t, t) for z_t (B, L) and t (B, 1)
  Var velocity(Var z, Var time);
  Tensor flow(Tensor z);

  std::vector<double> means_, deviations_;
  Sequential network_;
};

}}  // namespace hourglass
