#pragma once

#include <functional>
#include <string>

namespace hourglass {

/// Called with what a reader did that the user has to know and did not ask for: files left out,
/// transparency composited on black. One line each, without a line end. Not set unless a program
/// sets it: the command prints the line.
inline std::function<void(const std::string&)> on_notice;

inline void notice(const std::string& line) {
  if (on_notice) on_notice(line);
}

}  // namespace hourglass
