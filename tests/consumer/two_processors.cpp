// Tensors go back and forth between code for this processor, code for the oldest, and the libraries.
#include <cstdio>
#include <cstring>
#include <hourglass/autograd/operations.hpp>
#include <hourglass/autograd/tape.hpp>
#include <hourglass/version.hpp>
#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>

#include "autograd/tape.hpp"
#include "oldest_processor.hpp"

using namespace hourglass;

int main() {
  if (std::strcmp(version(), HOURGLASS_VERSION) != 0) return 1;
  if (own_tape() != 42) return 2;
  const std::size_t n = 1001;
  Parameter x(Shape{n});
  x.value = count_up(n);
  Tape tape;
  tape.backward(sum(square(tape.parameter(x))));  // d Σ x² = 2 x
  Tensor half = filled(Shape{n});
  xt::noalias(half) = x.grad / 2 - x.value;
  const double difference = xt::amax(xt::abs(half))();
  std::printf("total %.0f, difference %g\n", double(total(x.value)), difference);
  return total(x.value) == Scalar(n * (n - 1) / 2) && difference == 0 ? 0 : 3;
}
