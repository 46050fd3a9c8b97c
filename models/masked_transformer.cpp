#include "hourglass/models/masked_transformer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

void add_blocks(Sequential& network, std::size_t count, std::size_t width, std::size_t heads,
                Rng& rng) {
  for (std::size_t i = 0; i < count; ++i) network.add<TransformerBlock>(width, heads, rng);
  network.add<LayerNorm>(width);
}

MaskedTransformerOptions checked(const Shape& image, const MaskedTransformerOptions& options) {
  check_options("model", options);
  if (image.size() != 3)
    throw ConfigError("patches are hidden of images (C, H, W), but an example is " +
                      to_text(image));
  return options;
}

/// The places of the visible tokens among all of a batch, P of each example: (B T)
Var places_of(Var visible) {
  const auto count = std::count(visible.value().begin(), visible.value().end(), Scalar(1));
  Var places = new_constant("places", visible.tape(), {static_cast<std::size_t>(count)});
  Scalar* next = places.output().data();
  const Scalar* seen = visible.value().data();
  for (std::size_t i = 0; i < visible.value().size(); ++i)
    if (seen[i] == 1) *next++ = static_cast<Scalar>(i);
  return places;
}

/// Of all places the rows of a table that has the visible tokens first and the mask token last: (B P)
Var rows_of(Var visible) {
  const Scalar* seen = visible.value().data();
  const std::size_t count = visible.value().size();
  const auto mask = static_cast<Scalar>(std::count(seen, seen + count, Scalar(1)));
  Var rows = new_constant("rows", visible.tape(), {count});
  Scalar token = 0;
  for (std::size_t i = 0; i < count; ++i) rows.output().data()[i] = seen[i] == 1 ? token++ : mask;
  return rows;
}

}  // namespace

MaskedTransformer::MaskedTransformer(const Shape& example_shape,
                                     const MaskedTransformerOptions& options, Rng& rng)
    : options_(checked(example_shape, options)),
      image_(example_shape),
      rows_((image_[1] + options.patch - 1) / options.patch),
      columns_((image_[2] + options.patch - 1) / options.patch),
      patches_(rows_ * columns_),
      shown_(patches_ -
             static_cast<std::size_t>(std::lround(options.ratio * static_cast<double>(patches_)))),
      pixels_(image_[0] * options.patch * options.patch),
      embed_(pixels_, options.width, rng),
      shrink_(options.width, options.decoder_width, rng),
      predict_(options.decoder_width, pixels_, rng),
      mask_token_({1, options.decoder_width}),
      positions_(sine_cosine_positions(rows_, columns_, options.width)),
      decoder_positions_(sine_cosine_positions(rows_, columns_, options.decoder_width)) {
  if (shown_ == 0 || shown_ >= patches_)
    throw ConfigError(
        fmt::format("model.ratio must leave a patch to see and a patch to guess of {}", patches_));
  rng.fill_normal(mask_token_.value, 0, Scalar(0.02));
  add_blocks(encoder_, options.depth, options.width, options.heads, rng);
  add_blocks(decoder_, options.decoder_depth, options.decoder_width, options.heads, rng);
  register_module("embed", embed_);
  register_module("encoder", encoder_);
  register_module("shrink", shrink_);
  register_parameter("mask_token", mask_token_);
  register_module("decoder", decoder_);
  register_module("predict", predict_);
}

// In steps of at most four axes, since longer shapes are kept on the heap.

Var MaskedTransformer::patches_of(Var x) const {
  const std::size_t size = options_.patch, examples = x.shape()[0], channels = image_[0];
  Var image = reshape(x, {examples, channels, image_[1], image_[2]});
  image = pad(pad(image, 2, 0, rows_ * size - image_[1]), 3, 0, columns_ * size - image_[2]);
  Var strips = reshape(image, {examples * channels * rows_, size, columns_, size});
  Var patches = reshape(permute(strips, {0, 2, 1, 3}), {examples, channels, patches_, size * size});
  return reshape(permute(patches, {0, 2, 1, 3}), {examples, patches_, pixels_});
}

