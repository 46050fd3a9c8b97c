#pragma once

#include "hourglass/autograd/base/precision.hpp"
#include "hourglass/autograd/base/sizes.hpp"

// A convolution as a product of matrices: im2col writes what each window of an image reads into a
// column, and col2im, its transpose, adds columns back to the pixels that they were read from.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// How the windows of a convolution lie on an image. Window (i, j) reads the pixels
///     (i stride + k dilation − padding, j stride + l dilation − padding)
/// for k, l of the kernel, along height and width, and 0 outside of the image.
///
/// Both functions below work on planes. A plane is one channel of an image with the border of zeros
/// around it, and each of its rows holds the columns 0, s, 2 s, … first, s being the stride, then
/// 1, s + 1, …: what neighbouring windows read stands side by side whatever the stride.
struct Windows {
  Size2 image, kernel, count;  // count: how many windows there are below and beside one another
  Size2 stride, padding, dilation;

  std::size_t pixels() const { return std::size_t(image.height) * image.width; }
  std::size_t kernel_size() const { return std::size_t(kernel.height) * kernel.width; }
  std::size_t total() const { return std::size_t(count.height) * count.width; }
  bool is_unpadded() const { return padding.height == 0 && padding.width == 0; }

  std::size_t phase_size() const {
    return count.width + std::size_t(kernel.width - 1) * dilation.width / stride.width;
  }
  std::size_t row_size() const { return phase_size() * stride.width; }
  std::size_t plane_rows() const {
    return std::size_t(count.height - 1) * stride.height +
           std::size_t(kernel.height - 1) * dilation.height + 1;
  }
  std::size_t plane_size() const { return plane_rows() * row_size(); }
  /// Where in a plane the first window reads for (k, l) of the kernel; the one below it reads
  /// `stride.height` rows further on, the one beside it the next number.
  std::size_t start(std::size_t k, std::size_t l) const {
    const std::size_t column = l * dilation.width;
    return k * dilation.height * row_size() + column % stride.width * phase_size() +
           column / stride.width;
  }
};

/// Rows are copied in whole steps of so many numbers, and what is beyond their end is overwritten
/// by the next: planes and columns need this much memory behind them.
constexpr std::size_t overrun = 16;

/// Copies `count` channels into the inner parts of planes, whose borders are zero already.
void to_planes(const Scalar* channels, std::size_t count, const Windows& windows, Scalar* planes);
/// Adds planes without their borders to `count` channels.
void from_planes(const Scalar* planes, std::size_t count, const Windows& windows, Scalar* channels);

/// Some channels of several images among their planes.
struct Stack {
  std::size_t images, channels;
  std::size_t image_step;  ///< from one image's first plane to the next one's, in planes
};

/// columns[c, k, l][n, i, j] = what window (i, j) of image n reads at (k, l) in channel c
void im2col(const Scalar* planes, const Stack& stack, const Windows& windows, Scalar* columns);
/// Adds each of these numbers to where im2col read it.
void col2im(const Scalar* columns, const Stack& stack, const Windows& windows, Scalar* planes);

// For one channel a product has too few rows to be worth columns (convolve_plane.cpp). These three
// are the same sums, of a plane, a kernel and the rows of its windows, which are a step apart and 0
// beyond their width.

/// How far apart rows are.
std::size_t row_step(const Windows& windows);
/// rows[i][j] += Σ kernel[k][l] · what window (i, j) reads at (k, l)
void forward_plane(const Scalar* plane, const Scalar* kernel, const Windows& windows, Scalar* rows);
/// Adds kernel[k][l] · rows[i][j] to where window (i, j) reads at (k, l).
void backward_data_plane(const Scalar* rows, const Scalar* kernel, const Windows& windows,
                         Scalar* plane);
/// kernel[k][l] += Σ rows[i][j] · what window (i, j) reads at (k, l)
void backward_weights_plane(const Scalar* rows, const Scalar* plane, const Windows& windows,
                            Scalar* kernel);

}}  // namespace hourglass
