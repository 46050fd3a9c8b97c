// im2col and what belongs to it, against the definition of a window, one number at a time.

#include "hourglass/autograd/kernels/im2col.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "tests/support/tensors.hpp"

namespace hourglass::testing { namespace {

using Numbers = std::vector<Scalar>;

/// Windows of every kind: borders, strides that leave pixels out, steps that rows do not fill.
std::vector<Windows> all_windows() {
  std::vector<Windows> all;
  for (const Size2 image : {Size2(1), Size2(4, 6), Size2(7, 7), Size2(5, 17), Size2(3, 40)})
    for (const Size2 kernel : {Size2(1), Size2(3), Size2(2, 5)})
      for (const Size2 stride : {Size2(1), Size2(2), Size2(1, 3), Size2(4, 2)})
        for (const Size2 padding : {Size2(0), Size2(1), Size2(2, 3)})
          for (const Size2 dilation : {Size2(1), Size2(2), Size2(1, 3)}) {
            const auto count = [](std::uint32_t size, std::uint32_t k, std::uint32_t s,
                                  std::uint32_t p, std::uint32_t d) {
              const std::uint32_t reach = (k - 1) * d + 1;
              return size + 2 * p < reach ? 0 : (size + 2 * p - reach) / s + 1;
            };
            const Size2 windows(
                count(image.height, kernel.height, stride.height, padding.height, dilation.height),
                count(image.width, kernel.width, stride.width, padding.width, dilation.width));
            if (windows.height > 0 && windows.width > 0)
              all.push_back({image, kernel, windows, stride, padding, dilation});
          }
  return all;
}

/// The numbers 1, 2, 3, …, so that each is known by its value.
Numbers counted(std::size_t size) {
  Numbers numbers(size);
  std::iota(numbers.begin(), numbers.end(), Scalar(1));
  return numbers;
}

/// What each window reads, by definition: (channels, KH, KW) × (images, OH, OW).
Numbers columns_of(const Numbers& images, std::size_t count, std::size_t channels,
                   const Windows& at) {
  Numbers columns;
  for (std::size_t c = 0; c < channels; ++c)
    for (std::uint32_t k = 0; k < at.kernel.height; ++k)
      for (std::uint32_t l = 0; l < at.kernel.width; ++l)
        for (std::size_t n = 0; n < count; ++n)
          for (std::uint32_t i = 0; i < at.count.height; ++i)
            for (std::uint32_t j = 0; j < at.count.width; ++j) {
              const long y = long(i * at.stride.height + k * at.dilation.height) -
                             long(at.padding.height),
                         x = long(j * at.stride.width + l * at.dilation.width) -
                             long(at.padding.width);
              const bool inside =
                  y >= 0 && x >= 0 && y < long(at.image.height) && x < long(at.image.width);
              columns.push_back(
                  inside ? images[((n * channels + c) * at.image.height + y) * at.image.width + x]
                         : 0);
            }
  return columns;
}

constexpr std::size_t images = 3, channels = 2;

Numbers planes_of(const Numbers& numbers, const Windows& at) {
  Numbers planes(images * channels * at.plane_size() + overrun, 0);
  to_planes(numbers.data(), images * channels, at, planes.data());
  return planes;
}

Numbers im2col_of(const Numbers& planes, const Windows& at) {
  const std::size_t size = channels * at.kernel_size() * images * at.total();
  Numbers columns(size + overrun);
  im2col(planes.data(), {images, channels, channels}, at, columns.data());
  columns.resize(size);
  return columns;
}

TEST(Im2col, WritesWhatEachWindowReads) {
  for (const Windows& at : all_windows()) {
    const Numbers numbers = counted(images * channels * at.pixels());
    ASSERT_EQ(im2col_of(planes_of(numbers, at), at), columns_of(numbers, images, channels, at));
  }
}

TEST(Im2col, ReadsTheChannelsOfOneGroupAmongOthers) {
  for (const Windows& at : all_windows()) {
    const Numbers numbers = counted(images * channels * at.pixels());
    const Numbers planes = planes_of(numbers, at);
    Numbers of_second, columns(at.kernel_size() * images * at.total() + overrun);
    for (std::size_t n = 0; n < images; ++n)
      of_second.insert(of_second.end(), numbers.begin() + (n * channels + 1) * at.pixels(),
                       numbers.begin() + (n * channels + 2) * at.pixels());
    im2col(planes.data() + at.plane_size(), {images, 1, channels}, at, columns.data());
    columns.resize(columns.size() - overrun);
    ASSERT_EQ(columns, columns_of(of_second, images, 1, at));
  }
}

TEST(Col2im, AddsEachNumberToThePixelThatItWasReadFrom) {
  for (const Windows& at : all_windows()) {
    const std::size_t pixels = images * channels * at.pixels();
    Numbers columns = counted(channels * at.kernel_size() * images * at.total());
    // Each column's number goes to the pixel whose name the reading of names finds there.
    const Numbers names = columns_of(counted(pixels), images, channels, at);
    Numbers expected(pixels, 5), planes(images * channels * at.plane_size() + overrun, 0);
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] > 0) expected[std::size_t(names[i]) - 1] += columns[i];
    columns.resize(columns.size() + overrun, 1e6);
    col2im(columns.data(), {images, channels, channels}, at, planes.data());
    Numbers got(pixels, 5);
    from_planes(planes.data(), images * channels, at, got.data());
    ASSERT_EQ(got, expected);
  }
}

