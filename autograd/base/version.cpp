#include "hourglass/version.hpp"

namespace hourglass {

const char* version() {
  return HOURGLASS_VERSION;
}

}  // namespace hourglass
