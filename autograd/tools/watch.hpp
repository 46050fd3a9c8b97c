#pragma once

#include <string>
#include <vector>

#include "hourglass/autograd/tape.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

struct WatchOptions {
  /// Name the first operation that makes a NaN or an infinity, forward or backward, in a
  /// NonFiniteError, with the module and the element. A value is looked at when the next one is
  /// recorded, or when backward or end_forward says that it is complete.
  bool check_finite = false;
  /// Note how long each operation takes, forward and backward.
  bool measure_time = false;
};

/// From now on watches what `tape` records; with neither option it stops.
void watch(Tape& tape, WatchOptions options);

/// "nan", "-inf" or four digits: a NaN may have a sign, which differs between processors and means
/// nothing.
std::string value_text(double number);

/// Seconds that an operation took; 0 where they were not measured.
struct OperationTimes {
  double forward = 0, backward = 0;
};
/// Those of value `number` in the program itself and in its last backward.
OperationTimes times_of(const Tape& tape, std::size_t number);

}}  // namespace hourglass
