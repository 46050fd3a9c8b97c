#pragma once

#include <grp.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/messages.hpp"
#include "tests/support/temporary_folder.hpp"

// Runs the command as a user would, and looks at what it said and left.

namespace hourglass::testing {

namespace fs = std::filesystem;

inline std::string read_file(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

struct Outcome {
  int exit_code = 0;
  std::string out, err;

  /// Whether stderr is one line and nothing else.
  bool is_one_line() const {
    return std::count(err.begin(), err.end(), '\n') == 1 && err.back() == '\n';
  }
};

/// A started command; its standard streams go to files in a folder of its own.
class Command {
 public:
  /// `program` may be a copy of the command; `user`, if not 0, is who runs it.
  explicit Command(const std::vector<std::string>& arguments,
                   const std::string& program = HOURGLASS_COMMAND, uid_t user = 0) {
    std::vector<char*> words = {const_cast<char*>(program.c_str())};
    for (const std::string& argument : arguments)
      words.push_back(const_cast<char*>(argument.c_str()));
    words.push_back(nullptr);
    process_ = fork();
    if (process_ != 0) return;
    if (!freopen((folder_ / "out").c_str(), "w", stdout)) _exit(126);
    if (!freopen((folder_ / "err").c_str(), "w", stderr)) _exit(126);
    if (user != 0 && (setgroups(0, nullptr) != 0 || setgid(user) != 0 || setuid(user) != 0))
      _exit(125);
    execv(words[0], words.data());
    _exit(127);
  }

  void interrupt() const { kill(process_, SIGINT); }
  std::string err_so_far() const { return read_file(folder_ / "err"); }

  Outcome wait() {
    int status = 0;
    waitpid(process_, &status, 0);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
            read_file(folder_ / "out"), read_file(folder_ / "err")};
  }

 private:
  TestFolder folder_;
  pid_t process_;
};

inline Outcome run(const std::vector<std::string>& arguments) {
  return Command(arguments).wait();
}

/// Runs it as somebody whom the permissions of files in `folder` hold back, as they do not hold
/// back root.
inline Outcome run_without_privileges(const std::vector<std::string>& arguments,
                                      const fs::path& folder) {
  if (geteuid() != 0) return run(arguments);
  const fs::path copy = folder / "hourglass-command";  // since the build may lie where only root is
  fs::copy_file(HOURGLASS_COMMAND, copy, fs::copy_options::skip_existing);
  for (const fs::path& place : {folder, copy})
    fs::permissions(place, fs::perms::others_read | fs::perms::others_exec, fs::perm_options::add);
  constexpr uid_t nobody = 65534;
  return Command(arguments, copy, nobody).wait();
}

/// An IDX file of `count` images of 8×8 bytes: bright squares at places that differ.
inline std::string small_idx(std::size_t count) {
  std::string bytes = {
      0, 0, 8, 3, 0, 0, static_cast<char>(count >> 8), static_cast<char>(count), 0, 0,
      0, 8, 0, 0, 0, 8};
  for (std::size_t i = 0; i < count; ++i)
    for (std::size_t y = 0; y < 8; ++y)
      for (std::size_t x = 0; x < 8; ++x) {
        const bool inside = x - i % 5 < 4 && y - i / 5 % 5 < 4;  // unsigned: below wraps to large
        bytes += static_cast<char>(inside ? 150 + i * 7 % 100 : 0);
      }
  return bytes;
}

inline void write_file(const fs::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

/// A mistake of the user's: exit code 2 and one line, which holds `words`.
inline void expect_refused(const std::vector<std::string>& arguments, const std::string& words) {
  const Outcome outcome = run(arguments);
  EXPECT_EQ(outcome.exit_code, 2) << outcome.err;
  EXPECT_TRUE(outcome.is_one_line()) << outcome.err;
  EXPECT_TRUE(outcome.err.starts_with("hourglass: ")) << outcome.err;
  EXPECT_TRUE(contains(outcome.err, words)) << outcome.err;
  EXPECT_EQ(outcome.out, "");
}

/// Trains a small model on small images, in a second.
class SmallRun : public ::testing::Test {
 protected:
  SmallRun() { write_file(folder / "images.idx", small_idx(300)); }

  std::vector<std::string> train(const std::string& out, std::vector<std::string> more = {},
                                 const std::string& model = "vanilla") const {
    std::vector<std::string> words = {
        "train",     model,        "--data",  "idx:" + (folder / "images.idx").string(),
        "--out",     folder / out, "--set",   "hidden=[24]",
        "--latent",  "4",          "--batch", "32",
        "--threads", "2"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }

  TestFolder folder;
};

}  // namespace hourglass::testing
