#include "hourglass/models/core/autoencoder.hpp"

#include <fmt/format.h>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Var Autoencoder::anomaly_score(Var x) {
  return squared_error(forward(x), x);
}

Tensor Autoencoder::sample(std::size_t count, Rng& rng) {
  const ModeGuard mode = ModeGuard::evaluation(*this);
  Tape tape(Tape::Gradients::off);
  return decode(tape.constant(sample_codes(count, rng))).value();
}

Tensor Autoencoder::sample_codes(std::size_t, Rng&) {
  throw ConfigError(
      "this model does not describe how its codes are distributed, so it cannot draw new ones; "
      "a variational one can");
}

Tensor Autoencoder::sample_codes(std::size_t, std::size_t label, Rng&) {
  throw ConfigError(fmt::format(
      "this model has no classes, so it cannot draw codes of class {}; a conditional one "
      "can",
      label));
}

Var Autoencoder::code_indices(Var) {
  throw ConfigError("this model has no codebook");
}

Var Autoencoder::decode_indices(Var) {
  throw ConfigError("this model has no codebook");
}

Var Autoencoder::class_logits(Var) {
  throw ConfigError("this model has no classifier");
}

Var Autoencoder::expectation(Var, std::size_t, Rng&) {
  throw ConfigError("this model needs all numbers of an example: it cannot fill in any");
}

}}  // namespace hourglass
