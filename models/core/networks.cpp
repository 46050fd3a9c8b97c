#include "hourglass/models/core/networks.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/nn/layers/activations.hpp"
#include "hourglass/nn/layers/convolution.hpp"
#include "hourglass/nn/layers/linear.hpp"
#include "hourglass/nn/layers/normalization.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

void NetworkOptions::describe(Settings& settings) {
  settings("latent", latent, "latent dimensions");
  settings("hidden", hidden, "widths of the encoder's dense layers; the decoder mirrors them");
  settings("channels", channels,
           "maps of the convolutions of stride 2 before the dense layers; [] for none");
  settings("depth", depth, "further convolutions of stride 1 after each of them");
  settings("upsampling", upsampling, upsamplings(), "how the decoder enlarges");
  settings("activation", activation, activations(), "between layers");
  settings("normalization", normalization, normalizations(), "between layers");
}

const Choices<Upsampling>& upsamplings() {
  static const Choices<Upsampling> all(
      "upsampling", {{"transposed", Upsampling::transposed, "a transposed convolution"},
                     {"nearest", Upsampling::nearest, "enlarge, then convolve"}});
  return all;
}

const Choices<Normalization>& normalizations() {
  static const Choices<Normalization> all("normalization",
                                          {{"none", Normalization::none, "nothing"},
                                           {"batch", Normalization::batch, "batch normalisation"}});
  return all;
}

namespace {

/// Crops images to height × width, keeping the upper left corner.
class Crop : public Module {
 public:
  Crop(std::size_t height, std::size_t width) : height_(height), width_(width) {}
  Var forward(Var x) override { return slice(slice(x, 2, 0, height_), 3, 0, width_); }

 private:
  std::size_t height_, width_;
};

void check(const NetworkOptions& options, const Shape& example_shape) {
  upsamplings().index_of(options.upsampling);
  normalizations().index_of(options.normalization);
  activations().index_of(
      options.activation);  // throws for an unknown name even if no layer uses it
  if (!options.channels.empty() && example_shape.size() != 3)
    throw ConfigError(fmt::format(
        "convolutions need images (C, H, W), but an example is {}: set model.channels to []",
        to_text(example_shape)));
}

/// The shapes of the encoder's feature maps: the example's, then one for each of `channels`.
std::vector<Shape> image_shapes(const NetworkOptions& options, const Shape& example_shape) {
  std::vector<Shape> shapes = {example_shape};
  for (std::size_t channels : options.channels) {
    const Shape& last = shapes.back();
    shapes.push_back({channels, (last[1] + 1) / 2, (last[2] + 1) / 2});
  }
  return shapes;
}

/// The sizes of the dense layers: the output of the convolutions, then the hidden layers.
std::vector<std::size_t> dense_sizes(const NetworkOptions& options, const Shape& example_shape) {
  std::vector<std::size_t> sizes = {element_count(image_shapes(options, example_shape).back())};
  sizes.insert(sizes.end(), options.hidden.begin(), options.hidden.end());
  return sizes;
}

void add_between(Sequential& network, const NetworkOptions& options, std::size_t size,
                 bool images) {
  if (normalizations()[options.normalization] == Normalization::batch) {
    if (images)
      network.add<BatchNorm2d>(size);
    else
      network.add<BatchNorm1d>(size);
  }
  network.add(activations()[options.activation]());
}

void add_convolution(Sequential& network, const NetworkOptions& options, std::size_t in,
                     std::size_t out, std::size_t stride, Rng& rng) {
  network.add<Conv2d>(in, out, rng,
                      Conv2dOptions{.stride = static_cast<std::uint32_t>(stride), .padding = 1});
  add_between(network, options, out, true);
}

/// Upsamples feature maps of shape `from` to shape `to`, the one that was halved to get `from`.
void add_enlargement(Sequential& network, const NetworkOptions& options, const Shape& from,
                     const Shape& to, Rng& rng) {
  if (upsamplings()[options.upsampling] == Upsampling::transposed) {
    const Size2 more(static_cast<std::uint32_t>(to[1] + 1 - 2 * from[1]),
                     static_cast<std::uint32_t>(to[2] + 1 - 2 * from[2]));
    network.add<ConvTranspose2d>(
        from[0], to[0], rng,
        ConvTranspose2dOptions{.stride = 2, .padding = 1, .output_padding = more});
    return;
  }
  network.add<Upsample>();
  if (to[1] != 2 * from[1] || to[2] != 2 * from[2]) network.add<Crop>(to[1], to[2]);
  network.add<Conv2d>(from[0], to[0], rng, Conv2dOptions{.padding = 1});
}

}  // namespace

std::size_t encoder_outputs(const NetworkOptions& options, const Shape& example_shape,
                            std::size_t outputs) {
  return outputs ? outputs : dense_sizes(options, example_shape).back();
}

void add_encoder(Sequential& network, const NetworkOptions& options, const Shape& example_shape,
                 std::size_t outputs, Rng& rng) {
  check(options, example_shape);
  if (outputs == 0 && options.hidden.empty() && options.channels.empty())
    throw ConfigError("model.latent is 0 and there are no hidden layers: nothing makes a code");
  const std::vector<Shape> shapes = image_shapes(options, example_shape);
  if (shapes.size() > 1) network.add<Unflatten>(example_shape);
  for (std::size_t i = 0; i + 1 < shapes.size(); ++i) {
    add_convolution(network, options, shapes[i][0], shapes[i + 1][0], 2, rng);
    for (std::size_t k = 0; k < options.depth; ++k)
      add_convolution(network, options, shapes[i + 1][0], shapes[i + 1][0], 1, rng);
  }
  if (shapes.size() > 1) network.add<Flatten>();
  const std::vector<std::size_t> sizes = dense_sizes(options, example_shape);
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    network.add<Linear>(sizes[i], sizes[i + 1], rng);
    add_between(network, options, sizes[i + 1], false);
  }
  if (outputs) network.add<Linear>(sizes.back(), outputs, rng);
}

void add_decoder(Sequential& network, const NetworkOptions& options, const Shape& example_shape,
                 std::size_t inputs, Rng& rng, std::size_t maps) {
  check(options, example_shape);
  std::vector<Shape> shapes = image_shapes(options, example_shape);
  std::vector<std::size_t> sizes = dense_sizes(options, example_shape);
  if (shapes.size() == 1) sizes.front() *= maps;
  std::reverse(shapes.begin(), shapes.end());
  std::reverse(sizes.begin(), sizes.end());
  if (inputs) sizes.insert(sizes.begin(), inputs);
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    network.add<Linear>(sizes[i], sizes[i + 1], rng);
    if (i + 2 < sizes.size() || shapes.size() > 1)
      add_between(network, options, sizes[i + 1], false);
  }
  if (shapes.size() == 1) return;
  network.add<Unflatten>(shapes.front());
  shapes.back()[0] *= maps;
  for (std::size_t i = 0; i + 1 < shapes.size(); ++i) {
    for (std::size_t k = 0; k < options.depth; ++k)
      add_convolution(network, options, shapes[i][0], shapes[i][0], 1, rng);
    add_enlargement(network, options, shapes[i], shapes[i + 1], rng);
    if (i + 2 < shapes.size()) add_between(network, options, shapes[i + 1][0], true);
  }
  network.add<Flatten>();
}

}}  // namespace hourglass
