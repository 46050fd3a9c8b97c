#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "hourglass/datasets/readers/picture_file.hpp"
#include "hourglass/nn/files/safetensors.hpp"
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
  EXPECT_EQ(figures.at("model_bytes"), fs::file_size(folder / "vae/model.safetensors"));
  EXPECT_NEAR(
      figures.at("bits_per_dim_with_model"),
      8.0 * (double(figures.at("bytes_out")) + double(figures.at("model_bytes"))) / (300 * 64),
      1e-9);
  for (const char* other : {"gzip_bytes", "bzip2_bytes", "xz_bytes"})
    EXPECT_GT(figures.at(other), 0);

  const Outcome unpacked =
      run({"decompress", folder / "vae", folder / "x.hgz", folder / "back.idx", "--threads", "2"});
  ASSERT_EQ(unpacked.exit_code, 0) << unpacked.err;
  EXPECT_EQ(read_file(folder / "back.idx"), read_file(folder / "images.idx"));
}

TEST_F(CompressCommand, GivesAFolderOfPicturesBackAsAFolder) {
  ASSERT_EQ(run(train("vae", {"--epochs", "1", "--set", "likelihood=ordinal", "--quiet"}, "vae"))
                .exit_code,
            0);
  fs::create_directories(folder / "in");
  const std::string pixels = small_idx(4).substr(16);
  for (const char* name : {"a.png", "b.png"})
    write_file(folder / "in" / name,
               hourglass::encode_png({16, 8, 1, {pixels.begin(), pixels.begin() + 128}}));
  ASSERT_EQ(run({"compress", folder / "vae", folder / "in", folder / "x.hgz"}).exit_code, 0);
  ASSERT_EQ(run({"decompress", folder / "vae", folder / "x.hgz", folder / "out"}).exit_code, 0);
  for (const char* name : {"a.png", "b.png"})
    EXPECT_EQ(read_file(folder / "out" / name), read_file(folder / "in" / name));
  expect_refused({"decompress", folder / "vae", folder / "x.hgz", folder / "out"},
                 "out is there already");
}

