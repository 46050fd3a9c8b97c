#include "hourglass/models/k_sparse.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hourglass/autograd/operations/straight_through.hpp"
#include "hourglass/nn/training/schedules.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

const Choices<LinearOutput>& linear_outputs() {
  static const Choices<LinearOutput> all("output",
                                         {{"linear", LinearOutput::linear, "the decoder's numbers"},
                                          {"sigmoid", LinearOutput::sigmoid, "σ of them"}});
  return all;
}

const Choices<Revival>& revivals() {
  static const Choices<Revival> all(
      "revival", {{"pre_activation", Revival::pre_activation, "raises their activations"},
                  {"auxk", Revival::auxk, "lets them rebuild the error"}});
  return all;
}

void KSparseOptions::describe(Settings& settings) {
  base.describe(settings);
  settings("k", k, "active units per example");
  settings("first_k", first_k, "active units at the first step, if more than k");
  settings("anneal", anneal, at_least(0).at_most(1),
           "share of the training in which they fall from first_k to k");
  settings("alpha", alpha, at_least(1), "active units in evaluation, as a multiple of k");
  settings("tied", tied, "decode with the transpose of the encoder's weights");
  settings("centre", centre, "subtract the decoder's bias from the example first");
  settings("output", output, linear_outputs(), "x̂");
  settings("dead_after", dead_after, "a unit is dead after so many examples without being active");
  settings("revival", revival, revivals(), "loss that revives dead units");
  settings("revival_weight", revival_weight, at_least(0), "its weight; for auxk 0.03 is usual");
}

KSparse::KSparse(const Shape& example_shape, const KSparseOptions& options, Rng& rng)
    : Vanilla(example_shape, options.base, options.tied ? Weights::tied : Weights::separate, rng),
      k_(options.k),
      first_k_(std::min(std::max(options.k, options.first_k), latent())),
      k_now_(options.k),
      centre_(options.centre),
      linear_(linear_outputs()[options.output] == LinearOutput::linear),
      auxk_(revivals()[options.revival] == Revival::auxk),
      anneal_(options.anneal),
      revival_weight_(static_cast<Scalar>(options.revival_weight)),
      bias_(decoder.parameters().back()),
      use_(latent(), options.dead_after) {
  check_options("model", options);
  const auto units = static_cast<double>(latent()), k = static_cast<double>(k_);
  at_least(1).at_most(units).expect("model.k", k);
  k_in_evaluation_ = static_cast<std::size_t>(std::min(units, std::round(options.alpha * k)));
  if (linear_ && reconstruction_losses()[options.base.loss] != ReconstructionLoss::squared_error)
    throw ConfigError(
        "cross-entropy is of numbers in 0..1: set model.output to sigmoid, or model.loss to "
        "squared_error");
  const NetworkOptions& network = options.base.network;
  if (!options.tied && network.hidden.empty() && network.channels.empty()) {
    const Tensor& w = encoder.parameters().front()->value;
    Tensor& v = decoder.parameters().front()->value;
    for (std::size_t i = 0; i < v.shape()[0]; ++i)
      for (std::size_t j = 0; j < latent(); ++j) v(i, j) = w(j, i);
  }
  register_buffer("idle", use_.idle);
}

void KSparse::before_step(std::size_t step, std::size_t steps) {
  const double done = annealed_weight(step, steps, {.ramp = anneal_}),
               first = static_cast<double>(first_k_);
  k_now_ = static_cast<std::size_t>(std::lround(first + done * (static_cast<double>(k_) - first)));
}

Var KSparse::pull(Var z, Var dead, Var code) const {
  Var least = new_constant("smallest kept", z.tape(), {z.shape()[0], 1});
  for (std::size_t i = 0; i < z.shape()[0]; ++i) {
    const Scalar* row = code.value().data() + i * latent();
    Scalar& t = least.output().data()[i] = std::numeric_limits<Scalar>::max();
    for (std::size_t j = 0; j < latent(); ++j)
      if (row[j] != 0) t = std::min(t, row[j]);
    if (t == std::numeric_limits<Scalar>::max()) t = 0;  // it kept nothing
  }
  return mean(sum(relu(least - z) * dead * stop_gradient(column_norms(z.tape())), {1}));
}

Var KSparse::auxk(Var z, Var dead, Var x, Var output) {
  Tape& tape = z.tape();
  const Tensor& is_dead = dead.value();
  if (std::all_of(is_dead.begin(), is_dead.end(), [](Scalar d) { return d == 0; }))
    return filled(tape, {}, 0);
  const std::size_t count = std::min(latent(), (x.shape()[1] + 1) / 2);
  constexpr Scalar far = 1e6;  // below the activation of any dead unit
  Var chosen = top_k_mask(z * dead + far * (dead - 1), count) * dead;
  Var nothing = filled(tape, {1, latent()}, 0);  // of which the decoder makes c
  Var left = stop_gradient(x - (linear_ ? output : sigmoid(output)));
  return per_example(squared_error(decoder(relu(z) * chosen) - decoder(nothing), left));
}

}}  // namespace hourglass
