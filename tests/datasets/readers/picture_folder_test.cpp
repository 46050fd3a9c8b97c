#include "hourglass/datasets/readers/picture_folder.hpp"

#include <gtest/gtest.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/notices.hpp"
#include "hourglass/datasets/readers/images.hpp"
#include "tests/datasets/files.hpp"
#include "tests/datasets/readers/picture_bytes.hpp"

namespace hourglass::testing { namespace {

namespace fs = std::filesystem;
using std::string_literals::operator""s;

class PictureFolder : public ::testing::Test {
 protected:
  PictureFolder() {
    on_notice = [this](const std::string& line) { notices.push_back(line); };
  }
  ~PictureFolder() override { on_notice = nullptr; }

  void write(const std::string& name, const std::string& bytes = encode_png({1, 1, 1, {9}})) {
    folder.write(name, {bytes.begin(), bytes.end()});
  }
  /// Their names, below the folder.
  std::vector<std::string> listed(const std::string& below = "") {
    std::vector<std::string> names;
    for (const fs::path& file : list_pictures(below.empty() ? folder.path() : folder / below))
      names.push_back(file.lexically_relative(folder.path()).string());
    return names;
  }
  std::string fault() {
    return message_of<DataError>([&] { read_images("x", folder.path(), {}); });
  }

