// No output of a command replaces what the command reads, whatever it is called.

#include <gtest/gtest.h>

#include <map>

#include "hourglass/datasets/readers/picture_file.hpp"
#include "tests/apps/command.hpp"

using namespace hourglass::testing;

namespace {

/// What a folder holds: names and contents, so that one can see whether anything has changed.
std::map<std::string, std::string> contents_of(const fs::path& folder) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    contents[entry.path().string()] = entry.is_regular_file() ? read_file(entry.path()) : "";
  return contents;
}

class FileGuard : public SmallRun {
 protected:
  FileGuard() {
    std::string csv = "a,b,c\n";
    for (int i = 0; i < 40; ++i) csv += std::to_string(i % 7) + "," + std::to_string(i) + ",1\n";
    write_file(table, csv);
    fs::create_directories(photos / "more");
    const std::string pixels = small_idx(30).substr(16);
    for (int i = 0; i < 30; ++i) {
      const auto first = pixels.begin() + i * 64;
      write_file(photos / (std::to_string(i) + ".png"),
                 hourglass::encode_png({8, 8, 1, {first, first + 64}}));
    }
    fs::create_hard_link(table, folder / "hard.csv");
    fs::create_symlink(table, folder / "soft.csv");
    fs::create_directory_symlink(photos, folder / "album");
    must({"train", "vanilla", "--data", rows, "--out", on_table, "--epochs", "1", "--set",
          "hidden=[4]", "--latent", "2", "--quiet"});
    must(train("images", {"--epochs", "1", "--set", "likelihood=ordinal", "--quiet"}, "vae"));
    must({"compress", images, idx, folder / "x.hgz"});
  }

  void must(const std::vector<std::string>& words) {
    const Outcome outcome = run(words);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
  }

  /// The same file by a name that suits what a command writes.
  std::string linked(const std::string& file, const std::string& suffix) {
    const std::string link = folder / ("link" + std::to_string(links++) + suffix);
    fs::create_hard_link(file, link);
    return link;
  }

  int links = 0;
  const std::string table = folder / "my.csv", rows = "csv:" + table, idx = folder / "images.idx",
                    on_table = folder / "on-table", images = folder / "images",
                    pictures = "images:" + (folder / "photos").string();
  const fs::path photos = folder / "photos";
};

