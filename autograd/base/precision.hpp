#pragma once

// The scalar is chosen when the library is built: the same sources are compiled once with float
// (the targets `hourglass::*`) and once with double (`hourglass::*_f64`, in which gradients are
// checked). Each build lives in its own inline namespace, so code for one does not link with code
// for the other, and neither the engine nor a model needs a template parameter for it.

#ifdef HOURGLASS_F64
#define HOURGLASS_PRECISION f64
#else
#define HOURGLASS_PRECISION f32
#endif

namespace hourglass { inline namespace HOURGLASS_PRECISION {

#ifdef HOURGLASS_F64
using Scalar = double;
#else
using Scalar = float;
#endif

}}  // namespace hourglass
