#include "autograd/operation.hpp"
#include "autograd/operations.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {}  // namespace hourglass::inline HOURGLASS_PRECISION
