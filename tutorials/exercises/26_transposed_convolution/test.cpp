#include "transposed_convolution.hpp"

#include "course/checks.hpp"

CASE("one pixel becomes the kernel, times its value") {
  check_close("y", convolve_transposed(Array({1, 1, 1}, {2}), Array({1, 4}, {1, 2, 3, 4}), 2, 1, 0),
              Array({1, 2, 2}, {2, 4, 6, 8}), "x = 2, w = (1, 2, 3, 4)");
}

CASE("kernels that overlap are added") {
  const Array x({1, 1, 2}, {1, 1}), w({1, 9}, {1, 1, 1, 1, 1, 1, 1, 1, 1});
  check_close("y", convolve_transposed(x, w, 3, 2, 0), Array({1, 3, 5}, {1, 1, 2, 1, 1, 1, 1, 2, 1, 1, 1, 1, 2, 1, 1}),
              "two ones, a kernel of ones, stride 2", "A kernel of 3 with stride 2 overlaps itself by 1: the chequered pattern of many decoders.");
}

CASE("it is the transpose of the convolution with the same weights") {
  // ⟨convolve(a), x⟩ = ⟨a, convolve_transposed(x)⟩ for all a and x.
  for (std::size_t stride : {1u, 2u})
    for (std::size_t padding : {0u, 1u}) {
      const std::size_t large = 3 * stride + 3 - 2 * padding;  // whose convolution is 4 wide
      const Array a = random_array({2, large, large}, 1), x = random_array({3, 4, 4}, 2), w = random_array({3, 18}, 3);
      const Array y = convolve_transposed(x, w, 3, stride, padding), down = matmul(w, im2col(a, 3, stride, padding));
      const std::string input = "stride " + std::to_string(stride) + ", padding " + std::to_string(padding);
      check_equal("the shape of y", y.shape, a.shape, input, "(height - 1) · stride + kernel - 2 padding.");
      double left = 0, right = 0;
      for (std::size_t i = 0; i < x.size(); ++i) left += down[i] * x[i];
      for (std::size_t i = 0; i < a.size(); ++i) right += a[i] * y[i];
      check_close("⟨a, y⟩", right, left, input);
    }
}

CASE("several channels go in and several come out") {
  const Array x = random_array({2, 2, 2}, 4), w = random_array({2, 3 * 4}, 5);
  Array expected({3, 4, 4});
  for (std::size_t c = 0; c < 2; ++c)
    for (std::size_t p = 0; p < 4; ++p)
      for (std::size_t k = 0; k < 12; ++k)
        expected[k / 4 * 16 + (p / 2 * 2 + k / 2 % 2) * 4 + p % 2 * 2 + k % 2] += x[c * 4 + p] * w.at(c, k);
  check_close("y", convolve_transposed(x, w, 2, 2, 0), expected, "x of (2, 2, 2), w of (2, 3 · 4), kernel 2, stride 2");
}
