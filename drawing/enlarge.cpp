#include "hourglass/drawing/enlarge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#pragma GCC diagnostic ignored "-Wcast-qual"
#define STB_IMAGE_RESIZE_IMPLEMENTATION
#define STB_IMAGE_RESIZE_STATIC
#include <stb/stb_image_resize.h>
#pragma GCC diagnostic pop

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// How close to 0 or 1 still counts as black or white: half a level of 256.
constexpr float least = 1.0f / 512;

float log_odds(Scalar x) {
  const float share = std::clamp(static_cast<float>(x), least, 1 - least);
  return std::log(share / (1 - share));
}

std::uint8_t level(float log_odds) {
  const float share = 1 / (1 + std::exp(-log_odds));
  const float whole = (share - least) / (1 - 2 * least);  // so that black is 0 again and white 1
  return static_cast<std::uint8_t>(std::lround(std::clamp(whole, 0.0f, 1.0f) * 255));
}

}  // namespace

Picture enlarge(const Scalar* image, const Shape& shape, std::size_t width, std::size_t height) {
  constexpr std::size_t most = 20000;  // pixels per side
  if (!is_picture(shape) || width == 0 || height == 0 || width > most || height > most)
    throw ShapeError(fmt::format("an image of {} cannot be {} × {} pixels large", to_text(shape),
                                 width, height));
  const std::size_t channels = shape[0], plane = shape[1] * shape[2];
  std::vector<float> odds(channels * plane), large(channels * width * height);
  for (std::size_t i = 0; i < plane; ++i)
    for (std::size_t c = 0; c < channels; ++c)
      odds[i * channels + c] = log_odds(image[c * plane + i]);
  if (!stbir_resize_float_generic(odds.data(), int(shape[2]), int(shape[1]), 0, large.data(),
                                  int(width), int(height), 0, int(channels),
                                  STBIR_ALPHA_CHANNEL_NONE, 0, STBIR_EDGE_CLAMP,
                                  STBIR_FILTER_CATMULLROM, STBIR_COLORSPACE_LINEAR, nullptr))
    throw Error("enlarge: out of memory");
  Picture picture{width, height, channels, {}};
  picture.pixels.resize(large.size());
  std::transform(large.begin(), large.end(), picture.pixels.begin(), level);
  return picture;
}

}}  // namespace hourglass
