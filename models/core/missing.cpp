#include "hourglass/models/core/missing.hpp"

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/operation.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

bool is_missing(Scalar number) {
  return std::isnan(number);
}

}  // namespace

Known known_of(Var x) {
  Var mask = new_constant("known", x.tape(), x.shape());
  std::ranges::transform(x.value(), mask.output().begin(),
                         [](Scalar number) { return Scalar(!is_missing(number)); });
  if (!std::ranges::any_of(x.value(), is_missing)) return {x, mask, true};
  Var zeroed = new_constant("zero for missing", x.tape(), x.shape());
  std::ranges::replace_copy_if(x.value(), zeroed.output().begin(), is_missing, Scalar(0));
  return {zeroed, mask, false};
}

Tensor completed_from(const Tensor& others, const Tensor& x) {
  Tensor complete = x;
  for (std::size_t i = 0; i < x.size(); ++i)
    if (is_missing(x.data()[i])) complete.data()[i] = others.data()[i];
  return complete;
}

}}  // namespace hourglass
