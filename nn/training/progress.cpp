#include "hourglass/nn/training/progress.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

std::size_t terminal_width() {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

std::string bar(double share, std::size_t width) {
  const auto filled = static_cast<std::size_t>(share * static_cast<double>(width));
  std::string text;
  for (std::size_t i = 0; i < width; ++i) text += i < filled ? "━" : "─";
  return text;
}

}  // namespace

std::string clock_text(double seconds) {
  const auto s = static_cast<std::size_t>(std::lround(std::max(0.0, seconds)));
  return s < 3600 ? fmt::format("{}:{:02}", s / 60, s % 60)
                  : fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

std::string thousands(std::size_t number) {
  if (number < 1000) return std::to_string(number);
  return thousands(number / 1000) + fmt::format(",{:03}", number % 1000);
}

Progress::Progress(Show show) : terminal_(isatty(STDERR_FILENO)), quiet_(show == Show::nothing) {}

Progress::~Progress() {
  clear();
}

void Progress::begin_epoch(std::size_t epoch, std::size_t epochs, std::size_t examples) {
  epoch_ = epoch;
  epochs_ = epochs;
  examples_ = examples;
  started_ = last_drawn_ = Clock::now();
}

void Progress::update(std::size_t done, double loss) {
  if (quiet_ || !terminal_) return;
  const Clock::time_point now = Clock::now();
  if (now - last_drawn_ < std::chrono::milliseconds(100)) return;
  last_drawn_ = now;
  draw(done, loss);
}

void Progress::draw(std::size_t done, double loss) {
  const double seconds = std::chrono::duration<double>(last_drawn_ - started_).count();
  const double rate = static_cast<double>(done) / std::max(seconds, 1e-9);
  const double share =
      static_cast<double>(done) / static_cast<double>(std::max<std::size_t>(1, examples_));
  const double left = static_cast<double>(examples_ - done) / std::max(rate, 1e-9);
  const std::string before =
      fmt::format("epoch {:>{}}/{}  ", epoch_, std::to_string(epochs_).size(), epochs_);
  const std::string after =
      fmt::format("  {:3.0f} %  {} img/s  {} left  loss {:.4g}", 100 * share,
                  thousands(static_cast<std::size_t>(rate)), clock_text(left), loss);
  const std::size_t width = terminal_width(), text = before.size() + after.size();
  const std::string line =
      text + 10 < width ? before + bar(share, std::min<std::size_t>(40, width - text - 1)) + after
                        : (before + after).substr(0, width - 1);
  fmt::print(stderr, "\r\033[K{}", line);
  std::fflush(stderr);
  drawn_ = true;
}

void Progress::end_epoch(const std::string& text) {
  if (quiet_) return;
  clear();
  fmt::print(stderr, "epoch {:>{}}/{}  {}\n", epoch_, std::to_string(epochs_).size(), epochs_,
             text);
}

void Progress::note(const std::string& line) {
  if (quiet_) return;
  clear();
  fmt::print(stderr, "{}\n", line);
}

void Progress::clear() {
  if (drawn_) fmt::print(stderr, "\r\033[K");
  drawn_ = false;
}

}}  // namespace hourglass
