#pragma once

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// While it lives, the first Ctrl-C only sets a flag, so that a loop can end cleanly; a second one
/// ends the program as usual. The previous signal handler is restored afterwards.
class InterruptGuard {
 public:
  InterruptGuard();
  ~InterruptGuard();
  InterruptGuard(const InterruptGuard&) = delete;
  InterruptGuard& operator=(const InterruptGuard&) = delete;

  /// Whether Ctrl-C has been pressed since the guard was made.
  static bool interrupted();

 private:
  void (*earlier_handler_)(int);
};

}}  // namespace hourglass