  TemporaryFolder folder;
  std::vector<std::string> notices;
};
using Names = std::vector<std::string>;

TEST_F(PictureFolder, ListsWhatPeopleSeeAsPictures) {
  const Names pictures = {"a.png", "b.JPG", "c.Jpeg", "d.jfif", "e/f.png", "x ü?&.png"};
  for (const std::string& name : pictures) write(name);
  for (const char* hidden : {"._a.png", ".thumb.png", ".git/x.png", "e/.hidden/y.png",
                             "__MACOSX/z.png", "Thumbs.db", "desktop.ini", ".DS_Store"})
    write(hidden, "junk");
  EXPECT_EQ(listed(), pictures);
  EXPECT_EQ(notices, Names{});
  EXPECT_EQ(listed("a.png"), Names{"a.png"});  // a file is a folder of one
}

TEST_F(PictureFolder, IsReadWhereItIsHiddenItself) {
  write(".cache/a.png");
  EXPECT_EQ(listed(".cache"), Names{".cache/a.png"});
}

TEST_F(PictureFolder, FollowsLinksButNotInACircle) {
  write("in/a.png");
  write("other/b.png");
  fs::create_directory_symlink("../other", folder / "in/linked");
  fs::create_symlink("../other/b.png", folder / "in/file.png");
  fs::create_directory_symlink("../in", folder / "other/back");
  fs::create_directory_symlink(".", folder / "in/loop");
  EXPECT_EQ(listed("in"), (Names{"in/a.png", "in/file.png", "in/linked/b.png"}));
}

TEST_F(PictureFolder, NamesTheFilesThatItLeavesOut) {
  const std::string place = folder.path().string();
  write("a.png");
  write("notes.txt", "x");
  listed();
  EXPECT_EQ(notices,
            Names{place + ": one file is neither PNG nor JPEG and was left out: notes.txt"});
  notices.clear();
  for (const char* name : {"b.gif", "c.webp", "e/d.TIFF"}) write(name, "x");
  listed();
  EXPECT_EQ(notices,
            Names{place + ": 4 files are neither PNG nor JPEG and were left out: b.gif, c.webp, "
                          "e/d.TIFF …; pictures of other kinds are read once converted to PNG"});
  fs::remove(folder / "a.png");
  EXPECT_EQ(fault(), place +
                         ": holds no PNG or JPEG; 4 files are neither PNG nor JPEG and were "
                         "left out: b.gif, c.webp, e/d.TIFF …; pictures of other kinds are "
                         "read once converted to PNG");
}

TEST_F(PictureFolder, KnowsPicturesByTheirContentsToo) {
  write("scan", encode_jpeg({8, 8, 1, std::vector<std::uint8_t>(64, 9)}, 90));
  write("b.dat");
  write("c.txt", "x");
  EXPECT_EQ(listed(), (Names{"b.dat", "scan"}));
  EXPECT_PRED2(contains, notices.at(0), "left out: c.txt");
}

TEST_F(PictureFolder, SaysWhatAFileThatIsNoPictureIs) {
  const std::string jpeg = encode_jpeg({8, 8, 1, std::vector<std::uint8_t>(64, 9)}, 90);
  const struct {
    std::string bytes, words;
  } cases[] = {
      {"", "but empty"},
      {"GIF89a", "but a GIF picture: convert it to PNG"},
      {"RIFF\1\1\1\1WEBPVP8 ", "but a WebP picture: convert it to PNG"},
      {"II*\0\1\1"s, "but a TIFF picture: convert it to PNG"},
      {"\0\0\0\x18"
       "ftypheic\0"s,
       "but a HEIC picture: convert it to PNG"},
      {"BM\1\1\1\1\0\0\0\0"s, "but a BMP picture: convert it to PNG"},
      {"\n <!DOCTYPE html>", "but a web page, perhaps of a download that failed"},
      {"<svg xmlns", "but an SVG drawing: convert it to PNG"},
      {"version https://git-lfs.github.com/spec/v1\n", "but a Git LFS pointer"},
      {"some text", "it is neither a PNG nor a JPEG file"},
      {jpeg.substr(0, jpeg.size() / 2), "damaged JPEG file: it is cut off"},
      {encode_png({1, 1, 1, {9}}).substr(0, 40), "damaged PNG file: it is cut off"},
  };
  for (const auto& [bytes, words] : cases) {
    write("a.png", bytes);
    EXPECT_TRUE(contains(fault(), "a.png: ")) << fault();
    EXPECT_TRUE(contains(fault(), words)) << fault();
  }
  write("a.png", jpeg);  // whatever its name says
  EXPECT_EQ(fault(), "");
  fs::create_symlink("nowhere.png", folder / "b.png");
  EXPECT_TRUE(contains(fault(), "b.png: cannot be read: No such file")) << fault();
}

TEST_F(PictureFolder, SaysOnceWhatReadingTookFromItsPictures) {
  const std::string place = folder.path().string();
  write("a.png", png_of_row(1, 8, 6, "\1\2\3\4", {}));
  write("b.png", png_of_row(1, 8, 6, "\1\2\3\5", {}));
  write("c.png", png_of_row(1, 16, 0, "\1\2", {}));
  write("d.png", png_of_row(1, 8, 6, "\1\2\3\xff", {}));  // opaque all over
  read_images("x", folder.path(), {}, PictureSize{1, 1});
  EXPECT_EQ(notices, (Names{place + "/c.png has 16 bits a channel, of which the upper 8 were read",
                            place + ": 2 of 4 pictures are transparent in places, and were laid "
                                    "on black, a.png the first of them"}));
}

TEST_F(PictureFolder, SaysOnceThatPhotographsWereTurnedUpright) {
  const std::string jpeg = encode_jpeg({8, 8, 1, std::vector<std::uint8_t>(64, 9)}, 90);
  const auto photograph = [&](int orientation) {
    return with_segment(jpeg, '\xe1', "Exif\0\0"s + exif_of(orientation));
  };
  write("a.jpg", photograph(1));
  write("b.jpg", photograph(6));
  read_images("x", folder.path(), {});
  write("c.jpg", photograph(3));
  read_images("x", folder.path(), {});
  const std::string place = folder.path().string();
  EXPECT_EQ(notices,
            (Names{place + "/b.jpg was turned upright, as its EXIF orientation says",
                   place + ": 2 of 3 pictures were turned upright, as their EXIF orientation says, "
                           "b.jpg the first of them"}));
}

TEST_F(PictureFolder, NamesThePicturesThatAreSmallerThanATile) {
  write("a.png", encode_png({2, 1, 1, {1, 2}}));
  write("b.png");
  read_images("x", folder.path(), {}, PictureSize{2, 1});
  EXPECT_EQ(notices, Names{folder.path().string() + ": 1 of 2 pictures is smaller than a tile and "
                                                    "left out, b.png the first"});
}

}  // namespace
}  // namespace hourglass::testing
