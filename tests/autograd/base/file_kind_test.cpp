#include "hourglass/autograd/base/file_kind.hpp"

#include <gtest/gtest.h>

namespace hourglass::testing { namespace {

TEST(FileKind, IsToldByTheFirstBytes) {
  const std::pair<std::string, const char*> kinds[] = {
      {"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"},
      {"\xef\xbb\xbf <!DOCTYPE html><html>", "a web page"},
      {"<HTML>", "a web page"},
      {std::string("PK\x03\x04....x/data.pkl"), "a PyTorch file"},
      {std::string("PK\x03\x04....arr_0.npy"), "an NPZ archive"},
      {std::string("PK\x03\x04....[Content_Types].xml"), "an Excel"},
      {std::string("PK\x03\x04....letter.txt"), "a ZIP archive"},
      {"\x1f\x8b\x08", "gunzip"},
      {"\x80\x04\x95", "a Python pickle"},
      {"\x89HDF\r\n", "an HDF5 file"},
      {"\x93NUMPY\x01", "an NPY file"},
      {"PAR1", "a Parquet file"},
      {"\x89PNG\r\n", "a PNG picture"},
  };
  for (const auto& [bytes, words] : kinds)
    EXPECT_NE(file_kind(bytes).find(words), std::string::npos) << bytes << ": " << file_kind(bytes);
  EXPECT_EQ(file_kind("a,b\n1,2\n"), "");
  EXPECT_EQ(file_kind(""), "empty");
}

}  // namespace
}  // namespace hourglass::testing
