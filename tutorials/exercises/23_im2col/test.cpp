#include "im2col.hpp"

#include "course/checks.hpp"

CASE("a kernel of one pixel merely lays the image out") {
  const Array x = random_array({2, 3, 4}, 1);
  check_close("im2col(x, 1, 1, 0)", im2col(x, 1, 1, 0), Array({2, 12}, x.data), "x of (2, 3, 4)");
}

CASE("each column is what the kernel sees at one place") {
  const Array x({1, 3, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  check_close("im2col(x, 2, 1, 0)", im2col(x, 2, 1, 0),
              Array({4, 4}, {1, 2, 4, 5, 2, 3, 5, 6, 4, 5, 7, 8, 5, 6, 8, 9}), "x = 1…9 in (1, 3, 3)",
              "A row for each place in the kernel, a column for each place of the output.");
}

CASE("the stride skips places of the output") {
  const Array x({1, 4, 4}, {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15});
  check_close("im2col(x, 2, 2, 0)", im2col(x, 2, 2, 0),
              Array({4, 4}, {0, 2, 8, 10, 1, 3, 9, 11, 4, 6, 12, 14, 5, 7, 13, 15}), "x = 0…15 in (1, 4, 4)",
              "The stride multiplies the place in the output, not in the kernel.");
}

CASE("padding surrounds the image with zeros") {
  const Array x({1, 2, 2}, {1, 2, 3, 4});
  check_close("the first row of im2col(x, 3, 1, 1)", [&] {
    const Array all = im2col(x, 3, 1, 1);
    return std::vector<double>(all.data.begin(), all.data.begin() + 4);
  }(), {0, 0, 0, 1}, "x = 1…4 in (1, 2, 2)", "Outside the image there are zeros, not its edge.");
}

CASE("every entry comes from its place, with several channels, strides and paddings") {
  const Array x = random_array({2, 5, 4}, 2);
  for (std::size_t kernel : {2u, 3u})
    for (std::size_t stride : {1u, 2u, 3u})
      for (std::size_t padding : {0u, 1u}) {
        const std::ptrdiff_t h = 5, w = 4, p = static_cast<std::ptrdiff_t>(padding);
        const std::size_t oh = (5 + 2 * padding - kernel) / stride + 1, ow = (4 + 2 * padding - kernel) / stride + 1;
        Array expected({2 * kernel * kernel, oh * ow});
        for (std::size_t place = 0; place < expected.size(); ++place) {
          const std::size_t row = place / (oh * ow), column = place % (oh * ow);
          const auto y = static_cast<std::ptrdiff_t>(column / ow * stride + row / kernel % kernel) - p;
          const auto xx = static_cast<std::ptrdiff_t>(column % ow * stride + row % kernel) - p;
          if (y >= 0 && xx >= 0 && y < h && xx < w)
            expected[place] = x[(row / (kernel * kernel) * 5 + static_cast<std::size_t>(y)) * 4 + static_cast<std::size_t>(xx)];
        }
        check_close("im2col", im2col(x, kernel, stride, padding), expected,
                    "x of (2, 5, 4), kernel " + std::to_string(kernel) + ", stride " + std::to_string(stride) +
                        ", padding " + std::to_string(padding),
                    "Rows are ordered by channel, then line, then column of the kernel.");
      }
}