Var MaskedTransformer::image_of(Var patches) const {
  const std::size_t size = options_.patch, examples = patches.shape()[0], channels = image_[0];
  Var planes = permute(reshape(patches, {examples, patches_, channels, size * size}), {0, 2, 1, 3});
  Var strips = reshape(planes, {examples * channels * rows_, columns_, size, size});
  Var image =
      reshape(permute(strips, {0, 2, 1, 3}), {examples, channels, rows_ * size, columns_ * size});
  return flatten(slice(slice(image, 2, 0, image_[1]), 3, 0, image_[2]));
}

Var MaskedTransformer::draw_visible(Tape& tape, std::size_t examples, Rng& rng) const {
  Var lots = new_constant("lots", tape, {examples, patches_});
  rng.fill_uniform(lots.output(), 0, 1);
  return top_k_mask(lots, shown_);
}

Var MaskedTransformer::all_visible(Tape& tape, std::size_t examples) const {
  Var all = new_constant("visible", tape, {examples, patches_});
  all.output().fill(1);
  return all;
}

Var MaskedTransformer::encode_visible(Var x, Var visible) {
  const std::size_t examples = x.shape()[0], all = examples * patches_;
  Var places = places_of(visible);
  Var embedded = embed_(reshape(patches_of(x), {all, pixels_}));
  Var tokens =
      reshape(embedded, {examples, patches_, options_.width}) + x.tape().constant(positions_);
  tokens = index_select(reshape(tokens, {all, options_.width}), places);
  const std::size_t seen = places.shape()[0] / examples;
  return encoder_(reshape(tokens, {examples, seen, options_.width}));
}

Var MaskedTransformer::decode_visible(Var tokens, Var visible) {
  const std::size_t examples = tokens.shape()[0], seen = tokens.shape()[1],
                    width = options_.decoder_width;
  Tape& tape = tokens.tape();
  Var table = concatenate(shrink_(reshape(tokens, {examples * seen, options_.width})),
                          tape.parameter(mask_token_), 0);
  Var all = reshape(index_select(table, rows_of(visible)), {examples, patches_, width}) +
            tape.constant(decoder_positions_);
  Var patches = sigmoid(predict_(reshape(decoder_(all), {examples * patches_, width})));
  return image_of(reshape(patches, {examples, patches_, pixels_}));
}

Var MaskedTransformer::encode(Var x) {
  return flatten(encode_visible(x, all_visible(x.tape(), x.shape()[0])));
}

Var MaskedTransformer::decode(Var code) {
  const std::size_t examples = code.shape()[0];
  return decode_visible(reshape(code, {examples, patches_, options_.width}),
                        all_visible(code.tape(), examples));
}

Loss MaskedTransformer::loss(Tape& tape, const Batch& batch, Rng& rng) {
  Var x = tape.constant(batch.x), visible = draw_visible(tape, batch.size(), rng);
  Var rebuilt = decode_visible(encode_visible(x, visible), visible);
  Var errors = sum(square(patches_of(x) - patches_of(rebuilt)), {2});  // (B, P)
  Var masked = mean(sum((1 - visible) * errors, {1}));
  const auto hidden_pixels = static_cast<Scalar>((patches_ - shown_) * pixels_);
  return Loss("masked_error", masked)
      .plus("visible_error", mean(sum(visible * errors, {1})),
            static_cast<Scalar>(options_.visible_weight))
      .with("masked_mse_per_pixel", masked / hidden_pixels);
}

Var MaskedTransformer::corrupt(Var x, Rng& rng) const {
  Var visible = reshape(draw_visible(x.tape(), x.shape()[0], rng), {x.shape()[0], patches_, 1});
  return image_of(visible * (patches_of(x) + 1) - 1);
}

Var MaskedTransformer::repair(Var corrupted) {
  // The least pixel of a patch is −1 where the patch is masked, else at least 0.
  Var visible = 1 + sign(clamp(min(patches_of(corrupted), {2}), -1, 0));
  return decode_visible(encode_visible(corrupted, visible), visible);
}

}}  // namespace hourglass
