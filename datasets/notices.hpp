#pragma once

#include <functional>
#include <string>

namespace hourglass {

/// Who is told of what a reader did that its user has to know and did not ask for: files left out,
/// transparency laid on black. One line each, without an end of line. Nobody unless a program says
/// so: the command prints it.
inline std::function<void(const std::string&)> on_notice;

inline void notice(const std::string& line) {
  if (on_notice) on_notice(line);
}

}  // namespace hourglass
