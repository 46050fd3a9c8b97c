#include "models/variational.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

Var binarize(Tape& tape, const Tensor& x, Rng& rng) {
  const Shape shape(x.shape().begin(), x.shape().end());
  Var drawn = tape.record("binarize", shape, {});
  rng.fill_uniform(drawn.output(), 0, 1);
  Scalar* out = drawn.output().data();
  for (std::size_t i = 0; i < x.size(); ++i) out[i] = out[i] < x.data()[i] ? 1 : 0;
  return drawn;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
