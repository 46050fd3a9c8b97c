#include "models/autoencoder.hpp"

#include "autograd/error.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

Var Autoencoder::score(Var x) {
  return squared_error<EachExample>(forward(x), x);
}

Tensor Autoencoder::sample(std::size_t, Rng&) {
  throw ConfigError(
      "this model does not describe how its codes are distributed, so it cannot draw new ones; "
      "a variational one can");
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
