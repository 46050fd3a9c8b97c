#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Shows the progress of training on stderr: on a terminal, a bar that is redrawn in place, with the
/// rate and the time left; elsewhere (a file, a pipe), only the line that ends each epoch.
///
///     epoch  3/20  ━━━━━━━━━━━━━━━─────────  62 %  31,400 img/s  0:01 left  loss 8.412
class Progress {
 public:
  enum class Show { automatic, nothing };
  explicit Progress(Show show = Show::automatic);
  ~Progress();

  /// Starts the bar of `epoch` (from 1) of `epochs`, which has `examples` examples.
  void begin_epoch(std::size_t epoch, std::size_t epochs, std::size_t examples);
  /// `done` of this epoch's examples are done; the loss so far is `loss`.
  void update(std::size_t done, double loss);
  /// Clears the bar and prints `epoch  3/20  ` and `text` as the epoch's line.
  void end_epoch(const std::string& text);
  /// Clears the bar and prints a line of its own.
  void note(const std::string& line);
  /// Clears the bar.
  void clear();

 private:
  using Clock = std::chrono::steady_clock;
  void draw(std::size_t done, double loss);

  bool terminal_, quiet_;
  bool drawn_ = false;
  std::size_t epoch_ = 0, epochs_ = 0, examples_ = 0;
  Clock::time_point started_, last_drawn_;
};

/// "0:07", "12:30", "1:02:03"
std::string clock_text(double seconds);
/// "31,400"
std::string thousands(std::size_t number);

}}  // namespace hourglass
