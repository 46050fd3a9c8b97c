#include "hourglass/nn/files/atomic_file.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <iterator>
#include <string>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { namespace {

namespace fs = std::filesystem;

std::string contents_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::size_t files_in(const fs::path& folder) {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), {}));
}

/// The message of the Error that writing `contents` to `file` throws, "" where it throws none.
std::string error_of_writing(const fs::path& file, const std::string& contents) {
  try {
    write_atomically(file, contents);
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// Lets writes fail beyond `bytes`, also those of root.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
    signal_before_ = std::signal(SIGXFSZ, SIG_IGN);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, signal_before_);
  }

 private:
  rlimit before_{};
  void (*signal_before_)(int) = nullptr;
};

class AtomicFile : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              ("atomic_file_test_" + std::to_string(getpid()) + "_" +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  fs::path folder_;
};

TEST_F(AtomicFile, HoldsEveryByteThatWasWritten) {
  const std::string contents("a\0b\r\n\xff", 6);
  write_atomically(folder_ / "file", contents);
  EXPECT_EQ(contents_of(folder_ / "file"), contents);
}

TEST_F(AtomicFile, ReplacesALongerFileWholly) {
  write_atomically(folder_ / "file", std::string(100'000, 'x'));
  write_atomically(folder_ / "file", "short");
  EXPECT_EQ(contents_of(folder_ / "file"), "short");
}

TEST_F(AtomicFile, CanBeEmpty) {
  write_atomically(folder_ / "file", "");
  EXPECT_TRUE(fs::is_regular_file(folder_ / "file"));
  EXPECT_EQ(contents_of(folder_ / "file"), "");
}

TEST_F(AtomicFile, MakesTheFoldersThatAreMissing) {
  write_atomically(folder_ / "a" / "b" / "file", "x");
  EXPECT_EQ(contents_of(folder_ / "a" / "b" / "file"), "x");
}

TEST_F(AtomicFile, IsWrittenIntoTheCurrentFolderWhereThePathNamesNone) {
  const fs::path before = fs::current_path();
  fs::current_path(folder_);
  const std::string error = error_of_writing("file", "x");
  fs::current_path(before);
  EXPECT_EQ(error, "");
  EXPECT_EQ(contents_of(folder_ / "file"), "x");
}

TEST_F(AtomicFile, LeavesNoOtherFileBehind) {
  write_atomically(folder_ / "file", "x");
  write_atomically(folder_ / "file", "y");
  EXPECT_EQ(files_in(folder_), 1u);
}

TEST_F(AtomicFile, HasTheModeOfAnOrdinaryNewFile) {
  const mode_t before = umask(027);
  write_atomically(folder_ / "file", "x");
  umask(before);
  struct stat status{};
  ASSERT_EQ(stat((folder_ / "file").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640u);
}

TEST_F(AtomicFile, GoesAroundTemporaryFilesThatACrashLeft) {
  const std::string left = ".hourglass-" + std::to_string(getpid()) + "-0";
  std::ofstream(folder_ / left) << "left";
  write_atomically(folder_ / "file", "x");
  EXPECT_EQ(contents_of(folder_ / "file"), "x");
  EXPECT_EQ(contents_of(folder_ / left), "left");
}

TEST_F(AtomicFile, SurvivesAWriteThatFailsHalfway) {
  write_atomically(folder_ / "file", "old");
  std::string error;
  {
    const FileSizeLimit limit(4096);
    error = error_of_writing(folder_ / "file", std::string(10'000, 'x'));
  }
  EXPECT_NE(error.find((folder_ / "file").string()), std::string::npos) << error;
  EXPECT_NE(error.find("File too large"), std::string::npos) << error;
  EXPECT_EQ(contents_of(folder_ / "file"), "old");
  EXPECT_EQ(files_in(folder_), 1u);
}

TEST_F(AtomicFile, IsNotWrittenOverAFolder) {
  fs::create_directory(folder_ / "taken");
  const std::string error = error_of_writing(folder_ / "taken", "x");
  EXPECT_NE(error.find("taken"), std::string::npos) << error;
  EXPECT_TRUE(fs::is_directory(folder_ / "taken"));
  EXPECT_EQ(files_in(folder_), 1u);
}

TEST_F(AtomicFile, WritesToAPipeAsItIs) {
  const fs::path pipe = folder_ / "pipe";
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int reader = open(pipe.c_str(), O_RDONLY | O_NONBLOCK);
  write_atomically(pipe, "x");
  char read_back = 0;
  EXPECT_EQ(read(reader, &read_back, 1), 1);
  close(reader);
  EXPECT_EQ(read_back, 'x');
  EXPECT_TRUE(fs::is_fifo(pipe));
  EXPECT_EQ(files_in(folder_), 1u);
}

TEST_F(AtomicFile, LeavesDevicesAsTheyAre) {
  EXPECT_EQ(error_of_writing("/dev/null", "x"), "");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  EXPECT_NE(error_of_writing("/dev/full", "x").find("No space left"), std::string::npos);
}

TEST_F(AtomicFile, ReplacesWhatALinkLeadsToAndKeepsTheLink) {
  write_atomically(folder_ / "there" / "file", "old");
  fs::create_symlink("there/file", folder_ / "link");
  fs::create_symlink("there/new", folder_ / "ahead");
  write_atomically(folder_ / "link", "new");
  write_atomically(folder_ / "ahead", "made");
  EXPECT_EQ(contents_of(folder_ / "there" / "file"), "new");
  EXPECT_EQ(contents_of(folder_ / "there" / "new"), "made");
  EXPECT_TRUE(fs::is_symlink(folder_ / "link") && fs::is_symlink(folder_ / "ahead"));
}

TEST_F(AtomicFile, CannotLieInAFile) {
  write_atomically(folder_ / "file", "old");
  const std::string error = error_of_writing(folder_ / "file" / "inner", "x");
  EXPECT_NE(error.find("inner"), std::string::npos) << error;
  EXPECT_NE(error.find("Not a directory"), std::string::npos) << error;
  EXPECT_EQ(contents_of(folder_ / "file"), "old");
}

TEST_F(AtomicFile, NeedsAName) {
  EXPECT_NE(error_of_writing("", "x"), "");
}

}  // namespace
}  // namespace hourglass
