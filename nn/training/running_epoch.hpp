#pragma once

#include <cstddef>
#include <string>

#include "hourglass/nn/losses.hpp"
#include "hourglass/nn/training/history.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The running totals of the current epoch.
class RunningEpoch {
 public:
  /// Adds the loss, and its terms, of `examples` examples. Each loss has the same terms.
  void add(const Loss& loss, std::size_t examples);
  void add_seconds(double seconds) { seconds_ += seconds; }
  /// Begins the next epoch; allocates nothing.
  void clear();

  std::size_t examples() const { return examples_; }
  double seconds() const { return seconds_; }
  double mean_loss() const;
  /// The mean of the loss and of each term over the examples so far, "loss" first.
  Metrics means() const;

  /// A line of names and one of numbers: the sums, then the examples and the seconds.
  std::string to_csv() const;
  /// Throws DataError, which begins with `origin`, for any other text.
  static RunningEpoch from_csv(const std::string& csv, const std::string& origin);

 private:
  Metrics sums_;  // over the examples so far
  std::size_t examples_ = 0;
  double seconds_ = 0;
};

}}  // namespace hourglass