TEST_F(FileGuard, RefusesOutputsThatWouldReplaceWhatIsReadAndChangesNothing) {
  const std::string model = images + "/model.safetensors";
  const struct {
    std::vector<std::string> words;
    std::string says;
  } cases[] = {
      // The data, by name, by links, by another spelling, from every kind of reader.
      {{"detect", on_table, "--data", rows, "--out", table}, "is read by this command"},
      {{"detect", on_table, "--out", table}, "is read by this command"},
      {{"detect", on_table, "--data", rows, "--out", folder / "hard.csv"}, "as " + table},
      {{"detect", on_table, "--data", rows, "--out", folder / "soft.csv"}, "would be lost"},
      {{"detect", on_table, "--data", rows, "--out", folder / "photos/../my.csv"}, "would be lost"},
      {{"detect", on_table, "--data", rows, "--report", linked(table, ".html")}, "as " + table},
      {{"evaluate", on_table, "--json", linked(table, ".json")}, "is read by this command"},
      {{"encode", images, "--out", linked(idx, ".npy")}, "is read by this command"},
      {{"encode", images, "--out", folder / "c.npy", "--labels", linked(idx, ".npy")}, "--labels"},
      {{"generate", images, "--npy", linked(idx, ".npy")}, "would be lost"},
      {{"compress", images, idx, linked(idx, ".hgz")}, ".hgz is read by this command as " + idx},
      {{"compress", images, idx, folder / "y.hgz", "--json", linked(idx, ".json")},
       "would be lost"},
      {{"decompress", images, folder / "x.hgz", folder / "x.hgz"}, "OUT"},
      {{"train", "vanilla", "--data", rows, "--json", linked(table, ".json")}, "would be lost"},
      {{"train", "vanilla", "--config", on_table + "/config.toml", "--json",
        linked(on_table + "/config.toml", ".json")},
       "would be lost"},
      // The model that is used, and what stands beside it.
      {{"encode", images, "--out", linked(model, ".npy")}, "is read by this command"},
      {{"encode", model, "--out", linked(model, ".npy")}, "is read by this command"},
      {{"reconstruct", images, "--out", linked(model, ".png")}, "would be lost"},
      {{"compress", images, idx, linked(model, ".hgz")}, "would be lost"},
      {{"decompress", images, folder / "x.hgz", model}, "would be lost"},
      {{"generate", images, "--judge", on_table, "--npy",
        linked(on_table + "/model.safetensors", ".npy")},
       "would be lost"},
      {{"evaluate", images, "--json", linked(images + "/checkpoint.safetensors", ".json")},
       "belongs to the run"},
      {{"evaluate", images, "--json", linked(images + "/config.toml", ".json")},
       "belongs to the run"},
      {{"features", images, "--report", images + "/report.html"}, "belongs to the run"},
      // Two outputs, one file.
      {{"encode", images, "--out", folder / "a.npy", "--labels", folder / "a.npy"},
       "would both be written"},
      {{"generate", images, "--npy", folder / "a.npy", "--labels", folder / "photos/../a.npy"},
       "would both be written"},
      {{"encode", images, "--out", folder / "a", "--json", folder / "a/b"},
       "would both be written"},
      {{"train", "vanilla", "--data", rows, "--out", folder / "new", "--json", folder / "new"},
       "would both be written"},
      {{"train", "vanilla", "--data", rows, "--out", folder / "new/run", "--json", folder / "new"},
       "would both be written"},
      {{"inspect", images, "--out", folder / "new", "--json", folder / "new/inspect.dot"},
       "is not dot: give it a name that ends in .json"},
      // Pictures where pictures are read.
      {{"train", "vanilla", "--data", pictures, "--out", photos}, "whose pictures are read"},
      {{"train", "vanilla", "--data", pictures, "--out", photos / "run"},
       "whose pictures are read"},
      {{"train", "vanilla", "--data", pictures, "--out", folder / "album/run"}, "are read"},
      {{"reconstruct", images, "--data", pictures, "--out", photos / "r.png"}, "are read"},
      {{"reconstruct", images, "--in", photos, "--out", photos}, photos},
      {{"reconstruct", images, "--in", photos, "--out", photos / "clean"}, "are read"},
      {{"reconstruct", images, "--in", photos, "--out", folder / "album"}, "album"},
      // Folders for files and files for folders.
      {{"encode", images, "--out", photos}, "is a folder: name a file"},
      {{"encode", images, "--out", folder / "none/"}, "name a file in it"},
      {{"reconstruct", images, "--out", photos}, "is a folder"},
      {{"train", "vanilla", "--data", rows, "--out", table}, "is a file: name a folder"},
  };
  const auto before = contents_of(folder.path());
  for (const auto& [words, says] : cases) {
    std::string line;
    for (const std::string& word : words) line += word + " ";
    SCOPED_TRACE(line);
    expect_refused(words, says);
    EXPECT_EQ(contents_of(folder.path()), before);
  }
}

