#pragma once

#include <sys/types.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

// What the benchmark has beside it: PyTorch, and something that keeps a core busy.

/// PyTorch in a process of its own, which runs what it is asked to, once at a time.
class Peer {
 public:
  explicit Peer(const std::string& script);
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// The seconds of one run of `what` on this many threads. Throws std::runtime_error where PyTorch
  /// has stopped.
  double seconds(const nlohmann::json& what, int threads);

 private:
  pid_t process_ = -1;
  std::FILE* requests_ = nullptr;
  std::FILE* answers_ = nullptr;
};

/// While it lives, another process wants a core all the time, as on a laptop that is in use.
class BusyCore {
 public:
  BusyCore();
  ~BusyCore();
  BusyCore(const BusyCore&) = delete;
  BusyCore& operator=(const BusyCore&) = delete;

 private:
  pid_t process_;
};
