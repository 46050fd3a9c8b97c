#include "hourglass/nn/layers/masked_linear.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/nn/initialization.hpp"
#include "hourglass/nn/layers/activations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

MaskedLinear::MaskedLinear(const Tensor& in_degrees, const Tensor& out_degrees, Rng& rng,
                           LinearOptions options)
    : Linear(in_degrees.shape()[1], out_degrees.shape()[1], rng, options),
      in_degrees_(in_degrees),
      out_degrees_(out_degrees) {
  Tensor kept = filled(weight.value.shape()), once = kept;
  for (std::size_t m = 0; m < in_degrees.shape()[0]; ++m) {
    fill_mask(m, once);
    for (std::size_t i = 0; i < kept.size(); ++i) kept.data()[i] += once.data()[i];
  }
  for (std::size_t i = 0; i < kept.size(); ++i)
    if (kept.data()[i] == 0) weight.value.data()[i] = 0;
}

void MaskedLinear::fill_mask(std::size_t number, Tensor& mask) const {
  const std::size_t in = in_degrees_.shape()[1], out = out_degrees_.shape()[1];
  const Scalar *from = in_degrees_.data() + number * in, *to = out_degrees_.data() + number * out;
  Scalar* element = mask.data();
  for (std::size_t j = 0; j < out; ++j)
    for (std::size_t i = 0; i < in; ++i) *element++ = from[i] <= to[j] ? 1 : 0;
}

Var MaskedLinear::forward(Var x, std::size_t mask) {
  const ModuleScope scope(x.tape().context(), path());
  Var kept = new_constant("mask", x.tape(), weight.value.shape());
  fill_mask(mask, kept.output());
  return product(x, x.tape().parameter(weight) * kept);
}

namespace {

/// Degrees of `units` hidden units above a layer of these degrees: (M, units). A unit of a degree
/// below the least of that layer would see nothing, and nobody would see one above `largest`.
Tensor drawn_degrees(const Tensor& below, std::size_t units, const Tensor& outputs, Rng& rng) {
  const std::size_t masks = below.shape()[0];
  if (units == 0)
    throw ConfigError("AutoregressiveNetwork: a hidden layer has 0 units: it must have at least 1");
  Tensor degrees = filled(weight_shape("AutoregressiveNetwork", {masks, units}));
  for (std::size_t m = 0; m < masks; ++m) {
    const Scalar* seen = below.data() + m * below.shape()[1];
    const Scalar* wanted = outputs.data() + m * outputs.shape()[1];
    const Scalar least = *std::min_element(seen, seen + below.shape()[1]),
                 largest = *std::max_element(wanted, wanted + outputs.shape()[1]);
    const auto choices = static_cast<std::uint32_t>(std::max<Scalar>(largest - least, 0)) + 1;
    for (std::size_t k = 0; k < units; ++k)
      degrees(m, k) = least + static_cast<Scalar>(rng.below(choices));
  }
  return degrees;
}

}  // namespace

AutoregressiveNetwork::AutoregressiveNetwork(Tensor inputs, Tensor outputs,
                                             const AutoregressiveOptions& options, Rng& rng)
    : activation_(activations()[options.activation]()) {
  degrees_.push_back(std::move(inputs));
  for (std::size_t units : options.hidden)
    degrees_.push_back(drawn_degrees(degrees_.back(), units, outputs, rng));
  degrees_.push_back(std::move(outputs));
  for (std::size_t i = 0; i < degrees_.size(); ++i)
    register_buffer("degrees." + std::to_string(i), degrees_[i]);
  for (std::size_t i = 0; i + 1 < degrees_.size(); ++i) {
    layers_.push_back(std::make_unique<MaskedLinear>(degrees_[i], degrees_[i + 1], rng));
    register_module(std::to_string(i), *layers_.back());
  }
  if (!options.direct || options.hidden.empty()) return;
  direct_ = std::make_unique<MaskedLinear>(degrees_.front(), degrees_.back(), rng,
                                           LinearOptions{.bias = false});
  register_module("direct", *direct_);
}

Var AutoregressiveNetwork::forward(Var x, std::size_t mask) {
  Var h = x;
  for (std::size_t i = 0; i + 1 < layers_.size(); ++i)
    h = (*activation_)(layers_[i]->forward(h, mask));
  Var y = layers_.back()->forward(h, mask);
  return direct_ ? y + direct_->forward(x, mask) : y;
}

std::vector<std::size_t> AutoregressiveNetwork::order(std::size_t mask) const {
  const std::size_t inputs = degrees_.front().shape()[1];
  std::vector<std::size_t> order(inputs);
  for (std::size_t i = 0; i < inputs; ++i) {
    const Scalar place = degrees_.front()(mask, i);
    if (!(place >= 1 && place <= static_cast<Scalar>(inputs)))
      throw DataError(fmt::format("degrees.0 is not an order: it holds {}", place));
    order[static_cast<std::size_t>(place) - 1] = i;
  }
  return order;
}

}}  // namespace hourglass
