#include "processes.hpp"

#include <benchmark/benchmark.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

Peer::Peer(const std::string& script) {
  std::array<int, 2> in{}, out{};
  if (pipe(in.data()) != 0 || pipe(out.data()) != 0)
    throw std::runtime_error("no pipe for PyTorch");
  process_ = fork();
  if (process_ == 0) {
    dup2(in[0], STDIN_FILENO);
    dup2(out[1], STDOUT_FILENO);
    close(in[1]);
    close(out[0]);
    unsetenv("GOMP_SPINCOUNT");  // our setting, not PyTorch's
    execl("/usr/bin/python3", "python3", script.c_str(), "serve", nullptr);
    _exit(127);
  }
  close(in[0]);
  close(out[1]);
  signal(SIGPIPE, SIG_IGN);
  requests_ = fdopen(in[1], "w");
  answers_ = fdopen(out[0], "r");
}

Peer::~Peer() {
  std::fclose(requests_);  // the end of its input ends it
  std::fclose(answers_);
  waitpid(process_, nullptr, 0);
}

double Peer::seconds(const nlohmann::json& what, int threads) {
  const std::string request = nlohmann::json{{"time", what}, {"threads", threads}}.dump() + "\n";
  std::fputs(request.c_str(), requests_);
  std::fflush(requests_);
  double seconds = 0;
  if (std::fscanf(answers_, "%lf", &seconds) != 1)
    throw std::runtime_error("PyTorch gave no answer to " + request);
  return seconds;
}

BusyCore::BusyCore() : process_(fork()) {
  if (process_ != 0) return;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  for (unsigned long i = 0;; ++i) benchmark::DoNotOptimize(i);
}

BusyCore::~BusyCore() {
  kill(process_, SIGKILL);
  waitpid(process_, nullptr, 0);
}
