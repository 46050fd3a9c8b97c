#include "hourglass/nn/training/interrupt.hpp"

#include <csignal>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

volatile std::sig_atomic_t pressed = 0;

void note_interrupt(int) {
  pressed = 1;
  std::signal(SIGINT, SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard() {
  pressed = 0;
  earlier_handler_ = std::signal(SIGINT, note_interrupt);
}

InterruptGuard::~InterruptGuard() {
  std::signal(SIGINT, earlier_handler_);
}

bool InterruptGuard::interrupted() {
  return pressed != 0;
}

}}  // namespace hourglass
