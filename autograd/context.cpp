#include "hourglass/autograd/context.hpp"

#include <fmt/format.h>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

std::string Context::where() const {
  return module_ && !module_->empty() ? fmt::format(" (in {})", *module_) : "";
}

Rng& Context::rng() const {
  if (!rng_)
    throw TapeError(
        fmt::format("a layer draws noise, but the tape has no generator: call "
                    "tape.context().draw_from(rng) first, or model.eval(){}",
                    where()));
  return *rng_;
}

}}  // namespace hourglass
