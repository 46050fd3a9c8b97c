#include "oldest_processor.hpp"

#include <xtensor/xmath.hpp>
#include <xtensor/xnoalias.hpp>

hourglass::Tensor count_up(std::size_t n) {
  hourglass::Tensor x = hourglass::filled(hourglass::Shape{n});
  for (std::size_t i = 0; i < n; ++i) x(i) = hourglass::Scalar(i);
  return x;
}

hourglass::Scalar total(const hourglass::Tensor& x) {
  hourglass::Tensor doubled = hourglass::filled(x.shape());
  xt::noalias(doubled) = x + x;
  return xt::sum(doubled)() / 2;
}
