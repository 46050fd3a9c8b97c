#include "hourglass/autograd/constants.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Var new_constant(const char* name, Tape& tape, const Shape& shape) {
  return tape.record(name, shape, {});
}

Var filled(Tape& tape, const Shape& shape, Scalar value) {
  Var y = new_constant("filled", tape, shape);
  y.output().fill(value);
  return y;
}

Var normal_like(Var x, Rng& rng) {
  Var y = new_constant("normal", x.tape(), x.shape());
  rng.fill_normal(y.output(), 0, 1);
  return y;
}

}}  // namespace hourglass
