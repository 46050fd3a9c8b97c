#pragma once

#include "col2im.hpp"
#include "matmul_gradient.hpp"

/// Each pixel of x, (in, height, width), is spread over a kernel of pixels of y:
///   y[o, iy · stride + ky − padding, ix · stride + kx − padding] += x[c, iy, ix] · w[c, (o, ky, kx)],
/// what falls outside y is lost. y has shape (out, (height − 1) · stride + kernel − 2 padding, and the
/// width likewise). w is (in, out · kernel · kernel). col2im and transpose are available.
inline Array convolve_transposed(const Array& x, const Array& w, std::size_t kernel, std::size_t stride,
                                 std::size_t padding) {
  // BEGIN SOLUTION
  const Array flat({x.shape[0], x.shape[1] * x.shape[2]}, x.data);
  const std::size_t out = w.shape[1] / (kernel * kernel);
  return col2im(matmul(transpose(w), flat),
                {out, (x.shape[1] - 1) * stride + kernel - 2 * padding, (x.shape[2] - 1) * stride + kernel - 2 * padding},
                kernel, stride, padding);
  // STUB
  //| // TODO: a product, then col2im.
  //| (void)w, (void)kernel, (void)stride, (void)padding;
  //| return x;
  // END SOLUTION
}
