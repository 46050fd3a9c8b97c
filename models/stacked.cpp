#include "hourglass/models/stacked.hpp"

#include <algorithm>
#include <cmath>

#include "hourglass/nn/layers/activations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

const Choices<FineTune>& fine_tunings() {
  static const Choices<FineTune> all(
      "fine_tune", {{"reconstruction", FineTune::reconstruction, "rebuilds examples"},
                    {"labels", FineTune::labels, "tells their classes"}});
  return all;
}

void StackedOptions::describe(Settings& settings) {
  settings("latent", latent, "latent dimensions, the width of the encoder's last layer");
  settings("hidden", hidden, "widths of the layers before it; the decoder mirrors them");
  settings("activation", activation, activations(), "of every layer, the code's too");
  settings("masking", masking, at_least(0).below(1),
           "share of a layer's inputs set to 0 while it learns");
  settings("pretraining", pretraining, at_least(0).below(1),
           "share of the training steps before fine-tuning");
  settings("fine_tune", fine_tune, fine_tunings(), "objective of fine-tuning");
  settings("classes", classes, at_least(2), "of fine_tune = labels: number of classes");
  settings("dropout", dropout, at_least(0).below(1),
           "of fine_tune = labels: of every layer's outputs");
  settings("reconstruction_weight", reconstruction_weight, at_least(0),
           "of fine_tune = labels: weight of the reconstruction error");
}

Stacked::Stacked(const Shape& example_shape, StackedOptions options, Rng& rng)
    : options_(std::move(options)), activation_(activations()[options_.activation]()) {
  const bool labels = fine_tunings()[options_.fine_tune] == FineTune::labels;
  check_options("model", options_);
  std::vector<std::size_t> sizes = {element_count(example_shape)};
  sizes.insert(sizes.end(), options_.hidden.begin(), options_.hidden.end());
  sizes.push_back(options_.latent);
  for (std::size_t i = 0; i + 1 < sizes.size(); ++i) {
    encoder_.push_back(std::make_unique<Linear>(sizes[i], sizes[i + 1], rng));
    decoder_.push_back(std::make_unique<Linear>(sizes[i + 1], sizes[i], rng));
    register_module("encoder." + std::to_string(i), *encoder_[i]);
    register_module("decoder." + std::to_string(i), *decoder_[i]);
  }
  stage_ = layers();
  if (!labels) return;
  classifier_ = std::make_unique<Linear>(options_.latent, options_.classes, rng);
  register_module("classifier", *classifier_);
}

Var Stacked::error_rate(Var logits, Var labels) {
  const std::size_t examples = logits.shape()[0], classes = logits.shape()[1];
  std::size_t wrong = 0;
  for (std::size_t i = 0; i < examples; ++i) {
    const Scalar* row = logits.value().data() + i * classes;
    wrong += std::max_element(row, row + classes) - row != std::lround(labels.value().data()[i]);
  }
  return filled(logits.tape(), {}, static_cast<Scalar>(wrong) / static_cast<Scalar>(examples));
}

}}  // namespace hourglass
