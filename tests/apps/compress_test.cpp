#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/apps/command.hpp"

using namespace hourglass::testing;
using nlohmann::json;

namespace {

class CompressCommand : public SmallRun {};

TEST_F(CompressCommand, GivesTheFileBackOnAnotherNumberOfThreads) {
  ASSERT_EQ(run(train("vae", {"--epochs", "3", "--set", "likelihood=ordinal", "--quiet"}, "vae"))
                .exit_code,
            0);
  const Outcome packed = run({"compress", folder / "vae", folder / "images.idx", folder / "x.hgz",
                              "--threads", "1", "--json", "-"});
  ASSERT_EQ(packed.exit_code, 0) << packed.err;
  const json figures = json::parse(packed.out);
  EXPECT_EQ(figures.at("bytes_in"), 16 + 300 * 64);
  EXPECT_EQ(figures.at("bytes_out"), fs::file_size(folder / "x.hgz"));
  double sum = figures.at("model_bits_per_dim");
  for (const auto& [name, bits] : figures.at("parts_bits_per_dim").items()) sum += double(bits);
  EXPECT_NEAR(sum, figures.at("bits_per_dim"), 1e-9);
  for (const char* other : {"gzip_bytes", "bzip2_bytes", "xz_bytes"})
    EXPECT_GT(figures.at(other), 0);

  const Outcome unpacked =
      run({"decompress", folder / "vae", folder / "x.hgz", folder / "back.idx", "--threads", "2"});
  ASSERT_EQ(unpacked.exit_code, 0) << unpacked.err;
  EXPECT_EQ(read_file(folder / "back.idx"), read_file(folder / "images.idx"));
}

TEST_F(CompressCommand, RefusesInOneLineWhatItCannotRead) {
  ASSERT_EQ(run(train("vae", {"--epochs", "1", "--quiet"}, "vae")).exit_code, 0);
  write_file(folder / "x.hgz", "some other file");
  expect_refused({"decompress", folder / "vae", folder / "x.hgz", folder / "back"},
                 "x.hgz: it is no file that 'hourglass compress' wrote");
  expect_refused({"decompress", folder / "vae", folder / "none", folder / "back"},
                 "cannot be read");
  expect_refused({"compress", folder / "vae", folder / "x.hgz", folder / "y"}, "x.hgz");
  EXPECT_FALSE(fs::exists(folder / "back"));
}

}  // namespace
