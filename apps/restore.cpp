#include "apps/restore.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/datasets/readers/picture_folder.hpp"
#include "hourglass/drawing/pictures.hpp"
#include "hourglass/models/applications/tiles.hpp"
#include "hourglass/nn/files/atomic_file.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

namespace fs = std::filesystem;

/// (C, H, W), in 0..1
Tensor to_tensor(const PictureFile& picture) {
  const std::size_t plane = picture.width * picture.height;
  Tensor planes = filled({picture.channels, picture.height, picture.width});
  for (std::size_t i = 0; i < plane; ++i)
    for (std::size_t c = 0; c < picture.channels; ++c)
      planes.data()[c * plane + i] = Scalar(picture.pixels[i * picture.channels + c]) / 255;
  return planes;
}

PictureFile to_picture(const Tensor& planes) {
  PictureFile picture{planes.shape()[2], planes.shape()[1], planes.shape()[0], {}};
  const std::size_t plane = picture.width * picture.height;
  picture.pixels.resize(planes.size());
  for (std::size_t i = 0; i < plane; ++i)
    for (std::size_t c = 0; c < picture.channels; ++c)
      picture.pixels[i * picture.channels + c] = static_cast<std::uint8_t>(
          std::lround(std::clamp<Scalar>(planes.data()[c * plane + i], 0, 1) * 255));
  return picture;
}

double squared_difference(const Tensor& a, const Tensor& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    sum += std::pow(double(a.data()[i]) - double(b.data()[i]), 2);
  return sum;
}

/// The pictures to read, and the folder that their names are counted from.
struct Files {
  fs::path folder;
  std::vector<fs::path> pictures;
};
Files files_of(const RestoreOptions& options) {
  std::error_code ignored;
  const bool is_file = fs::is_regular_file(options.in, ignored);
  const fs::path folder = is_file ? fs::absolute(options.in).parent_path() : options.in;
  if (fs::equivalent(folder, options.out, ignored))
    throw ConfigError(fmt::format(
        "--out {} is the folder of the pictures of --in, which would be lost: name another folder",
        options.out.string()));
  return {folder,
          is_file ? std::vector<fs::path>{fs::absolute(options.in)} : list_pictures(options.in)};
}

/// photo.png stays photo.png, and photo.jpg becomes photo.jpg.png.
fs::path name_of(const fs::path& file, const Files& files, const std::string& ending) {
  const fs::path name = file.lexically_relative(files.folder);
  return (name.extension() == ".png" ? fs::path(name).replace_extension() : name).string() + ending;
}

/// The files to write for each picture. Throws ConfigError if two pictures would share one.
std::vector<std::vector<fs::path>> names_of(const Files& files, bool noise) {
  std::vector<std::vector<fs::path>> names;
  std::set<fs::path> all;
  for (const fs::path& file : files.pictures) {
    names.push_back({name_of(file, files, ".png")});
    if (noise) names.back().push_back(name_of(file, files, ".noisy.png"));
    for (const fs::path& name : names.back())
      if (!all.insert(name).second)
        throw ConfigError(fmt::format("{}: two pictures would be written to {}: rename one",
                                      file.string(), name.string()));
  }
  return names;
}

}  // namespace

Tensor with_noise(const Tensor& rows, double deviation, Rng& rng) {
  Tensor noisy = filled(Shape(rows.shape().begin(), rows.shape().end()));
  rng.fill_normal(noisy, 0, static_cast<Scalar>(deviation));
  for (std::size_t i = 0; i < noisy.size(); ++i)
    noisy.data()[i] = std::clamp(rows.data()[i] + noisy.data()[i], Scalar(0), Scalar(1));
  return noisy;
}

Restored restore_pictures(const TrainedModel& trained, const RestoreOptions& options, Rng rng) {
  const auto& shape = trained.run.example_shape;
  const Shape example_shape(shape.begin(), shape.end());
  if (!is_picture(example_shape))
    throw ConfigError(fmt::format("{} was trained on examples of {}, which are not images",
                                  trained.run.model, to_text(example_shape)));
  const Files files = files_of(options);
  const std::vector<std::vector<fs::path>> names = names_of(files, options.noise > 0);
  expect_new_folder("--out", options.out);
  PictureLossCount losses;
  Restored result;
  for (const std::vector<fs::path>& written : names) {
    const fs::path& file = files.pictures[result.pictures];
    const PictureFile picture = read_picture_file(file);
    losses.add(file, picture.lost);
    const Tensor clean = to_tensor(picture);
    // The model sees what the noisy file holds, so that others can be compared with it.
    const Tensor seen =
        options.noise > 0 ? to_tensor(to_picture(with_noise(clean, options.noise, rng))) : clean;
    const Tensor rebuilt = reconstruct_tiled(*trained.model, seen, example_shape);
    write_atomically(options.out / written[0], encode_png(to_picture(rebuilt)));
    if (options.noise > 0) write_atomically(options.out / written[1], encode_png(to_picture(seen)));
    result.pictures += 1;
    result.pixels += clean.size();
    result.error += squared_difference(rebuilt, clean);
    result.noise_error += squared_difference(seen, clean);
  }
  losses.tell(files.folder);
  result.error /= static_cast<double>(result.pixels);
  result.noise_error /= static_cast<double>(result.pixels);
  return result;
}

}}  // namespace hourglass
