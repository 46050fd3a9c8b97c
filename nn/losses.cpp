#include "hourglass/nn/losses.hpp"

#include <fmt/format.h>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Var per_example(Var losses) {
  if (losses.dimension() != 1)
    throw ShapeError(
        fmt::format("per_example: the losses are {}: they must be one an example, (B){}",
                    to_text(losses.shape()), in_module(losses)));
  return mean(losses);
}

Var per_element(Var losses, Var x) {
  if (x.dimension() == 0 || losses.shape() != Shape{x.shape()[0]})
    throw ShapeError(
        fmt::format("per_element: the losses are {} and x is {}: they must be (B) and (B, …){}",
                    to_text(losses.shape()), to_text(x.shape()), in_module(losses)));
  std::size_t elements = 1;
  for (std::size_t axis = 1; axis < x.dimension(); ++axis) elements *= x.shape()[axis];
  return per_example(losses) / static_cast<Scalar>(elements);
}

}}  // namespace hourglass
