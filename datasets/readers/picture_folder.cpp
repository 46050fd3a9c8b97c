#include "hourglass/datasets/readers/picture_folder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <fstream>
#include <string_view>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/file_hooks.hpp"
#include "hourglass/datasets/notices.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

// ---- Order

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/// The digits that `text` begins with, without leading zeros.
std::string_view leading_number(std::string_view text) {
  std::size_t end = 0, begin = 0;
  while (end < text.size() && is_digit(text[end])) ++end;
  while (begin < end && text[begin] == '0') ++begin;
  return text.substr(begin, end - begin);
}

/// Whether a comes before b: numbers in them by their value, everything else letter by letter.
bool comes_before(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    if (is_digit(a[0]) && is_digit(b[0])) {
      const std::string_view m = leading_number(a), n = leading_number(b);
      if (m.size() != n.size()) return m.size() < n.size();
      if (m != n) return m < n;
      while (!a.empty() && is_digit(a[0])) a.remove_prefix(1);
      while (!b.empty() && is_digit(b[0])) b.remove_prefix(1);
    } else {
      if (a[0] != b[0]) return a[0] < b[0];
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  return a.size() < b.size();
}

void sort(std::vector<fs::path>& files) {
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    return comes_before(a.native(), b.native());
  });
}

// ---- What counts as a picture

std::string in_small_letters(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

bool is_one_of(const fs::path& text, std::initializer_list<const char*> those) {
  return std::find(those.begin(), those.end(), in_small_letters(text.string())) != those.end();
}

bool has_picture_name(const fs::path& file) {
  return is_one_of(file.extension(), {".png", ".jpg", ".jpeg", ".jpe", ".jfif"});
}

/// Whether a file is a picture by its name or, whatever its name is, by its first bytes.
bool is_picture(const fs::path& file) {
  if (has_picture_name(file)) return true;
  std::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return false;
  std::array<char, 8> start{};
  std::ifstream in(file, std::ios::binary);
  in.read(start.data(), start.size());
  return is_picture_file({start.data(), static_cast<std::size_t>(in.gcount())});
}

/// Files that are hidden, or that systems leave behind.
bool is_hidden(const fs::path& file) {
  return file.filename().native().starts_with('.') ||
         is_one_of(file.filename(), {"__macosx", "thumbs.db", "ehthumbs.db", "desktop.ini"});
}

// ---- The search

struct Found {
  std::vector<fs::path> pictures, others;
};

/// `above`: the folders that contain this one, with links in their paths resolved.
void search(const fs::path& folder, std::vector<fs::path> above, Found& found) {
  std::error_code reason;
  above.push_back(fs::canonical(folder, reason));
  if (std::find(above.begin(), above.end() - 1, above.back()) != above.end() - 1) return;
  for (fs::directory_iterator entry(folder, reason), end; !reason && entry != end;
       entry.increment(reason)) {
    std::error_code ignored;
    if (is_hidden(entry->path())) continue;
    if (entry->is_directory(ignored))
      search(entry->path(), above, found);
    else
      (is_picture(entry->path()) ? found.pictures : found.others).push_back(entry->path());
  }
  if (reason)
    throw DataError(fmt::format("{}: cannot be read: {}", folder.string(), reason.message()));
}

/// "3 files are neither PNG nor JPEG and were left out: a.gif, b.txt, c.webp"
std::string left_out(const fs::path& folder, const std::vector<fs::path>& files) {
  constexpr std::size_t shown = 3;
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(shown, files.size()); ++i)
    names.push_back(files[i].lexically_relative(folder).string());
  const bool picture = std::any_of(files.begin(), files.end(), [](const fs::path& file) {
    return is_one_of(file.extension(), {".gif", ".webp", ".tif", ".tiff", ".bmp", ".heic", ".heif",
                                        ".avif", ".jp2", ".jxl", ".pgm", ".ppm", ".svg", ".dng"});
  });
  return fmt::format(
      "{} and {} left out: {}{}{}",
      files.size() == 1 ? "one file is neither PNG nor JPEG"
                        : fmt::format("{} files are neither PNG nor JPEG", files.size()),
      files.size() == 1 ? "was" : "were", fmt::join(names, ", "), files.size() > shown ? " …" : "",
      picture ? "; pictures of other kinds are read once converted to PNG" : "");
}

// ---- Losses

/// What a loss is called for one file, for several, and where nothing may be lost.
struct LossWords {
  bool PictureLosses::* has;
  const char *of_one, *of_many, *refusal;
};
constexpr LossWords loss_words[] = {
    {&PictureLosses::depth, "has 16 bits a channel, of which the upper 8 were read",
     "have 16 bits a channel, of which the upper 8 were read",
     "it has 16 bits a channel, of which 8 would be kept: save it with 8"},
    {&PictureLosses::transparent, "is transparent in places, and was laid on black",
     "are transparent in places, and were laid on black", nullptr},
    {&PictureLosses::alpha, nullptr, nullptr,
     "it has an alpha channel or a transparent colour, which would not be kept: save it without"},
    {&PictureLosses::cmyk, "has the four inks of print (CMYK), which became red, green and blue",
     "have the four inks of print (CMYK), which became red, green and blue",
     "it has four inks (CMYK), which would become red, green and blue: save it as RGB"},
    {&PictureLosses::animation, "is an animation, of which the first picture was read",
     "are animations, of which the first picture was read",
     "it is an animation, of which the first picture would be kept: save its pictures as files"},
    {&PictureLosses::turned, "was turned upright, as its EXIF orientation says",
     "were turned upright, as their EXIF orientation says", nullptr},
};

}  // namespace

std::vector<fs::path> list_pictures(const fs::path& folder) {
  note_in_use(folder);
  std::error_code ignored;
  if (fs::is_regular_file(folder, ignored)) return {folder};
  Found found;
  search(folder, {}, found);
  sort(found.pictures);
  sort(found.others);
  const std::string others = found.others.empty() ? "" : left_out(folder, found.others);
  if (found.pictures.empty())
    throw DataError(fmt::format("{}: holds no PNG or JPEG{}{}", folder.string(),
                                others.empty() ? "" : "; ", others));
  if (!others.empty()) notice(fmt::format("{}: {}", folder.string(), others));
  return std::move(found.pictures);
}

void PictureLossCount::add(const fs::path& file, const PictureLosses& lost) {
  ++pictures_;
  std::size_t kind = 0;
  for (const LossWords& words : loss_words) {
    if (!words.of_one) continue;
    Kind& counted = kinds_.at(kind++);
    if (lost.*words.has && counted.count++ == 0) counted.first = file;
  }
}

void PictureLossCount::tell(const fs::path& folder) const {
  std::size_t kind = 0;
  for (const LossWords& words : loss_words) {
    if (!words.of_one) continue;
    const Kind& counted = kinds_.at(kind++);
    if (counted.count == 1) notice(fmt::format("{} {}", counted.first.string(), words.of_one));
    if (counted.count > 1)
      notice(fmt::format("{}: {} of {} pictures {}, {} the first of them", folder.string(),
                         counted.count, pictures_, words.of_many,
                         counted.first.lexically_relative(folder).string()));
  }
}

std::string loss_in_words(const PictureLosses& lost) {
  for (const LossWords& words : loss_words)
    if (words.refusal && lost.*words.has) return words.refusal;
  return "";
}

}}  // namespace hourglass
