#pragma once

#include <algorithm>

#include "hourglass/autograd/constants.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Counts the examples since each unit of a sparse code was last used. A unit is dead once these are
/// `dead_after`.
class UnitUse {
 public:
  UnitUse(std::size_t units, std::size_t dead_after)
      : idle(filled({units})), dead_after_(static_cast<Scalar>(dead_after)) {}

  /// Notes the codes of a training batch: (B, units).
  void note(const Tensor& code) {
    const std::size_t units = idle.size();
    for (std::size_t i = 0; i < code.shape()[0]; ++i)
      for (std::size_t j = 0; j < units; ++j) {
        Scalar& since = idle.data()[j];
        since = code.data()[i * units + j] != 0 ? 0 : std::min(since + 1, dead_after_);
      }
  }

  /// 1 for a dead unit, 0 for any other: (units)
  Var dead(Tape& tape) const {
    Var dead = new_constant("dead units", tape, {idle.size()});
    for (std::size_t j = 0; j < idle.size(); ++j)
      dead.output().data()[j] = idle.data()[j] >= dead_after_;
    return dead;
  }

  Tensor idle;  ///< which the model registers as a buffer: (units)

 private:
  Scalar dead_after_;
};

}}  // namespace hourglass
