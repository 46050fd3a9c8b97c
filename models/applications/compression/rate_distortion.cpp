#include "hourglass/models/applications/compression/rate_distortion.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "hourglass/datasets/readers/picture_file.hpp"
#include "hourglass/models/applications/compression/compression.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t longest_side = 16384;

/// Arranges examples in pictures of one or more, `across` in a row, and takes them apart again.
class Mosaic {
 public:
  Mosaic(const Shape& example_shape, std::size_t examples, std::size_t across)
      : channels_(example_shape[0]),
        height_(example_shape[1]),
        width_(example_shape[2]),
        across_(across),
        picture_{across * width_, (examples + across - 1) / across * height_, channels_, {}} {}

  std::size_t width() const { return picture_.width; }
  std::size_t height() const { return picture_.height; }

  /// The rest of the last row is black.
  PictureFile draw(const std::uint8_t* examples, std::size_t count) const {
    PictureFile picture = picture_;
    picture.pixels.resize(picture.width * picture.height * channels_);
    for_each_byte(count, [&](std::size_t in_example, std::size_t in_picture) {
      picture.pixels[in_picture] = examples[in_example];
    });
    return picture;
  }
  void take_apart(const PictureFile& picture, std::uint8_t* examples, std::size_t count) const {
    for_each_byte(count, [&](std::size_t in_example, std::size_t in_picture) {
      examples[in_example] = picture.pixels[in_picture];
    });
  }

 private:
  template <class Visit>
  void for_each_byte(std::size_t count, const Visit& visit) const {
    const std::size_t plane = height_ * width_;
    for (std::size_t i = 0; i < count; ++i)
      for (std::size_t c = 0; c < channels_; ++c)
        for (std::size_t p = 0; p < plane; ++p) {
          const std::size_t y = i / across_ * height_ + p / width_;
          const std::size_t x = i % across_ * width_ + p % width_;
          visit((i * channels_ + c) * plane + p, (y * picture_.width + x) * channels_ + c);
        }
  }

  std::size_t channels_, height_, width_, across_;
  PictureFile picture_;
};

RatePoint point_of(const std::string& coder, int quality, std::size_t coded_bytes,
                   const std::vector<std::uint8_t>& bytes,
                   const std::vector<std::uint8_t>& rebuilt) {
  return {coder, quality, 8 * static_cast<double>(coded_bytes) / static_cast<double>(bytes.size()),
          error_of(bytes, rebuilt)};
}

}  // namespace

double RatePoint::psnr() const {
  return -10 * std::log10(std::max(mse, 1e-10));
}

CodePath code_path(const Pca& pca) {
  const std::size_t features = pca.components.shape()[0], numbers = pca.components.shape()[1];
  Tensor mean = pca.mean;
  mean.reshape({1, features});
  const Tensor components = pca.components;
  return {[mean, components](Var x) {
            return matmul(x - x.tape().constant(mean), x.tape().constant(components));
          },
          [mean, components](Var z) {
            return matmul(z, transpose(z.tape().constant(components))) + z.tape().constant(mean);
          },
          numbers};
}

std::vector<RatePoint> rate_distortion(const std::string& coder, const CodePath& path,
                                       const CodeTables& tables,
                                       const std::vector<std::uint8_t>& bytes, std::size_t features,
                                       const std::vector<int>& qualities) {
  std::vector<RatePoint> points;
  if (bytes.empty()) return points;
  std::size_t stages = 0;
  for (int quality : qualities) {
    const CodePath some = path_of_quality(path, quality);
    if (path.choices > 0 && some.stages == stages) continue;  // the same point again
    stages = some.stages;
    const LossyCodec codec(some, tables, step_of_quality(quality));
    const std::string stream = codec.encode(bytes, features).stream;
    points.push_back(point_of(coder, quality, stream.size(), bytes,
                              codec.decode(stream, bytes.size() / features)));
  }
  return points;
}

std::vector<RatePoint> jpeg_rate_distortion(JpegLayout layout,
                                            const std::vector<std::uint8_t>& bytes,
                                            const Shape& example_shape,
                                            const std::vector<int>& qualities) {
  std::vector<RatePoint> points;
  if (bytes.empty() || example_shape.size() != 3 ||
      (example_shape[0] != 1 && example_shape[0] != 3))
    return points;
  const std::size_t features = element_count(example_shape), examples = bytes.size() / features;
  const auto across = static_cast<std::size_t>(std::ceil(std::sqrt(double(examples))));
  const std::size_t in_one = layout == JpegLayout::each ? 1 : examples;
  const Mosaic mosaic(example_shape, in_one, layout == JpegLayout::each ? 1 : across);
  if (mosaic.width() > longest_side || mosaic.height() > longest_side) return points;
  for (int quality : qualities) {
    std::vector<std::uint8_t> rebuilt(bytes.size());
    std::size_t size = 0;
    for (std::size_t first = 0; first < examples; first += in_one) {
      const std::string file =
          encode_jpeg(mosaic.draw(bytes.data() + first * features, in_one), quality);
      size += file.size();
      mosaic.take_apart(decode_picture(file, "JPEG"), rebuilt.data() + first * features, in_one);
    }
    points.push_back(
        point_of(layout == JpegLayout::each ? "JPEG, a file for each image" : "JPEG, all in one",
                 quality, size, bytes, rebuilt));
  }
  return points;
}

double psnr_at(const std::vector<RatePoint>& curve, double bits_per_pixel) {
  for (std::size_t i = 0; i + 1 < curve.size(); ++i) {
    const RatePoint &a = curve[i], &b = curve[i + 1];
    if (bits_per_pixel < a.bits_per_pixel || bits_per_pixel > b.bits_per_pixel) continue;
    const double span = std::log(b.bits_per_pixel / a.bits_per_pixel);
    const double part = span > 0 ? std::log(bits_per_pixel / a.bits_per_pixel) / span : 0;
    return a.psnr() + part * (b.psnr() - a.psnr());
  }
  return std::numeric_limits<double>::quiet_NaN();
}

}}  // namespace hourglass
