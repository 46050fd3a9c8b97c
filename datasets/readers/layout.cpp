#include "hourglass/datasets/readers/layout.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

bool may_be_channels(std::size_t size) {
  return size == 1 || size == 3 || size == 4;
}

}  // namespace

std::string to_channels_first(std::vector<std::size_t>& shape, std::vector<std::uint8_t>& bytes,
                              const std::string& layout) {
  if (shape.size() != 4 || layout == "nchw") return "";
  const bool is_told = layout.empty() && may_be_channels(shape[3]) && !may_be_channels(shape[1]);
  if (layout != "nhwc" && !is_told) {
    const bool doubtful = may_be_channels(shape[3]) || shape[3] < shape[1];
    return doubtful
               ? fmt::format(
                     "its shape ({}) is taken for {} channel{} of {}×{} (layout=nhwc takes the "
                     "last axis for the channels)",
                     fmt::join(shape, ", "), shape[1], shape[1] == 1 ? "" : "s", shape[2], shape[3])
               : "";
  }
  const std::string note = is_told
                               ? fmt::format(
                                     "its shape ({}) is taken for images with their channels last "
                                     "(layout=nchw says otherwise)",
                                     fmt::join(shape, ", "))
                               : "";
  const std::size_t pixels = shape[1] * shape[2], channels = shape[3];
  if (channels > 1) {
    std::vector<std::uint8_t> turned(bytes.size());
    for (std::size_t n = 0; n < shape[0]; ++n)
      for (std::size_t p = 0; p < pixels; ++p)
        for (std::size_t c = 0; c < channels; ++c)
          turned[(n * channels + c) * pixels + p] = bytes[(n * pixels + p) * channels + c];
    bytes = std::move(turned);
  }
  shape = {shape[0], channels, shape[1], shape[2]};
  return note;
}

}}  // namespace hourglass
