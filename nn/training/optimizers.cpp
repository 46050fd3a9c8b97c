#include "hourglass/nn/training/optimizers.hpp"

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

void Optimizer::step() {
  ++steps;
  std::size_t size = 0;
  for (const Parameter* parameter : parameters_) size += parameter->value.size();
  // The threads synchronise once per step, not once per parameter.
  run_in_parts(size, [this](std::size_t part, std::size_t parts) {
    for (std::size_t i = 0; i < parameters_.size(); ++i)
      if (parameters_[i]->has_grad)
        update(i, *parameters_[i], split_range(parameters_[i]->value.size(), part, parts));
  });
}

void Optimizer::zero_grad() {
  for (Parameter* parameter : parameters_) parameter->zero_grad();
}

std::vector<Tensor>& Optimizer::add_state(const char* name) {
  auto tensors = std::make_unique<std::vector<Tensor>>();
  for (const Parameter* parameter : parameters_)
    tensors->push_back(filled(parameter->value.shape()));
  return *state_.emplace_back(name, std::move(tensors)).second;
}

std::vector<std::pair<std::string, Tensor*>> Optimizer::state() {
  std::vector<std::pair<std::string, Tensor*>> all;
  for (auto& [name, tensors] : state_)
    for (std::size_t i = 0; i < parameters_.size(); ++i)
      all.emplace_back(std::string(name) + "." + parameters_[i]->name, &(*tensors)[i]);
  return all;
}

// The updates are plain loops, one pass over the memory each: the compiler vectorises them.

SGD::SGD(std::vector<Parameter*> parameters, SGDOptions options)
    : Optimizer(std::move(parameters), options.lr),
      options_(options),
      velocity_(add_state("momentum_buffer")) {
  if (options_.nesterov && !(options_.momentum > 0))
    throw ConfigError("sgd: nesterov needs a momentum above 0");
}

void SGD::update(std::size_t index, Parameter& parameter, Range range) {
  Scalar* w = parameter.value.data();
  const Scalar* grad = parameter.grad.data();
  Scalar* v = velocity_[index].data();
  const Scalar momentum = options_.momentum, decay = options_.weight_decay, rate = lr;
  // The step is (ahead) g + (along) v, so that one loop serves both.
  const Scalar ahead = options_.nesterov ? 1 : 0, along = options_.nesterov ? momentum : 1;
#pragma omp simd
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const Scalar g = grad[i] + decay * w[i];
    v[i] = momentum * v[i] + g;
    w[i] -= rate * (ahead * g + along * v[i]);
  }
}

Adam::Adam(std::vector<Parameter*> parameters, AdamOptions options)
    : Optimizer(std::move(parameters), options.lr),
      options_(options),
      exp_avg_(add_state("exp_avg")),
      exp_avg_sq_(add_state("exp_avg_sq")) {}

void Adam::update(std::size_t index, Parameter& parameter, Range range) {
  Scalar* w = parameter.value.data();
  const Scalar* grad = parameter.grad.data();
  Scalar* m = exp_avg_[index].data();
  Scalar* v = exp_avg_sq_[index].data();
  const Scalar beta1 = options_.beta1, beta2 = options_.beta2, eps = options_.eps;
  // Not in float, where 1 − 0.999 would have a relative error of 10⁻⁵.
  const Scalar rest1 = 1 - options_.beta1, rest2 = 1 - options_.beta2;
  const Scalar decay = options_.weight_decay;
  const auto t = static_cast<double>(steps);
  const Scalar rate = lr / (1 - std::pow(options_.beta1, t));
  const Scalar to_v_hat = 1 / std::sqrt(1 - std::pow(options_.beta2, t));
#pragma omp simd
  for (std::size_t i = range.begin; i < range.end; ++i) {
    const Scalar g = grad[i] + decay * w[i];
    m[i] = beta1 * m[i] + rest1 * g;
    v[i] = beta2 * v[i] + rest2 * g * g;
    w[i] -= rate * m[i] / (std::sqrt(v[i]) * to_v_hat + eps);
  }
}

AdamW::AdamW(std::vector<Parameter*> parameters, AdamOptions options)
    : Adam(std::move(parameters), options), decay_(options.weight_decay) {
  options_.weight_decay = 0;
}

void AdamW::update(std::size_t index, Parameter& parameter, Range range) {
  const Scalar keep = 1 - lr * decay_;
  Scalar* w = parameter.value.data();
  for (std::size_t i = range.begin; i < range.end; ++i) w[i] *= keep;
  Adam::update(index, parameter, range);
}

RMSprop::RMSprop(std::vector<Parameter*> parameters, RMSpropOptions options)
    : Optimizer(std::move(parameters), options.lr),
      options_(options),
      square_avg_(add_state("square_avg")) {
  if (options_.momentum > 0) momentum_buffer_ = &add_state("momentum_buffer");
  if (options_.centered) grad_avg_ = &add_state("grad_avg");
}

void RMSprop::update(std::size_t index, Parameter& parameter, Range range) {
  Scalar* w = parameter.value.data();
  const Scalar* grad = parameter.grad.data();
  Scalar* s = square_avg_[index].data();
  Scalar* m = grad_avg_ ? (*grad_avg_)[index].data() : nullptr;
  Scalar* v = momentum_buffer_ ? (*momentum_buffer_)[index].data() : nullptr;
  const Scalar alpha = options_.alpha, rest = 1 - options_.alpha, eps = options_.eps;
  const Scalar decay = options_.weight_decay, momentum = options_.momentum, rate = lr;

  const auto uncentered = [=](std::size_t i, Scalar) { return s[i]; };
  const auto centered = [=](std::size_t i, Scalar g) {
    m[i] = alpha * m[i] + rest * g;
    return std::max(s[i] - m[i] * m[i], Scalar(0));  // which rounding may take below 0
  };
  const auto plain = [](std::size_t, Scalar move) { return move; };
  const auto with_momentum = [=](std::size_t i, Scalar move) {
    return v[i] = momentum * v[i] + move;
  };
  // One loop for each of the four kinds, without a branch inside.
  const auto update_by = [=](const auto& variance, const auto& velocity) {
#pragma omp simd
    for (std::size_t i = range.begin; i < range.end; ++i) {
      const Scalar g = grad[i] + decay * w[i];
      s[i] = alpha * s[i] + rest * g * g;
      w[i] -= rate * velocity(i, g / (std::sqrt(variance(i, g)) + eps));
    }
  };
  if (m && v) return update_by(centered, with_momentum);
  if (m) return update_by(centered, plain);
  if (v) return update_by(uncentered, with_momentum);
  update_by(uncentered, plain);
}

double clip_grad_norm(const std::vector<Parameter*>& parameters, double max_norm) {
  double squares = 0;
  for (const Parameter* parameter : parameters)
    if (parameter->has_grad)
      for (Scalar g : parameter->grad) squares += static_cast<double>(g) * g;
  const double norm = std::sqrt(squares);
  if (norm > max_norm) {
    const Scalar factor = max_norm / norm;
    for (Parameter* parameter : parameters)
      if (parameter->has_grad)
        for (Scalar& g : parameter->grad) g *= factor;
  }
  return norm;
}

}}  // namespace hourglass
