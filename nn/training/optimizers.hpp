#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/tape.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Updates parameters from their gradients. A parameter that no gradient has reached stays as it is.
class Optimizer {
 public:
  Optimizer(std::vector<Parameter*> parameters, double lr)
      : lr(lr), parameters_(std::move(parameters)) {}
  virtual ~Optimizer() = default;

  /// One update of every parameter.
  void step();
  /// Forgets the gradients, so that the next backward starts new sums.
  void zero_grad();

  /// Its state from step to step, under names such as "exp_avg.encoder.0.weight". Together
  /// with `steps`, this is what a checkpoint holds.
  std::vector<std::pair<std::string, Tensor*>> state();

  double lr;              ///< the learning rate η; a schedule changes it
  std::size_t steps = 0;  ///< updates so far

 protected:
  /// A tensor of zeros for each parameter, part of the state under `name`.
  std::vector<Tensor>& add_state(const char* name);
  /// Updates the elements in `range` of parameter number `index` and changes nothing else: threads
  /// divide its elements among themselves, and call this at the same time.
  virtual void update(std::size_t index, Parameter& parameter, Range range) = 0;

 private:
  std::vector<Parameter*> parameters_;
  std::vector<std::pair<const char*, std::unique_ptr<std::vector<Tensor>>>> state_;
};

struct SGDOptions {
  double lr = 0.01;
  double momentum = 0;
  double weight_decay = 0;
  bool nesterov = false;
};

/// Stochastic gradient descent with momentum (Polyak 1964), as PyTorch writes it:
///     g += λ w;   v ← μ v + g;   w ← w − η v
/// or, looking ahead (Nesterov 1983; Sutskever et al., ICML 2013),  w ← w − η (g + μ v).
class SGD : public Optimizer {
 public:
  /// Throws ConfigError for Nesterov's look-ahead without momentum.
  SGD(std::vector<Parameter*> parameters, SGDOptions options = {});

 private:
  void update(std::size_t index, Parameter& parameter, Range range) override;
  SGDOptions options_;
  std::vector<Tensor>& velocity_;
};

struct AdamOptions {
  double lr = 1e-3;
  double beta1 = 0.9;
  double beta2 = 0.999;
  double eps = 1e-8;
  double weight_decay = 0;
};

/// Adam (Kingma & Ba, "Adam: A Method for Stochastic Optimization", ICLR 2015):
///     g += λ w;   m ← β₁ m + (1 − β₁) g;   v ← β₂ v + (1 − β₂) g²
///     w ← w − η m̂ / (√v̂ + ε)     with  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
class Adam : public Optimizer {
 public:
  Adam(std::vector<Parameter*> parameters, AdamOptions options = {});

 protected:
  void update(std::size_t index, Parameter& parameter, Range range) override;
  AdamOptions options_;

 private:
  std::vector<Tensor>&exp_avg_, &exp_avg_sq_;
};

/// Adam with decoupled weight decay (Loshchilov & Hutter, ICLR 2019): w ← (1 − η λ) w first, and no
/// λ w in the gradient. λ is 0.01 by default.
class AdamW : public Adam {
 public:
  AdamW(std::vector<Parameter*> parameters, AdamOptions options = {.weight_decay = 0.01});

 private:
  void update(std::size_t index, Parameter& parameter, Range range) override;
  double decay_;
};

struct RMSpropOptions {
  double lr = 0.01;
  double alpha = 0.99;
  double eps = 1e-8;
  double weight_decay = 0;
  double momentum = 0;
  bool centered = false;
};

/// RMSprop (Tieleman & Hinton, lecture 6.5 of "Neural Networks for Machine Learning", 2012), as
/// PyTorch writes it:
///     g += λ w;   s ← α s + (1 − α) g²;   v ← μ v + g / (√s + ε);   w ← w − η v
/// `centered` (Graves 2013) uses the variance s − m² in place of s, where m ← α m + (1 − α) g.
class RMSprop : public Optimizer {
 public:
  RMSprop(std::vector<Parameter*> parameters, RMSpropOptions options = {});

 private:
  void update(std::size_t index, Parameter& parameter, Range range) override;
  RMSpropOptions options_;
  std::vector<Tensor>& square_avg_;
  std::vector<Tensor>* momentum_buffer_ = nullptr;  // only if it is used, like the next
  std::vector<Tensor>* grad_avg_ = nullptr;
};

/// Scales all gradients down together if their joint norm √Σ g² exceeds `max_norm` (Pascanu et
/// al. 2013). Returns the norm before scaling.
double clip_grad_norm(const std::vector<Parameter*>& parameters, double max_norm);

}}  // namespace hourglass
