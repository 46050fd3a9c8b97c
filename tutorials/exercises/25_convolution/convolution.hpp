#pragma once

#include "col2im.hpp"
#include "matmul_gradient.hpp"

/// y[o, :, :] = Σ over (c, ky, kx) of w[o, (c, ky, kx)] · what im2col sees, for one image x of (channels,
/// height, width) and weights w of (out, channels · kernel · kernel). y has shape (out, oh, ow).
inline Array convolve(const Array& x, const Array& w, std::size_t kernel, std::size_t stride, std::size_t padding);

struct ConvolutionGradient {
  Array dx, dw;
};

inline ConvolutionGradient convolve_backward(const Array& x, const Array& w, std::size_t kernel, std::size_t stride,
                                             std::size_t padding, const Array& dy);

// BEGIN SOLUTION
inline Array convolve(const Array& x, const Array& w, std::size_t kernel, std::size_t stride, std::size_t padding) {
  Array y = matmul(w, im2col(x, kernel, stride, padding));
  y.shape = {w.shape[0], (x.shape[1] + 2 * padding - kernel) / stride + 1,
             (x.shape[2] + 2 * padding - kernel) / stride + 1};
  return y;
}

inline ConvolutionGradient convolve_backward(const Array& x, const Array& w, std::size_t kernel, std::size_t stride,
                                             std::size_t padding, const Array& dy) {
  const Array columns = im2col(x, kernel, stride, padding);
  const Array flat({dy.shape[0], dy.shape[1] * dy.shape[2]}, dy.data);
  const MatmulGradient product = matmul_backward(w, columns, flat);
  return {col2im(product.db, x.shape, kernel, stride, padding), product.da};
}
// STUB
//| // TODO: im2col and a product; their gradients, in reverse order.
//| inline Array convolve(const Array& x, const Array&, std::size_t, std::size_t, std::size_t) { return x; }
//| inline ConvolutionGradient convolve_backward(const Array& x, const Array& w, std::size_t, std::size_t, std::size_t,
//|                                              const Array&) {
//|   return {x, w};
//| }
// END SOLUTION
