#include "hourglass/models/made.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/nn/initialization.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

const Choices<PixelOrder>& pixel_orders() {
  static const Choices<PixelOrder> all(
      "order", {{"natural", PixelOrder::natural, "row by row, as they are stored"},
                {"random", PixelOrder::random, "drawn anew for each mask"}});
  return all;
}

namespace {

/// The place of each pixel in the order of each mask, from 1: (M, F)
Tensor places_of(const MadeOptions& options, std::size_t pixels, Rng& rng) {
  check_options("model", options);
  Tensor places = filled(weight_shape("Made", {options.masks, pixels}));
  std::vector<std::uint32_t> order(pixels);
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t m = 0; m < options.masks; ++m) {
    if (pixel_orders()[options.order] == PixelOrder::random) rng.shuffle(order);
    for (std::size_t d = 0; d < pixels; ++d) places(m, d) = static_cast<Scalar>(order[d] + 1);
  }
  return places;
}

/// The degrees of the outputs, (M, maps F): those of a pixel may see all that come before it.
Tensor output_degrees(const Tensor& places, std::size_t maps) {
  const std::size_t masks = places.shape()[0], pixels = places.shape()[1];
  Tensor degrees = filled(weight_shape("Made", {masks, maps * pixels}));
  for (std::size_t m = 0; m < masks; ++m)
    for (std::size_t j = 0; j < maps * pixels; ++j) degrees(m, j) = places(m, j % pixels) - 1;
  return degrees;
}

/// The outputs of one pixel: (B, maps F) → (B, maps)
Tensor outputs_of(Var outputs, std::size_t pixel, std::size_t pixels) {
  Var own = slice(outputs, 1, pixel, pixel + 1);
  for (std::size_t at = pixel + pixels; at < outputs.shape()[1]; at += pixels)
    own = concatenate(own, slice(outputs, 1, at, at + 1), 1);
  return own.value();
}

}  // namespace

Made::Made(const Shape& example_shape, const MadeOptions& options, Rng& rng)
    : Made(options, places_of(options, element_count(example_shape), rng), rng) {}

Made::Made(const MadeOptions& options, const Tensor& places, Rng& rng)
    : likelihood(make_likelihood(options.likelihood)),
      network(places, output_degrees(places, likelihood->maps()), options.network, rng),
      pixels_(places.shape()[1]) {
  register_module("network", network);
  register_module("likelihood", *likelihood);
}

Var Made::log_likelihood(Var x) {
  const std::size_t examples = x.shape()[0];
  Var each = reshape(log_likelihood(x, 0), {examples, 1});
  for (std::size_t m = 1; m < network.masks(); ++m)
    each = concatenate(each, reshape(log_likelihood(x, m), {examples, 1}), 1);
  return logsumexp(each, {1}) - std::log(static_cast<Scalar>(network.masks()));
}

Tensor Made::sample_codes(std::size_t count, Rng& rng) {
  std::vector<std::vector<std::size_t>> rows(network.masks());
  for (std::size_t i = 0; i < count; ++i)
    rows[rng.below(static_cast<std::uint32_t>(rows.size()))].push_back(i);
  Tensor images = filled({count, pixels_});
  for (std::size_t m = 0; m < rows.size(); ++m) {
    const Tensor drawn = draw(m, rows[m].size(), rng);
    for (std::size_t i = 0; i < rows[m].size(); ++i)
      std::copy_n(drawn.data() + i * pixels_, pixels_, images.data() + rows[m][i] * pixels_);
  }
  return images;
}

Tensor Made::draw(std::size_t mask, std::size_t count, Rng& rng) {
  Tensor x = filled({count, pixels_});
  if (count == 0) return x;
  Tape tape(Tape::Gradients::off);
  for (std::size_t pixel : network.order(mask)) {
    tape.reset();
    Var outputs = network.forward(tape.constant(x), mask);
    const Tensor drawn = likelihood->draw(outputs_of(outputs, pixel, pixels_), rng);
    for (std::size_t i = 0; i < count; ++i) x(i, pixel) = drawn(i, 0);
  }
  return x;
}

Scalar Made::nats_of_a_bit() const {
  return static_cast<Scalar>(static_cast<double>(pixels_) * std::numbers::ln2);
}

}}  // namespace hourglass
