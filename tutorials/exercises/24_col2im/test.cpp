#include "col2im.hpp"

#include "course/checks.hpp"

CASE("a pixel collects as many shares as it has columns") {
  Array ones({4, 4});
  for (double& each : ones.data) each = 1;
  check_close("col2im(ones)", col2im(ones, {1, 3, 3}, 2, 1, 0), Array({1, 3, 3}, {1, 2, 1, 2, 4, 2, 1, 2, 1}),
              "kernel 2, stride 1, an image of (1, 3, 3)", "Shares are added up: the middle pixel is in four columns.");
}

CASE("if the stride equals the kernel, every pixel has one column") {
  const Array x = random_array({2, 4, 4}, 1);
  check_close("col2im(im2col(x))", col2im(im2col(x, 2, 2, 0), {2, 4, 4}, 2, 2, 0), x, "kernel 2, stride 2");
}

CASE("pixels that no column holds get nothing") {
  Array ones({4, 4});
  for (double& each : ones.data) each = 1;
  const Array image = col2im(ones, {1, 5, 5}, 2, 2, 0);
  check_close("the last pixel", image[24], 0, "kernel 2, stride 2, an image of (1, 5, 5)");
  check_close("the first pixel", image[0], 1, "kernel 2, stride 2, an image of (1, 5, 5)");
}

CASE("it is the gradient of im2col, with padding, strides and channels") {
  for (std::size_t padding : {0u, 1u})
    for (std::size_t stride : {1u, 2u})
      check_jacobian(
          "im2col with stride " + std::to_string(stride) + ", padding " + std::to_string(padding),
          [=](const Array& x) { return im2col(x, 3, stride, padding); },
          [=](const Array& x, const Array& dy) { return col2im(dy, x.shape, 3, stride, padding); },
          random_array({2, 4, 3}, 2), "What came from the padding belongs to no pixel.");
}
