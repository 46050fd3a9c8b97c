#include "hourglass/models/core/codes.hpp"

#include <algorithm>
#include <mutex>

#include "hourglass/models/core/inference.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

void copy_rows(const Tensor& from, Tensor& to, std::size_t first) {
  std::copy_n(from.data(), from.size(), to.data() + first * to.shape()[1]);
}

}  // namespace

Tensor encode_all(Autoencoder& model, const Dataset& data) {
  Tensor codes = filled({data.size(), model.latent()});
  infer(model, data, [&](const InferenceBatch& batch) {
    copy_rows(model.encode(batch.x()).value(), codes, batch.first);
  });
  return codes;
}

Tensor decode_all(Autoencoder& model, const Tensor& codes) {
  Tensor examples;
  std::once_flag shaped;
  infer(model, codes, [&](const InferenceBatch& batch) {
    const Tensor& decoded = model.decode(batch.x()).value();
    std::call_once(shaped, [&] { examples = filled({codes.shape()[0], decoded.shape()[1]}); });
    copy_rows(decoded, examples, batch.first);
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
