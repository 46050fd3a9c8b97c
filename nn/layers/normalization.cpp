#include "hourglass/nn/layers/normalization.hpp"

#include <fmt/format.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/nn/initialization.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// The shape of weight and bias, checked before anything is allocated for it.
Shape checked(const char* layer, const Shape& shape) {
  if (!is_sane(shape) || element_count(shape) == 0)
    throw ConfigError(fmt::format("{}: {} are not valid sizes of a layer", layer, to_text(shape)));
  return shape;
}

}  // namespace

BatchNorm::BatchNorm(const char* name, std::size_t axes, std::size_t channels,
                     BatchNormOptions options)
    : weight(checked(name, {channels})),
      bias({channels}),
      running_mean(filled({channels})),
      running_var(filled({channels}, 1)),
      num_batches_tracked(filled({})),
      name_(name),
      axes_(axes),
      options_(options) {
  weight.value.fill(1);
  register_parameter("weight", weight);
  register_parameter("bias", bias);
  register_buffer("running_mean", running_mean);
  register_buffer("running_var", running_var);
  register_buffer("num_batches_tracked", num_batches_tracked);
}

Var BatchNorm::forward(Var x) {
  Tape& tape = x.tape();
  if (x.dimension() != axes_)
    throw ShapeError(fmt::format("{}: x is {}: it must be {}{}", name_, to_text(x.shape()),
                                 axes_ == 2 ? "(B, C)" : "(N, C, H, W)", tape.context().where()));
  Var y = batch_norm(x, tape.parameter(weight), tape.parameter(bias), running_mean, running_var,
                     training(), static_cast<Scalar>(options_.momentum),
                     static_cast<Scalar>(options_.eps));
  if (training()) num_batches_tracked() += 1;
  return y;
}

LayerNorm::LayerNorm(const Shape& shape, double eps)
    : weight(checked("LayerNorm", shape)), bias(shape), eps_(eps) {
  weight.value.fill(1);
  register_parameter("weight", weight);
  register_parameter("bias", bias);
}

Var LayerNorm::forward(Var x) {
  Tape& tape = x.tape();
  return layer_norm(x, tape.parameter(weight), tape.parameter(bias), static_cast<Scalar>(eps_));
}

GroupNorm::GroupNorm(std::size_t groups, std::size_t channels, double eps)
    : weight(checked("GroupNorm", {channels})), bias({channels}), groups_(groups), eps_(eps) {
  if (groups == 0 || channels % groups != 0)
    throw ConfigError(
        fmt::format("GroupNorm: {} channels do not divide into {} groups", channels, groups));
  weight.value.fill(1);
  register_parameter("weight", weight);
  register_parameter("bias", bias);
}

Var GroupNorm::forward(Var x) {
  Tape& tape = x.tape();
  return group_norm(x, groups_, tape.parameter(weight), tape.parameter(bias),
                    static_cast<Scalar>(eps_));
}

}}  // namespace hourglass