TEST_F(CompressCommand, TellsTheSizesOnTheDiskAndOthersByNamesOfTheirOwn) {
  ASSERT_EQ(run(train("vae", {"--epochs", "1", "--set", "likelihood=ordinal", "--quiet"}, "vae"))
                .exit_code,
            0);
  const hourglass::PictureFile picture{16, 8, 1, std::vector<std::uint8_t>(128, 77)};
  write_file(folder / "a.jpg", hourglass::encode_jpeg(picture, 90));
  fs::create_directories(folder / "in");
  write_file(folder / "in/a.jpg", hourglass::encode_jpeg(picture, 90));
  write_file(folder / "in/b.png", hourglass::encode_png(picture));
  write_file(folder / "in/c.txt", "left out");
  const std::size_t jpeg = hourglass::encode_jpeg(picture, 90).size(),
                    png = hourglass::encode_png(picture).size();
  const auto figures_of = [&](const char* name) {
    const Outcome outcome =
        run({"compress", folder / "vae", folder / name, folder / "x.hgz", "--json", "-"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    return json::parse(outcome.out);
  };
  const json file = figures_of("a.jpg"), pictures = figures_of("in"),
             idx = figures_of("images.idx");
  EXPECT_EQ(file.at("bytes_in"), jpeg);
  EXPECT_EQ(file.at("png_bytes"), png);
  EXPECT_EQ(pictures.at("bytes_in"), jpeg + png);
  EXPECT_EQ(pictures.at("png_bytes"), 2 * png);
  EXPECT_EQ(idx.at("bytes_in"), fs::file_size(folder / "images.idx"));
  EXPECT_FALSE(idx.contains("png_bytes") || idx.contains("unpacked_bytes"));
  const Outcome text = run({"compress", folder / "vae", folder / "a.jpg", folder / "x.hgz"});
  EXPECT_TRUE(contains(text.out, "without loss: the pixels come back, as PNG")) << text.out;
}

TEST_F(CompressCommand, SaysWhatReadingTakesFromAPictureUnlessItIsQuiet) {
  ASSERT_EQ(run(train("vanilla", {"--epochs", "1", "--quiet"}, "vanilla")).exit_code, 0);
  const std::vector<std::string> words = {"compress",       folder / "vanilla", folder / "in",
                                          folder / "x.hgz", "--quality",        "50"};
  fs::create_directories(folder / "in");
  write_file(folder / "in/a.png", hourglass::encode_png({8, 8, 1, std::vector<std::uint8_t>(64)}));
  write_file(folder / "in/b.gif", "GIF89a");
  const Outcome told = run(words);
  ASSERT_EQ(told.exit_code, 0) << told.err;
  EXPECT_TRUE(told.is_one_line() && contains(told.err, "was left out: b.gif")) << told.err;
  std::vector<std::string> quiet = words;
  quiet.push_back("--quiet");
  EXPECT_EQ(run(quiet).err, "");
}

TEST_F(CompressCommand, SaysThatNumbersWhichAreNotBytesComeBackAsBytes) {
  ASSERT_EQ(run(train("vanilla", {"--epochs", "1", "--quiet"}, "vanilla")).exit_code, 0);
  const auto npy = [](const std::string& type, std::size_t size) {
    std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (2, 8, 8), }";
    header.append(117 - header.size(), ' ') += '\n';
    return std::string("\x93NUMPY\x01\x00\x76\x00", 10) + header + std::string(128 * size, '\0');
  };
  const std::pair<const char*, std::size_t> types[] = {{"|u1", 1}, {"|b1", 1}, {"|i1", 1},
                                                       {"<f2", 2}, {">f8", 8}, {"<i8", 8}};
  for (const auto& [type, size] : types) {
    SCOPED_TRACE(type);
    write_file(folder / "in.npy", npy(type, size));
    const Outcome packed = run(
        {"compress", folder / "vanilla", folder / "in.npy", folder / "x.hgz", "--quality", "50"});
    ASSERT_EQ(packed.exit_code, 0) << packed.err;
    const bool bytes = type == std::string("|u1");
    EXPECT_EQ(packed.is_one_line() && contains(packed.err, "will write uint8"), !bytes)
        << packed.err;
    EXPECT_EQ(packed.err.empty(), bytes) << packed.err;
    ASSERT_EQ(
        run({"decompress", folder / "vanilla", folder / "x.hgz", folder / "back.npy"}).exit_code,
        0);
    const std::string back = read_file(folder / "back.npy");
    EXPECT_EQ(back.size(), 256u);
    EXPECT_TRUE(contains(back, "|u1"));
  }
}

TEST_F(CompressCommand, LosesLessAtAHigherQuality) {
  for (const char* model : {"vanilla", "vq-vae", "residual-vq"}) {
    std::vector<std::string> words = train(model, {"--epochs", "3", "--quiet"}, model);
    if (std::string(model) != "vanilla") words.insert(words.end(), {"--set", "positions=2"});
    ASSERT_EQ(run(words).exit_code, 0);
    std::vector<double> errors, bits;
    for (const char* quality : {"10", "70"}) {
      const Outcome packed = run({"compress", folder / model, folder / "images.idx",
                                  folder / "x.hgz", "--quality", quality, "--json", "-"});
      ASSERT_EQ(packed.exit_code, 0) << packed.err;
      const json figures = json::parse(packed.out);
      errors.push_back(figures.at("mse_per_pixel"));
      bits.push_back(figures.at("bits_per_dim"));
      const Outcome unpacked =
          run({"decompress", folder / model, folder / "x.hgz", folder / "back.idx"});
      ASSERT_EQ(unpacked.exit_code, 0) << unpacked.err;
      EXPECT_EQ(fs::file_size(folder / "back.idx"), fs::file_size(folder / "images.idx"));
    }
    EXPECT_LE(errors[1], errors[0]);
    EXPECT_GE(bits[1], bits[0]);
  }
  expect_refused(
      {"compress", folder / "vanilla", folder / "images.idx", folder / "x.hgz"},
      "vanilla has no likelihood, so that it cannot compress without loss: give --quality");
}

TEST_F(CompressCommand, CompressesByTheTablesOfTheModelAsItIsAfterMoreTraining) {
  const auto compressed = [&](const std::string& out) {
    const Outcome packed = run({"compress", folder / out, folder / "images.idx",
                                folder / (out + ".hgz"), "--quality", "50", "--quiet"});
    EXPECT_EQ(packed.exit_code, 0) << packed.err;
    return fs::file_size(folder / (out + ".hgz"));
  };
  ASSERT_EQ(run(train("once", {"--epochs", "20", "--lr", "0.01", "--quiet"})).exit_code, 0);
  ASSERT_EQ(run(train("twice", {"--epochs", "1", "--lr", "0.01", "--quiet"})).exit_code, 0);
  compressed("twice");
  ASSERT_EQ(run({"train", "vanilla", "--out", folder / "twice", "--resume", "--epochs", "20",
                 "--threads", "2", "--quiet"})
                .exit_code,
            0);
  EXPECT_LT(compressed("twice"), 1.2 * double(compressed("once")));
}

TEST_F(CompressCommand, NeedsTheModelsFileAlone) {
  const std::string lone = folder / "lone.safetensors", packed = folder / "x.hgz",
                    back = folder / "back.idx", beside = folder / "codes.safetensors";
  for (const char* model : {"vanilla", "vq-vae"}) {
    std::vector<std::string> words = train(model, {"--epochs", "1", "--quiet"}, model);
    if (std::string(model) == "vq-vae") words.insert(words.end(), {"--set", "positions=2"});
    write_file(folder / "images.idx", small_idx(300));
    ASSERT_EQ(run(words).exit_code, 0);
    fs::copy_file(folder / model / "model.safetensors", lone, fs::copy_options::overwrite_existing);
    fs::copy_file(folder / "images.idx", folder / "in.idx", fs::copy_options::overwrite_existing);
    fs::remove(folder / "images.idx");
    fs::permissions(folder / model, fs::perms::all & ~fs::perms::owner_write &
                                        ~fs::perms::group_write & ~fs::perms::others_write);
    fs::permissions(folder.path(), fs::perms::all);
    const Outcome compressed = run_without_privileges(
        {"compress", folder / model, folder / "in.idx", packed, "--quality", "50"}, folder.path());
    ASSERT_EQ(compressed.exit_code, 0) << compressed.err;
    EXPECT_FALSE(fs::exists(folder / model / "codes.safetensors"));
    const Outcome read = run({"decompress", lone, packed, back});
    ASSERT_EQ(read.exit_code, 0) << read.err;
    EXPECT_EQ(fs::file_size(back), fs::file_size(folder / "in.idx"));

    // An older Hourglass kept the tables beside the model.
    hourglass::TensorFile file = hourglass::read_safetensors(lone);
    std::vector<hourglass::NamedTensor> weights, tables;
    const std::string prefix = "derived.code_tables.";
    for (const auto& [name, tensor] : file.tensors)
      if (name.starts_with(prefix)) {
        tables.push_back({name.substr(prefix.size()), &tensor});
      } else if (!name.starts_with("derived.")) {
        weights.push_back({name, &tensor});
      }
    ASSERT_EQ(tables.size(), 3u);
    file.metadata.erase("derived_from");
    hourglass::write_safetensors(lone, weights, file.metadata);
    expect_refused({"decompress", lone, packed, back}, "holds no tables of its codes");
    hourglass::write_safetensors(beside, tables, {});
    const std::string first = read_file(back);
    fs::remove(back);
    const Outcome older = run({"decompress", lone, packed, back});
    ASSERT_EQ(older.exit_code, 0) << older.err;
    EXPECT_EQ(read_file(back), first);
    fs::remove(beside);
    write_file(folder / "images.idx", small_idx(300));  // fitted once more, where there are data
    EXPECT_EQ(run({"decompress", lone, packed, back}).exit_code, 0);
  }
}

TEST_F(CompressCommand, DrawsItsErrorByItsBitsBesidePcaAndJpeg) {
  ASSERT_EQ(run(train("vanilla", {"--epochs", "2", "--quiet"}, "vanilla")).exit_code, 0);
  const std::vector<std::string> words = {"compress", folder / "vanilla", folder / "images.idx",
                                          folder / "x.hgz"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), words.begin(), words.end());
    return more;
  };
  const Outcome drawn =
      run(with({"--quality", "50", "--rate-distortion", folder / "curves.svg", "--json", "-"}));
  ASSERT_EQ(drawn.exit_code, 0) << drawn.err;
  std::map<std::string, int> points;
  const json printed = json::parse(drawn.out);
  for (const json& point : printed.at("rate_distortion")) {
    ++points[point.at("coder")];
    EXPECT_GT(double(point.at("bits_per_pixel")), 0);
    EXPECT_NEAR(point.at("psnr"), -10 * std::log10(double(point.at("mse"))), 1e-6);
  }
  EXPECT_EQ(points, (std::map<std::string, int>{{"vanilla", 11},
                                                {"PCA, 4 components", 11},
                                                {"PCA, 16 components", 11},
                                                {"JPEG, all in one", 10},
                                                {"JPEG, a file for each image", 10}}));
  const std::string drawing = read_file(folder / "curves.svg");
  for (const auto& [coder, count] : points) EXPECT_TRUE(contains(drawing, ">" + coder + "<"));
  EXPECT_FALSE(contains(drawing, "nan"));

  expect_refused(with({"--quality", "50", "--rate-distortion", folder / "curves.png"}),
                 "ends in .svg");
  expect_refused(with({"--rate-distortion", folder / "curves.svg"}), "--quality");
}

