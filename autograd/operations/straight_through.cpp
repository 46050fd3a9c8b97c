#include "hourglass/autograd/operations/straight_through.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Var unit_step(Var x, Scalar bandwidth) {
  Var y = new_output("unit_step", x.shape(), {x});
  elementwise(y.output()) = xt::where(x.value() <= Scalar(0), Scalar(0),
                                      xt::where(x.value() > Scalar(0), Scalar(1), x.value()));
  on_backward(y, [x, y, bandwidth] {
    x.grad_accumulator() +=
        xt::where(xt::abs(x.value()) < bandwidth / 2, y.grad() / bandwidth, Scalar(0));
  });
  return y;
}

}}  // namespace hourglass
