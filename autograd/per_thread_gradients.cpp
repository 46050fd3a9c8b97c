#include "hourglass/autograd/per_thread_gradients.hpp"

#include "hourglass/autograd/kernels/broadcasting.hpp"
#include "hourglass/autograd/kernels/threads.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

PerThreadGradients::Gradient& PerThreadGradients::of(Parameter& parameter) {
  for (Gradient& known : gradients_)
    if (known.parameter == &parameter) return known;
  return gradients_.emplace_back(Gradient{&parameter, filled(parameter.value.shape())});
}

void PerThreadGradients::add_to_parameters() {
  std::size_t size = 0;
  for (const Gradient& gradient : gradients_) size += gradient.sum.size();
  run_in_parts(size, [this](std::size_t part, std::size_t parts) {
    for (const Gradient& gradient : gradients_)
      if (gradient.has_sum)
        add_to(gradient.sum, gradient.parameter->grad,
               gradient.parameter->has_grad ? Sum::accumulate : Sum::replace,
               split_range(gradient.sum.size(), part, parts));
  });
  for (Gradient& gradient : gradients_) {
    gradient.parameter->has_grad |= gradient.has_sum;
    gradient.has_sum = false;
  }
}

}}  // namespace hourglass
