#pragma once

#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// x − c, where c is the bias of the decoder's last layer, which comes close to the mean of the
/// examples: an encoder of what remains has no units that are silent for every example from the
/// start (Bricken et al., "Towards Monosemanticity", 2023). Where c is one number per channel, of a
/// convolution, x itself.      x: (B, F)   c: (F)
inline Var centred(Var x, Parameter& c) {
  return c.value.size() == x.shape()[1] ? x - x.tape().parameter(c) : x;
}

}}  // namespace hourglass
