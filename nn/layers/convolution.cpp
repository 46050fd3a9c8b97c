#include "hourglass/nn/layers/convolution.hpp"

#include <fmt/format.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/nn/initialization.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// The shape of a weight that has all of `first` channels along its first axis and one group's
/// share of `second` along its second.
Shape kernel_shape(const char* layer, std::size_t first, std::size_t second, Size2 kernel,
                   std::size_t groups) {
  if (first == 0 || second == 0 || kernel.height == 0 || kernel.width == 0 || groups == 0)
    throw ConfigError(fmt::format("{}: channels, kernel and groups must all be at least 1", layer));
  if (first % groups != 0 || second % groups != 0)
    throw ConfigError(fmt::format("{}: {} and {} channels do not divide into {} groups", layer,
                                  first, second, groups));
  return weight_shape(layer, {first, second / groups, kernel.height, kernel.width});
}

void draw_weights(Parameter& weight, Parameter* bias, Rng& rng) {
  const Shape& shape = weight.value.shape();
  const std::size_t fan_in = shape[1] * shape[2] * shape[3];
  layer_uniform(weight.value, fan_in, rng);
  if (bias) layer_uniform(bias->value, fan_in, rng);
}

}  // namespace

Conv2d::Conv2d(std::size_t in, std::size_t out, Rng& rng, Conv2dOptions options)
    : weight(kernel_shape("Conv2d", out, in, options.kernel, options.groups)),
      bias({out}),
      options_{.stride = options.stride,
               .padding = options.padding,
               .dilation = options.dilation,
               .groups = static_cast<std::uint32_t>(options.groups)},
      has_bias_(options.bias) {
  register_parameter("weight", weight);
  if (has_bias_) register_parameter("bias", bias);
  draw_weights(weight, has_bias_ ? &bias : nullptr, rng);
}

Var Conv2d::forward(Var x) {
  Tape& tape = x.tape();
  return has_bias_ ? conv2d(x, tape.parameter(weight), tape.parameter(bias), options_)
                   : conv2d(x, tape.parameter(weight), options_);
}

ConvTranspose2d::ConvTranspose2d(std::size_t in, std::size_t out, Rng& rng,
                                 ConvTranspose2dOptions options)
    : weight(kernel_shape("ConvTranspose2d", in, out, options.kernel, options.groups)),
      bias({out}),
      options_{.stride = options.stride,
               .padding = options.padding,
               .output_padding = options.output_padding,
               .dilation = options.dilation,
               .groups = static_cast<std::uint32_t>(options.groups)},
      has_bias_(options.bias) {
  register_parameter("weight", weight);
  if (has_bias_) register_parameter("bias", bias);
  draw_weights(weight, has_bias_ ? &bias : nullptr, rng);
}

Var ConvTranspose2d::forward(Var x) {
  Tape& tape = x.tape();
  return has_bias_ ? conv_transpose2d(x, tape.parameter(weight), tape.parameter(bias), options_)
                   : conv_transpose2d(x, tape.parameter(weight), options_);
}

Var Unflatten::forward(Var x) {
  Shape shape(shape_.size() + 1);
  shape[0] = x.dimension() > 0 ? x.shape()[0] : 1;
  std::copy(shape_.begin(), shape_.end(), shape.begin() + 1);
  return reshape(x, shape);
}

}}  // namespace hourglass
