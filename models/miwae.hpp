#pragma once

#include "hourglass/models/core/missing.hpp"
#include "hourglass/models/iwae.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct MiwaeOptions {
  IwaeOptions iwae = {.vae = {.network = {.latent = 10, .hidden = {128, 128}, .activation = "tanh"},
                              .likelihood = {.likelihood = "gaussian"}},
                      .samples = 20};

  void describe(Settings& settings) { iwae.describe(settings); }
};

/// The IWAE of examples some of whose numbers are missing (NaN), which it can fill in afterwards. Of
/// x only the known numbers x_k count, and the encoder sees ι, a learnt number for each place, where
/// others are missing:
///
///     w_i = p(x_k | z_i) p(z_i) / q(z_i | x_k),   q(z | x_k) = N(μ(x_k, ι), σ(x_k, ι)²)
///     minimise  −E [ ln 1/K Σ_i w_i ]                  (−ln p(x_k) ≤ this bound)
///     E[x_m | x_k] ≈ Σ_l w_l E[x_m | z_l] / Σ_l w_l    (x_m: the missing numbers)
///
/// p(x | z) is a product over the numbers of x, so p(x_k | z) is the product over the known ones.
/// It is enough to look at these if whether a number is missing does not depend on what it would
/// have been, given the known ones ("missing at random"; Rubin, "Inference and Missing Data",
/// Biometrika 1976). With nothing missing it is the IWAE, to the last bit. bound_nats is the bound; a
/// step costs one encoding and K decodings of the batch.
/// Differences from the paper: p(x | z) is Gaussian with one deviation for all numbers, or with
/// `likelihood=scaled_gaussian`, which suits tables better, one of each that the decoder gives
/// (Student's t, also for q); ι is learnt from ½ (0, in the authors' code); columns are squashed
/// into 0..1 around their median (standardised); a learning rate of 0.003 (0.001).
/// Mattei & Frellsen, "MIWAE: Deep Generative Modelling and Imputation of Incomplete Data Sets",
/// ICML 2019.
class Miwae : public Iwae {
 public:
  /// Throws ConfigError for 0 samples.
  Miwae(const Shape& example_shape, const MiwaeOptions& options, Rng& rng)
      : Iwae(example_shape, options.iwae, rng), stand_in({element_count(example_shape)}) {
    stand_in.value.fill(Scalar(0.5));
    register_parameter("stand_in", stand_in);
  }

  Gaussian posterior(Var x) override {
    const Known known = known_of(x);
    return Iwae::posterior(known.x + (1 - known.mask) * x.tape().parameter(stand_in));
  }

  bool takes_missing() const override { return true; }

  Var expectation(Var x, std::size_t samples, Rng& rng) override {
    const Tensor& rows = x.value();
    const Batch batch(rows);
    const Draw drawn = draw(x, batch, samples, rng);
    Var log_w = log_likelihood(repeat(x, 0, samples), drawn.z, batch) + log_prior(drawn.z, batch) -
                log_posterior(drawn);
    Var weights = softmax(reshape(log_w, {samples, batch.size(), 1}), 0);
    return sum(weights * reshape(decode(drawn.z), {samples, batch.size(), rows.shape()[1]}), {0});
  }

  static ModelInfo info() {
    return model_info<Miwae, MiwaeOptions>({
        .name = "miwae",
        .summary = "an IWAE of examples with missing values, which it fills in",
        .objective = "minimise −E[ln 1/K Σ p(x_k, z_i) / q(z_i | x_k)], x_k: what is known of x",
        .paper = "Mattei & Frellsen, MIWAE: Deep Generative Modelling and Imputation of Incomplete "
                 "Data Sets, ICML 2019",
        .training = {.batch = 64, .lr = 3e-3},
    });
  }

  Parameter stand_in;  ///< ι, what the encoder sees in the place of a missing number: (F)

 protected:
  Var log_likelihood(Var x, Var z, const Batch& batch) override {
    const Known known = known_of(x);
    if (known.all) return Iwae::log_likelihood(x, z, batch);
    Var outputs = decoder(decoder_input(z, batch));
    return sum(known.mask * likelihood->log_likelihood_of_each(known.x, outputs), {1});
  }
};

}}  // namespace hourglass