TEST(Planes, OfImagesLeaveWhatIsBesideThemAlone) {
  for (const Windows& at : all_windows()) {
    const std::size_t pixels = images * channels * at.pixels();
    Numbers got(pixels + 2 * overrun, 7), planes(images * channels * at.plane_size() + overrun, 1);
    from_planes(planes.data(), images * channels, at, got.data());
    for (std::size_t i = pixels; i < got.size(); ++i) ASSERT_EQ(got[i], 7);
  }
}

/// The rows of one plane's windows, a step apart, 0 or filled with 1, 2, ….
Numbers rows_of(const Windows& at, bool filled) {
  Numbers rows(at.count.height * row_step(at), 0);
  for (std::size_t i = 0; i < at.total() && filled; ++i)
    rows[i / at.count.width * row_step(at) + i % at.count.width] = Scalar(i % 7 + 1);
  return rows;
}

/// A plane of small whole numbers, whose sums are exact, and the columns of its windows.
struct OnePlane {
  explicit OnePlane(const Windows& at) : plane(at.plane_size() + overrun, 0) {
    Numbers pixels = counted(at.pixels());
    for (Scalar& pixel : pixels) pixel = Scalar(int(pixel) % 5);
    to_planes(pixels.data(), 1, at, plane.data());
    columns = columns_of(pixels, 1, 1, at);
  }
  Numbers plane, columns;
};

TEST(Planes, AreReadAndCorrelatedAsTheirColumnsAre) {
  for (const Windows& at : all_windows()) {
    const OnePlane one(at);
    const Numbers kernel = counted(at.kernel_size()), seeds = rows_of(at, true);
    Numbers rows = rows_of(at, false), sums(at.kernel_size(), 0);
    forward_plane(one.plane.data(), kernel.data(), at, rows.data());
    backward_weights_plane(seeds.data(), one.plane.data(), at, sums.data());
    Numbers expected_sums(at.kernel_size(), 0);
    for (std::size_t i = 0; i < at.total(); ++i) {
      const std::size_t place = i / at.count.width * row_step(at) + i % at.count.width;
      Scalar expected = 0;
      for (std::size_t tap = 0; tap < at.kernel_size(); ++tap) {
        expected += kernel[tap] * one.columns[tap * at.total() + i];
        expected_sums[tap] += seeds[place] * one.columns[tap * at.total() + i];
      }
      ASSERT_EQ(rows[place], expected);
    }
    ASSERT_EQ(sums, expected_sums);
  }
}

TEST(Planes, AreSpreadOverAsTheirColumnsAre) {
  for (const Windows& at : all_windows()) {
    const Numbers kernel = counted(at.kernel_size()), rows = rows_of(at, true);
    Numbers plane(at.plane_size() + overrun, 0), by_columns(at.plane_size() + overrun, 0), columns;
    for (const Scalar weight : kernel)
      for (std::size_t i = 0; i < at.total(); ++i)
        columns.push_back(weight * rows[i / at.count.width * row_step(at) + i % at.count.width]);
    columns.resize(columns.size() + overrun, 0);
    backward_data_plane(rows.data(), kernel.data(), at, plane.data());
    col2im(columns.data(), {1, 1, 1}, at, by_columns.data());
    ASSERT_EQ(plane, by_columns);
  }
}

}  // namespace
}  // namespace hourglass::testing
