#include "convolution.hpp"

#include "course/checks.hpp"

namespace {

/// By its definition: seven loops.
Array by_hand(const Array& x, const Array& w, std::size_t kernel, std::size_t stride, std::size_t padding) {
  const std::size_t height = x.shape[1], width = x.shape[2];
  const std::size_t oh = (height + 2 * padding - kernel) / stride + 1, ow = (width + 2 * padding - kernel) / stride + 1;
  Array y({w.shape[0], oh, ow});
  for (std::size_t o = 0; o < w.shape[0]; ++o)
    for (std::size_t oy = 0; oy < oh; ++oy)
      for (std::size_t ox = 0; ox < ow; ++ox)
        for (std::size_t c = 0; c < x.shape[0]; ++c)
          for (std::size_t ky = 0; ky < kernel; ++ky)
            for (std::size_t kx = 0; kx < kernel; ++kx) {
              const std::size_t py = oy * stride + ky, px = ox * stride + kx;
              if (py < padding || px < padding || py >= height + padding || px >= width + padding) continue;
              y[(o * oh + oy) * ow + ox] += w.at(o, (c * kernel + ky) * kernel + kx) *
                                            x[(c * height + py - padding) * width + px - padding];
            }
  return y;
}

}  // namespace

CASE("a kernel that looks at one neighbour moves the image") {
  const Array x({1, 2, 2}, {1, 2, 3, 4});
  const Array right({1, 9}, {0, 0, 0, 0, 0, 1, 0, 0, 0});
  check_close("y", convolve(x, right, 3, 1, 1), Array({1, 2, 2}, {2, 0, 4, 0}), "x = 1…4, the weight right of the middle is 1",
              "The kernel is not flipped: networks call a correlation a convolution.");
}

CASE("it agrees with the seven loops") {
  const Array x = random_array({2, 5, 4}, 1), w = random_array({3, 18}, 2);
  for (std::size_t stride : {1u, 2u})
    for (std::size_t padding : {0u, 1u})
      check_close("y", convolve(x, w, 3, stride, padding), by_hand(x, w, 3, stride, padding),
                  "x of (2, 5, 4), three outputs, stride " + std::to_string(stride) + ", padding " + std::to_string(padding));
}

CASE("the image gets its gradient") {
  const Array w = random_array({2, 18}, 3);
  check_jacobian(
      "a convolution in x", [&](const Array& x) { return convolve(x, w, 3, 2, 1); },
      [&](const Array& x, const Array& dy) { return convolve_backward(x, w, 3, 2, 1, dy).dx; }, random_array({2, 4, 3}, 4),
      "dx is col2im of wᵀ dy, with the same kernel, stride and padding.");
}

CASE("the weights get theirs") {
  const Array x = random_array({2, 4, 3}, 5);
  check_jacobian(
      "a convolution in w", [&](const Array& w) { return convolve(x, w, 3, 1, 1); },
      [&](const Array& w, const Array& dy) { return convolve_backward(x, w, 3, 1, 1, dy).dw; }, random_array({2, 18}, 6),
      "dw is dy times the columns, transposed.");
}
