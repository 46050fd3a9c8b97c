#include "hourglass/models/conditional_vae.hpp"

#include <string>
#include <utility>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Tensor ConditionalVae::sample_codes(std::size_t count, std::size_t label, Rng& rng) {
  if (label >= classes_)
    throw ConfigError("there is no class " + std::to_string(label) + ": the model has " +
                      std::to_string(classes_) + ", from 0");
  return codes_of(std::vector<std::size_t>(count, label), Vae::sample_codes(count, rng));
}

Tensor ConditionalVae::sample_codes(std::size_t count, Rng& rng) {
  Tensor noise = Vae::sample_codes(count, rng);
  std::vector<std::size_t> labels(count);
  for (std::size_t& label : labels) label = rng.below(static_cast<std::uint32_t>(classes_));
  return codes_of(labels, std::move(noise));
}

Tensor ConditionalVae::codes_of(const std::vector<std::size_t>& labels, Tensor codes) {
  Tape tape(Tape::Gradients::off);
  Var y = filled(tape, {labels.size(), classes_}, 0);
  for (std::size_t i = 0; i < labels.size(); ++i) y.output()(i, labels[i]) = 1;
  Var noise = slice(tape.constant(std::move(codes)), 1, 0, dimensions());
  return concatenate(prior_ ? prior(y).at(noise) : noise, y, 1).value();
}

}}  // namespace hourglass
