#include <fmt/format.h>

#include <algorithm>

#include "autograd/error.hpp"
#include "autograd/operation.hpp"
#include "autograd/operations.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

Var reshape(Var x, const Shape& shape) {
  if (element_count(shape) != x.value().size())
    throw ShapeError(fmt::format("reshape: x is {} with {} elements, which do not fill {}{}",
                                 to_text(x.shape()), x.value().size(), to_text(shape),
                                 x.tape().where()));
  Var y = new_output("reshape", shape, {x});
  std::copy_n(x.value().data(), x.value().size(), y.output().data());
  on_backward(y, [x, y] {
    if (!x.needs_grad()) return;
    Tensor& dx = x.tape().scratch(1, x.shape());
    std::copy_n(y.grad().data(), dx.size(), dx.data());
    x.grad_sum() += dx;
  });
  return y;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