TEST_F(FileGuard, RefusesANameThatPromisesAnotherFormatThanIsWritten) {
  must({"compress", images, folder / "photos/0.png", folder / "picture.hgz"});
  const struct {
    std::vector<std::string> words;
    std::string says;
  } cases[] = {
      {{"generate", images, "--out", folder / "new.JPG"},
       "is not jpg: give it a name that ends in .png"},
      {{"interpolate", images, "--from", "0", "--to", "1", "--animation", folder / "q.gif"},
       ".png"},
      {{"reconstruct", images, "--out", folder / "r.svg"}, ".png"},
      {{"inspect-data", rows, "--out", folder / "q.png"}, ".html"},
      {{"detect", on_table, "--out", folder / "x.png"}, ".csv"},
      {{"compress", images, idx, folder / "y.npy"}, ".hgz"},
      {{"evaluate", images, "--json", folder / "m.csv"}, ".json"},
      {{"decompress", images, folder / "x.hgz", folder / "foo.png"}, ".idx"},
      {{"decompress", images, folder / "picture.hgz", folder / "z.jpg"}, ".png"},
  };
  const auto before = contents_of(folder.path());
  for (const auto& [words, says] : cases) expect_refused(words, says);
  EXPECT_EQ(contents_of(folder.path()), before);
  must({"decompress", images, folder / "x.hgz", folder / "t10k-images.idx3-ubyte"});
  must({"generate", images, "--out", folder / "picture.of-mine"});
}

TEST_F(FileGuard, WritesPicturesIntoNoFolderThatHoldsSomething) {
  fs::create_directories(folder / "mine/deeper");
  const std::vector<std::string> words = {"reconstruct", images,  "--in",
                                          photos,        "--out", folder / "mine"};
  expect_refused(words, "mine is there already");
  fs::remove(folder / "mine/deeper");
  must(words);
  EXPECT_TRUE(fs::exists(folder / "mine/0.png"));
  must({"compress", images, photos, folder / "photos.hgz"});
  expect_refused({"decompress", images, folder / "photos.hgz", folder / "mine"},
                 "mine is there already");
}

TEST_F(FileGuard, AllowsWhatReplacesNothingThatIsRead) {
  must({"detect", on_table, "--data", rows, "--out", folder / "scores.csv"});
  must({"detect", on_table, "--data", rows, "--out", folder / "scores.csv"});  // its own, again
  must({"encode", images, "--data", pictures, "--out", photos / "codes.npy"});
  must({"compress", images, photos, photos / "photos.hgz"});
  must({"decompress", images, photos / "photos.hgz", folder / "back"});
  EXPECT_TRUE(fs::exists(folder / "back/0.png"));
  must({"reconstruct", images, "--in", photos, "--out", folder / "clean"});
  must({"reconstruct", images, "--out", images + "/reconstructions.png"});
  must({"train", "vanilla", "--out", on_table, "--resume", "--epochs", "2"});
}

TEST_F(FileGuard, SaysBeforeTheWorkThatAPlaceCannotBeWritten) {
  fs::create_directory(folder / "locked");
  write_file(folder / "kept.npy", "kept");
  fs::permissions(folder / "locked", fs::perms::owner_read | fs::perms::owner_exec);
  fs::permissions(folder / "kept.npy", fs::perms::owner_read);
  for (const fs::path& place :
       {folder / "locked/a.npy", folder / "locked/b/a.npy", folder / "kept.npy"}) {
    const Outcome outcome =
        run_without_privileges({"encode", images, "--out", place}, folder.path());
    EXPECT_EQ(outcome.exit_code, 1);
    EXPECT_TRUE(outcome.is_one_line() && contains(outcome.err, "cannot be written: Permission"))
        << outcome.err;
  }
  EXPECT_EQ(read_file(folder / "kept.npy"), "kept");
}

TEST_F(FileGuard, LetsStreamsAndLinksBeWhatTheyAre) {
  must({"encode", images, "--out", "/dev/null"});
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  const Outcome outcome = run({"evaluate", images, "--quiet", "--json", "/dev/stdout"});
  EXPECT_TRUE(outcome.out.starts_with("{")) << outcome.out << outcome.err;
  fs::create_symlink("there.csv", folder / "scores.csv");
  must({"detect", on_table, "--data", rows, "--out", folder / "scores.csv"});
  EXPECT_TRUE(fs::is_symlink(folder / "scores.csv"));
  EXPECT_GT(read_file(folder / "there.csv").size(), 100u);
}

}  // namespace
