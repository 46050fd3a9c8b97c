#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

#include "hourglass/autograd/operations/straight_through.hpp"
#include "hourglass/models/core/centred.hpp"
#include "hourglass/models/core/unit_use.hpp"
#include "hourglass/models/vanilla.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct JumpReluOptions {
  NetworkOptions network = {.latent = 1000, .hidden = {}};
  double active = 25, weight = 100, bandwidth = 0.5;
  std::size_t dead_after = 10000;
  double revival_weight = 0.03;

  void describe(Settings& settings) {
    network.describe(settings);
    settings("active", active, "active units per example, on average, to aim at");
    settings("weight", weight, at_least(0), "of the deviation from it");
    settings("bandwidth", bandwidth, above(0),
             "width of the band around a threshold in which activations move it");
    settings("dead_after", dead_after,
             "a unit is dead after so many examples without being active");
    settings("revival_weight", revival_weight, at_least(0),
             "weight of the loss that revives dead units");
  }
};

/// The JumpReLU autoencoder: each unit is 0 up to a threshold that it learns, and unchanged above.
///
///     z = W (x − c) + b,  code_j = z_j H(z_j − θ_j),  x̂ = V code + c;   H(u) = 1 if u > 0, else 0
///     minimise  E ‖x − x̂‖² + weight (L0 / active − 1)²  +  revival_weight · revival
///     L0 = E Σ_j H(z_j − θ_j),   revival = E Σ_dead j max(0, sg[θ_j] − z_j) sg[‖v_j‖]
///
/// The penalty counts active units and nothing else, so that it does not shrink the code as L1 does.
/// But neither a count nor a jump has a slope in θ. What one can estimate is the slope of their
/// expectation: an activation closer to θ than half the bandwidth ε counts as if H rose linearly
/// there, with the slope 1 / ε (`unit_step`). The count moves thresholds only; W and V learn from the
/// reconstruction error, whose slope in θ weighs what a unit at its threshold adds to x̂.
/// θ = e^(5 p) of a parameter p, `log_threshold`: it is positive, and faster than the weights under
/// Adam, whose steps are all of about one size. A unit that has long been below its threshold is
/// pulled up to it by the pre-activation loss of Conerly et al.; a buffer, `idle`, counts the examples
/// since its last use. The penalty is of a mean over the batch, so a batch is not cut into shards.
/// Terms: sparsity, the penalty; revival; active, L0; dead_units, their fraction.
/// Differences from the paper: the penalty is the paper's for a given L0, where most of its
/// experiments have weight · L0; 100 for a weight of 1, since MNIST's examples have ten times the
/// length of theirs; the jump's slope in θ is −z / ε for the paper's −θ / ε, which is nearly the same
/// so close to θ; θ starts where the first batch has about as many active units as it should
/// (0.001), ε = 0.5 (0.001); the 5 in the exponent (1); dead units are revived; V does not start as Wᵀ,
/// and its columns have any length; what `decode` returns is cut off at 0 and 1.
/// Rajamanoharan et al., "Jumping Ahead: Improving Reconstruction Fidelity with JumpReLU Sparse
/// Autoencoders", 2024; Conerly et al., "Dictionary Learning Optimization Techniques", Transformer
/// Circuits, 2025.
class JumpRelu : public Vanilla {
 public:
  JumpRelu(const Shape& example_shape, const JumpReluOptions& options, Rng& rng)
      : Vanilla(example_shape, {.network = options.network}, rng),
        log_threshold({latent()}),
        options_(options),
        bias_(*decoder.parameters().back()),
        use_(latent(), options.dead_after) {
    check_options("model", options);
    above(0).at_most(static_cast<double>(latent())).expect("model.active", options.active);
    register_parameter("log_threshold", log_threshold);
    register_buffer("idle", use_.idle);
    register_buffer("started", started_);
  }

  /// θ: (L)
  Var thresholds(Tape& tape) { return exp(speed * tape.parameter(log_threshold)); }
  /// H(z − θ), with a slope in θ only.
  Var gate(Var z) {
    Var above = stop_gradient(z) - thresholds(z.tape());
    return unit_step(above, static_cast<Scalar>(options_.bandwidth));
  }

  Var encode(Var x) override {
    Var z = encoder(centred(x, bias_));
    return z * gate(z);
  }
  Var decode(Var code) override { return clamp(decoder(code), 0, 1); }

  Loss loss(Tape& tape, const Batch& batch, Rng&) override {
    Var x = tape.constant(batch.x);
    Var z = encoder(centred(x, bias_));
    if (training() && started_(0) == 0) start_thresholds(z.value());
    Var open = gate(z);
    Var active = mean(sum(open, {1}));
    Var sparsity = square(active / static_cast<Scalar>(options_.active) - 1);
    if (training()) use_.note(open.value());
    Var dead = use_.dead(tape);
    return Loss("reconstruction", per_example(squared_error(decoder(z * open), x)))
        .plus("sparsity", sparsity, static_cast<Scalar>(options_.weight))
        .plus("revival", pull(z, dead), static_cast<Scalar>(options_.revival_weight))
        .with("active", active)
        .with("dead_units", mean(dead));
  }

  bool is_regularized() const override { return true; }
  bool couples_examples() const override { return true; }

  static ModelInfo info() {
    return model_info<JumpRelu, JumpReluOptions>({
        .name = "jump-relu",
        .summary = "a wide code whose units each learn a threshold, with a count as penalty",
        .objective = "minimise ‖x − x̂‖² + weight (L0 / active − 1)², L0 counting active units",
        .paper = "Rajamanoharan et al., Jumping Ahead: Improving Reconstruction Fidelity with "
                 "JumpReLU Sparse Autoencoders, 2024",
        .training = {.lr = 3e-3},
    });
  }

  static constexpr Scalar speed = 5;
  Parameter log_threshold;  ///< ln θ / speed: (L)

 private:
  /// One θ for all units, above which as many of a first batch's z lie as should be active, if the
  /// mean of each unit is taken off, as c will do once it has learnt.
  void start_thresholds(const Tensor& z) {
    const std::size_t batch = z.shape()[0], units = latent();
    std::vector<Scalar> apart;
    for (std::size_t j = 0; j < units; ++j) {
      Scalar sum = 0;
      for (std::size_t i = 0; i < batch; ++i) sum += z(i, j);
      for (std::size_t i = 0; i < batch; ++i) apart.push_back(z(i, j) - sum / Scalar(batch));
    }
    const auto last = static_cast<std::ptrdiff_t>(options_.active * double(batch)) - 1;
    const auto place = apart.begin() + std::clamp<std::ptrdiff_t>(last, 0, std::ssize(apart) - 1);
    std::nth_element(apart.begin(), place, apart.end(), std::greater<>());
    log_threshold.value.fill(std::log(std::max(*place, Scalar(1e-3))) / speed);
    started_(0) = 1;
  }

  /// Σ max(0, θ_j − z_j) ‖v_j‖ over the dead units, the mean over the batch; only z gets a gradient.
  Var pull(Var z, Var dead) {
    Var below = relu(stop_gradient(thresholds(z.tape())) - z);
    return mean(sum(below * dead * stop_gradient(column_norms(z.tape())), {1}));
  }

  JumpReluOptions options_;
  Parameter& bias_;  ///< c
  UnitUse use_;
  Tensor started_ = filled({1});  ///< 1 once the thresholds have their first values
};

}}  // namespace hourglass
