#pragma once

#include "hourglass/autograd/base/tensor_pool.hpp"
#include "hourglass/autograd/kernels/gemm.hpp"
#include "hourglass/autograd/kernels/im2col.hpp"
#include "hourglass/autograd/kernels/threads.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// How a convolution of these shapes is computed, and its three passes:
///     y_n,o,i,j = Σ_c,k,l w_o,c,k,l x_n,c,(window (i, j) at (k, l))
/// x: (N, C, H, W)   w: (O, C / groups, KH, KW)   y: (N, O, OH, OW)
/// conv2d's forward is `forward`, and the others are its gradients. conv_transpose2d's forward is
/// `backward_data`, whose own gradient by the data is `forward`.
///
/// The images are cut into one part a thread, and a part into chunks whose columns stay in the
/// cache. Its memory comes from `pool`.
class ConvolutionPlan {
 public:
  struct Shapes {
    const Shape &x, &w, &y;
  };
  /// How windows lie on an image, and into how many groups the channels of x and y fall.
  struct Steps {
    Size2 stride, padding, dilation;
    std::size_t groups;
  };
  ConvolutionPlan(const Shapes& shapes, const Steps& steps, TensorPool& pool);

  /// y = b + w ⋆ x, or y += w ⋆ x                          b: (O), or none
  void forward(const Tensor& x, const Tensor& w, const Tensor* b, Tensor& y, Sum sum) const;
  /// dx = b + the transpose of that map for dy, or dx +=    b: (C), or none
  void backward_data(const Tensor& dy, const Tensor& w, const Tensor* b, Tensor& dx, Sum sum) const;
  /// dw_o,c,k,l = Σ dy_n,o,i,j x_n,c,(window (i, j) at (k, l)), or dw +=
  void backward_weights(const Tensor& dy, const Tensor& x, Tensor& dw, Sum sum) const;

 private:
  enum class Method {
    whole_image,  // the one window is the image: a product in which each image is a row
    depthwise,    // a group has one channel and few outputs: loops over planes
    columns       // a product with the columns of a few images at a time (im2col.hpp)
  };
  /// The images that one thread works on, and its memory.
  struct Part {
    std::size_t number;
    Range images;
    Scalar *planes, *columns, *packed;
  };
  /// Some images in a row: as many as are worked on at a time.
  struct Chunk {
    std::size_t first, images;
  };

  Method choose_method() const;
  std::size_t choose_chunk() const;
  template <class Work>
  void for_each_part(const Work& work) const;
  template <class Work>
  void for_each_chunk(const Part& part, const Work& work) const;
  template <class Work>
  void for_each_plane(const Work& work) const;

  // Each of so many images, whose x and y begin at these addresses.
  void forward_chunk(const Part& part, std::size_t images, const Scalar* x, const Scalar* w,
                     Scalar* y) const;
  void forward_depthwise(const Part& part, const Scalar* w, Scalar* y) const;
  void forward_columns(const Part& part, std::size_t images, const Scalar* x, const Scalar* w,
                       Scalar* y) const;
  void backward_data_chunk(const Part& part, std::size_t images, const Scalar* dy, const Tensor& w,
                           Scalar* dx) const;
  void backward_data_depthwise(const Part& part, const Scalar* dy, const Tensor& w) const;
  void backward_data_columns(const Part& part, std::size_t images, const Scalar* dy,
                             const Tensor& w, Scalar* dx) const;
  void backward_weights_chunk(const Part& part, std::size_t images, const Scalar* dy,
                              const Scalar* x, Scalar* dw) const;
  void backward_weights_depthwise(const Part& part, const Scalar* dy, Scalar* dw) const;
  void backward_weights_columns(const Part& part, std::size_t images, const Scalar* dy,
                                const Scalar* x, Scalar* dw) const;

  const Scalar* rows_apart(const Part& part, const Scalar* y) const;
  void fill_planes(const Part& part, std::size_t images, const Scalar* x) const;
  const Scalar* columns_of(const Part& part, std::size_t images, std::size_t group,
                           const Scalar* x) const;
  const Scalar* pack(const Part& part, std::size_t images, std::size_t group,
                     const Scalar* y) const;
  void add_packed(const Part& part, std::size_t images, Scalar* y) const;

  std::size_t input_size() const { return channels_ * windows_.pixels(); }
  std::size_t output_size() const { return outputs_ * windows_.total(); }
  std::size_t group_channels() const { return channels_ / groups_; }
  std::size_t group_outputs() const { return outputs_ / groups_; }
  /// How many weights an output channel has.
  std::size_t taps() const { return group_channels() * windows_.kernel_size(); }
  /// Whether so many images are, channel by channel, rows of columns as they are: a window is a
  /// pixel.
  bool are_columns(std::size_t images) const { return pointwise_ && images == 1; }
  Factor weights(const Tensor& w, std::size_t group) const;
  Stack stack(std::size_t images) const { return {images, group_channels(), channels_}; }

  TensorPool& pool_;
  Windows windows_;
  std::size_t images_, channels_, outputs_, groups_;
  Method method_;
  bool pointwise_;
  std::size_t parts_, chunk_;
};

}}  // namespace hourglass