TEST_F(CompressCommand, DrawsZerosAndOnesWhereItIsAskedTo) {
  ASSERT_EQ(run(train("vae", {"--epochs", "1", "--quiet"}, "vae")).exit_code, 0);
  ASSERT_EQ(run({"compress", folder / "vae", folder / "images.idx", folder / "x.hgz", "--binarize"})
                .exit_code,
            0);
  ASSERT_EQ(run({"decompress", folder / "vae", folder / "x.hgz", folder / "back"}).exit_code, 0);
  const std::string bytes = read_file(folder / "back").substr(16);
  EXPECT_EQ(bytes.size(), 300 * 64);
  for (char byte : bytes) ASSERT_TRUE(byte == 0 || byte == '\xff');
}

TEST_F(CompressCommand, RefusesInOneLineWhatItCannotRead) {
  ASSERT_EQ(run(train("vae", {"--epochs", "1", "--quiet"}, "vae")).exit_code, 0);
  write_file(folder / "x.hgz", "some other file");
  expect_refused({"decompress", folder / "vae", folder / "x.hgz", folder / "back"},
                 "x.hgz: it is not a file that 'hourglass compress' wrote");
  expect_refused({"decompress", folder / "vae", folder / "none", folder / "back"},
                 "cannot be read");
  expect_refused({"compress", folder / "vae", folder / "x.hgz", folder / "y"}, "x.hgz");
  EXPECT_FALSE(fs::exists(folder / "back"));
}

}  // namespace
