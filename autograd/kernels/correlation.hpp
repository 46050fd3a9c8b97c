#pragma once

#include "hourglass/autograd/base/tensor_pool.hpp"
#include "hourglass/autograd/kernels/gemm.hpp"
#include "hourglass/autograd/kernels/im2col.hpp"
#include "hourglass/autograd/kernels/threads.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What conv2d and conv_transpose2d have in common: the map between images p, (N, C, H, W), and
/// features q of their windows, (N, O, OH, OW), by a kernel w, (O, C / groups, KH, KW):
///     s(p, w, q) = Σ q_n,o,i,j w_o,c,k,l p_n,c,(window (i, j) at (k, l)),
/// linear in each of the three. Its derivatives by q, p and w are the three functions below. conv2d
/// makes q from p, conv_transpose2d p from q, and the other two are their gradients.
///
/// The images are cut into one part a thread, and a part into chunks whose columns stay in the
/// cache. Its memory comes from `pool`.
class Correlation {
 public:
  /// Of the shapes of p, w and q.
  struct Shapes {
    const Shape &images, &kernel, &features;
  };
  /// How windows lie on an image, and into how many groups channels and features fall.
  struct Steps {
    Size2 stride, padding, dilation;
    std::size_t groups;
  };
  Correlation(const Shapes& shapes, const Steps& steps, TensorPool& pool);

  /// q = b + Σ w p, or q += Σ w p      b: (O), or none
  void read(const Tensor& p, const Tensor& w, const Tensor* b, Tensor& q, Sum sum) const;
  /// p = b + Σ w q, or p += Σ w q      b: (C), or none
  void spread(const Tensor& q, const Tensor& w, const Tensor* b, Tensor& p, Sum sum) const;
  /// w = Σ q p, or w += Σ q p
  void correlate(const Tensor& q, const Tensor& p, Tensor& w, Sum sum) const;

 private:
  /// The images that one thread works on, and its memory.
  struct Part {
    Range images;
    Scalar *planes, *columns, *packed;
  };
  /// Some images in a row: as many as are worked on at a time.
  struct Chunk {
    std::size_t first, images;
  };

  template <class Work>
  void in_parts(const Work& work) const;
  template <class Work>
  void in_chunks(const Part& part, const Work& work) const;

  template <class Work>
  void for_each_plane(const Work& work) const;

  void read_chunk(const Part& part, Chunk chunk, const Scalar* p, const Scalar* w, const Scalar* b,
                  Scalar* q, Sum sum) const;
  void spread_chunk(const Part& part, Chunk chunk, const Scalar* q, const Tensor& w,
                    const Scalar* b, Scalar* p, Sum sum) const;
  void correlate_chunk(const Part& part, Chunk chunk, const Scalar* q, const Scalar* p,
                       Scalar* w) const;

  Scalar* rows_of_plane(const Part& part, const Scalar* q) const;
  void to_planes(const Part& part, Chunk chunk, const Scalar* p) const;
  const Scalar* columns_of(const Part& part, Chunk chunk, std::size_t group, const Scalar* p) const;
  const Scalar* rows_of(const Part& part, Chunk chunk, std::size_t group, const Scalar* q) const;

  std::size_t image_size() const { return channels_ * at_.pixels(); }
  std::size_t feature_size() const { return features_ * at_.total(); }
  std::size_t group_channels() const { return channels_ / groups_; }
  std::size_t group_features() const { return features_ / groups_; }
  /// How many weights a feature has.
  std::size_t taps() const { return group_channels() * at_.kernel_size(); }
  bool is_by_columns() const { return !whole_ && !planewise_; }
  /// Whether a chunk's images are, channel by channel, rows of columns already.
  bool is_columns(Chunk chunk) const { return pointwise_ && chunk.images == 1; }
  Factor weights(const Tensor& w, std::size_t group) const;
  Stack stack(Chunk chunk) const { return {chunk.images, group_channels(), channels_}; }

  TensorPool& pool_;
  Windows at_;
  std::size_t images_, channels_, features_, groups_;
  bool whole_;      // the one window is the image, so that each image is a column as it is
  bool planewise_;  // a group has one channel and too few features for a product to be worth it
  bool pointwise_;  // a window is a pixel, so that an image's channels are rows of columns
  std::size_t chunk_, parts_;
};

}}  // namespace hourglass
