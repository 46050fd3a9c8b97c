#include "hourglass/models/core/codes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// Calls fill(first, count) for each chunk of `size` examples, as many at a time as there are
/// threads, with the model out of training.
template <class Fill>
void for_each_chunk(Autoencoder& model, std::size_t size, const Fill& fill) {
  const ModeGuard mode = ModeGuard::evaluation(model);
  constexpr std::size_t chunk = 500;
  run_in_parallel((size + chunk - 1) / chunk,
                  [&](std::size_t i) { fill(i * chunk, std::min(chunk, size - i * chunk)); });
}

void copy_rows(const Tensor& from, Tensor& to, std::size_t first) {
  std::copy_n(from.data(), from.size(), to.data() + first * to.shape()[1]);
}

}  // namespace

Tensor encode_all(Autoencoder& model, const Dataset& data) {
  Tensor codes = filled({data.size(), model.latent()});
  for_each_chunk(model, data.size(), [&](std::size_t first, std::size_t count) {
    Tensor x;
    data.read_rows(first, count, x);
    Tape tape(Tape::Gradients::off);
    copy_rows(model.encode(tape.constant(x)).value(), codes, first);
  });
  return codes;
}

Tensor decode_all(Autoencoder& model, const Tensor& codes) {
  const std::size_t size = codes.shape()[0], latent = codes.shape()[1];
  Tensor examples;
  std::once_flag shaped;
  for_each_chunk(model, size, [&](std::size_t first, std::size_t count) {
    Tensor chunk = filled({count, latent});
    std::copy_n(codes.data() + first * latent, count * latent, chunk.data());
    Tape tape(Tape::Gradients::off);
    const Tensor& decoded = model.decode(tape.constant(chunk)).value();
    std::call_once(shaped, [&] { examples = filled({size, decoded.shape()[1]}); });
    copy_rows(decoded, examples, first);
  });
  return examples;
}

Tensor interpolate(Autoencoder& model, const Tensor& ends, std::size_t steps) {
  const ModeGuard mode = ModeGuard::evaluation(model);
  Tape tape(Tape::Gradients::off);
  const Tensor& codes = model.encode(tape.constant(ends)).value();
  Tensor line = filled({steps, model.latent()});
  for (std::size_t i = 0; i < steps; ++i) {
    const auto share = static_cast<Scalar>(steps > 1 ? double(i) / double(steps - 1) : 0.5);
    for (std::size_t k = 0; k < model.latent(); ++k)
      line(i, k) = (1 - share) * codes(0, k) + share * codes(1, k);
  }
  return decode_all(model, line);
}

}}  // namespace hourglass
