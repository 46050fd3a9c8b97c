#include "hourglass/autograd/kernels/convolution_plan.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "hourglass/autograd/kernels/broadcasting.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// From so many columns on a product is as fast as it gets; more images at a time would only need
/// copies into one matrix, and a larger cache.
constexpr std::size_t chunk_columns = 196;

/// From so many output channels a group on a product is faster for one channel, too.
constexpr std::size_t outputs_of_product = 4;

Size2 size2(std::size_t height, std::size_t width) {
  return {static_cast<std::uint32_t>(height), static_cast<std::uint32_t>(width)};
}

/// Whole cache lines, so that what lies behind is aligned too.
std::size_t aligned(std::size_t size) {
  return (size + 15) / 16 * 16;
}

/// into += from
void add(const Scalar* from, std::size_t size, Scalar* into) {
#pragma omp simd
  for (std::size_t i = 0; i < size; ++i) into[i] += from[i];
}

/// Each channel of each image = its own bias, or 0 where there is none.
void fill_channels(const Tensor* bias, std::size_t channels, std::size_t pixels, std::size_t images,
                   Scalar* into) {
  if (!bias) return void(std::fill_n(into, images * channels * pixels, Scalar(0)));
  for (std::size_t image = 0; image < images; ++image)
    for (std::size_t channel = 0; channel < channels; ++channel, into += pixels)
      std::fill_n(into, pixels, bias->data()[channel]);
}

}  // namespace

ConvolutionPlan::ConvolutionPlan(const Shapes& shapes, const Steps& steps, TensorPool& pool)
    : pool_(pool),
      windows_{size2(shapes.x[2], shapes.x[3]),
               size2(shapes.w[2], shapes.w[3]),
               size2(shapes.y[2], shapes.y[3]),
               steps.stride,
               steps.padding,
               steps.dilation},
      images_(shapes.x[0]),
      channels_(shapes.x[1]),
      outputs_(shapes.y[1]),
      groups_(steps.groups),
      method_(choose_method()),
      pointwise_(method_ == Method::columns && windows_.kernel_size() == 1 &&
                 windows_.total() == windows_.pixels() && windows_.is_unpadded()),
      parts_(std::clamp<std::size_t>(images_, 1, work_parts())),
      chunk_(choose_chunk()) {}

ConvolutionPlan::Method ConvolutionPlan::choose_method() const {
  if (groups_ == 1 && windows_.total() == 1 && windows_.is_unpadded() &&
      windows_.kernel_size() == windows_.pixels())
    return Method::whole_image;
  return group_channels() == 1 && group_outputs() < outputs_of_product ? Method::depthwise
                                                                       : Method::columns;
}

std::size_t ConvolutionPlan::choose_chunk() const {
  const std::size_t of_part = std::max<std::size_t>((images_ + parts_ - 1) / parts_, 1);
  if (method_ == Method::whole_image) return of_part;
  if (method_ == Method::depthwise) return 1;
  return std::clamp<std::size_t>(chunk_columns / windows_.total(), 1, of_part);
}

// Parts and chunks.

template <class Work>
void ConvolutionPlan::for_each_part(const Work& work) const {
  const bool by_columns = method_ == Method::columns;
  const bool in_place = method_ == Method::whole_image || are_columns(chunk_);
  const std::size_t windows = chunk_ * windows_.total();
  const std::size_t planes =
      in_place ? 0 : aligned(chunk_ * channels_ * windows_.plane_size() + overrun);
  const std::size_t columns = in_place     ? 0
                              : by_columns ? aligned(taps() * windows + overrun)
                                           : aligned(windows_.count.height * row_step(windows_));
  const std::size_t packed = chunk_ == 1 ? 0 : aligned(group_outputs() * windows);
  const std::size_t size = planes + columns + packed;
  const Scratch memory(pool_, {parts_, size});
  run_in_parallel(parts_, [&](std::size_t number) {
    Scalar* own = memory->data() + number * size;
    std::fill_n(own, planes, Scalar(0));
    work(Part{number, split_range(images_, number, parts_), own, own + planes,
              own + planes + columns});
  });
}

template <class Work>
void ConvolutionPlan::for_each_chunk(const Part& part, const Work& work) const {
  for (std::size_t first = part.images.begin; first < part.images.end; first += chunk_)
    work(Chunk{first, std::min(chunk_, part.images.end - first)});
}

void ConvolutionPlan::forward(const Tensor& x, const Tensor& w, const Tensor* b, Tensor& y,
                              Sum sum) const {
  // Each group transposed: OpenBLAS allocates in small products of two factors as they are.
  const bool by_columns = method_ == Method::columns;
  const Scratch transposed(pool_, by_columns ? w.shape() : Shape{0});
  if (by_columns)
    permute_to(w.data(), std::array{groups_, group_outputs(), taps()},
               std::array<std::uint8_t, 3>{0, 2, 1}, transposed->data(), Sum::replace);
  const Scalar* kernel = by_columns ? transposed->data() : w.data();
  for_each_part([&](const Part& part) {
    for_each_chunk(part, [&](Chunk chunk) {
      Scalar* own = y.data() + chunk.first * output_size();
      if (sum == Sum::replace) fill_channels(b, outputs_, windows_.total(), chunk.images, own);
      forward_chunk(part, chunk.images, x.data() + chunk.first * input_size(), kernel, own);
    });
  });
}

void ConvolutionPlan::backward_data(const Tensor& dy, const Tensor& w, const Tensor* b, Tensor& dx,
                                    Sum sum) const {
  for_each_part([&](const Part& part) {
    for_each_chunk(part, [&](Chunk chunk) {
      Scalar* own = dx.data() + chunk.first * input_size();
      if (sum == Sum::replace) fill_channels(b, channels_, windows_.pixels(), chunk.images, own);
      backward_data_chunk(part, chunk.images, dy.data() + chunk.first * output_size(), w, own);
    });
  });
}

void ConvolutionPlan::backward_weights(const Tensor& dy, const Tensor& x, Tensor& dw,
                                       Sum sum) const {
  // Each part sums up its own; they are added in order.
  const Scratch sums(pool_, {parts_, dw.size()});
  for_each_part([&](const Part& part) {
    Scalar* own = sums->data() + part.number * dw.size();
    std::fill_n(own, dw.size(), Scalar(0));
    for_each_chunk(part, [&](Chunk chunk) {
      backward_weights_chunk(part, chunk.images, dy.data() + chunk.first * output_size(),
                             x.data() + chunk.first * input_size(), own);
    });
  });
  for (std::size_t part = 1; part < parts_; ++part)
    add(sums->data() + part * dw.size(), dw.size(), sums->data());
  if (method_ == Method::columns) {
    permute_to(sums->data(), std::array{groups_, taps(), group_outputs()},
               std::array<std::uint8_t, 3>{0, 2, 1}, dw.data(), sum);
  } else {
    permute_to(sums->data(), std::array{dw.size()}, std::array<std::uint8_t, 1>{0}, dw.data(), sum);
  }
}

// The passes for a chunk, by each method.

void ConvolutionPlan::forward_chunk(const Part& part, std::size_t images, const Scalar* x,
                                    const Scalar* w, Scalar* y) const {
  if (method_ == Method::whole_image)
    return gemm(Factor(x, images, taps()), Factor(w, outputs_, taps(), true), y, Sum::accumulate);
  fill_planes(part, images, x);
  if (method_ == Method::depthwise) return forward_depthwise(part, w, y);
  forward_columns(part, images, x, w, y);
}

void ConvolutionPlan::backward_data_chunk(const Part& part, std::size_t images, const Scalar* dy,
                                          const Tensor& w, Scalar* dx) const {
  if (method_ == Method::whole_image)
    return gemm(Factor(dy, images, outputs_), weights(w, 0), dx, Sum::accumulate);
  const bool in_place = are_columns(images);
  if (!in_place) std::fill_n(part.planes, images * channels_ * windows_.plane_size(), Scalar(0));
  if (method_ == Method::depthwise) {
    backward_data_depthwise(part, dy, w);
  } else {
    backward_data_columns(part, images, dy, w, dx);
  }
  if (!in_place) from_planes(part.planes, images * channels_, windows_, dx);
}

void ConvolutionPlan::backward_weights_chunk(const Part& part, std::size_t images, const Scalar* dy,
                                             const Scalar* x, Scalar* dw) const {
  if (method_ == Method::whole_image)
    return gemm(Factor(dy, images, outputs_, true), Factor(x, images, taps()), dw, Sum::accumulate);
  fill_planes(part, images, x);
  if (method_ == Method::depthwise) return backward_weights_depthwise(part, dy, dw);
  backward_weights_columns(part, images, dy, x, dw);
}

/// Calls work(output channel, where the plane is that it reads).
template <class Work>
void ConvolutionPlan::for_each_plane(const Work& work) const {
  for (std::size_t output = 0; output < outputs_; ++output)
    work(output, output / group_outputs() * windows_.plane_size());
}

void ConvolutionPlan::forward_depthwise(const Part& part, const Scalar* w, Scalar* y) const {
  const std::size_t step = row_step(windows_);
  const std::size_t height = windows_.count.height, width = windows_.count.width;
  for_each_plane([&](std::size_t output, std::size_t plane) {
    std::fill_n(part.columns, height * step, Scalar(0));
    forward_plane(part.planes + plane, w + output * taps(), windows_, part.columns);
    for (std::size_t row = 0; row < height; ++row)
      add(part.columns + row * step, width, y + (output * height + row) * width);
  });
}

void ConvolutionPlan::backward_data_depthwise(const Part& part, const Scalar* dy,
                                              const Tensor& w) const {
  for_each_plane([&](std::size_t output, std::size_t plane) {
    backward_data_plane(rows_apart(part, dy + output * windows_.total()),
                        w.data() + output * taps(), windows_, part.planes + plane);
  });
}

void ConvolutionPlan::backward_weights_depthwise(const Part& part, const Scalar* dy,
                                                 Scalar* dw) const {
  for_each_plane([&](std::size_t output, std::size_t plane) {
    backward_weights_plane(rows_apart(part, dy + output * windows_.total()), part.planes + plane,
                           windows_, dw + output * taps());
  });
}

void ConvolutionPlan::forward_columns(const Part& part, std::size_t images, const Scalar* x,
                                      const Scalar* w, Scalar* y) const {
  const std::size_t outputs = group_outputs();
  for (std::size_t group = 0; group < groups_; ++group, y += outputs * windows_.total()) {
    const Factor columns(columns_of(part, images, group, x), taps(), images * windows_.total());
    const Factor kernel(w + group * taps() * outputs, taps(), outputs, true);
    if (images == 1) {
      gemm(kernel, columns, y, Sum::accumulate);
    } else {
      gemm(kernel, columns, part.packed);
      add_packed(part, images, y);
    }
  }
}

void ConvolutionPlan::backward_data_columns(const Part& part, std::size_t images, const Scalar* dy,
                                            const Tensor& w, Scalar* dx) const {
  for (std::size_t group = 0; group < groups_; ++group) {
    const Factor kernel = transposed(weights(w, group));
    const Factor rows(pack(part, images, group, dy), group_outputs(), images * windows_.total());
    const std::size_t channel = group * group_channels();
    if (are_columns(images)) {
      gemm(kernel, rows, dx + channel * windows_.pixels(), Sum::accumulate);
    } else {
      gemm(kernel, rows, part.columns);
      col2im(part.columns, stack(images), windows_, part.planes + channel * windows_.plane_size());
    }
  }
}

void ConvolutionPlan::backward_weights_columns(const Part& part, std::size_t images,
                                               const Scalar* dy, const Scalar* x,
                                               Scalar* dw) const {
  const std::size_t windows = images * windows_.total();
  // Transposed, (taps, outputs): BLAS is faster where the result has more rows than columns.
  for (std::size_t group = 0; group < groups_; ++group)
    gemm(Factor(columns_of(part, images, group, x), taps(), windows),
         Factor(pack(part, images, group, dy), group_outputs(), windows, true),
         dw + group * group_outputs() * taps(), Sum::accumulate);
}

// What the methods need of x, y and w.

/// The rows of one output channel's windows, a step apart.
const Scalar* ConvolutionPlan::rows_apart(const Part& part, const Scalar* y) const {
  const std::size_t step = row_step(windows_), width = windows_.count.width;
  for (std::size_t row = 0; row < windows_.count.height; ++row) {
    Scalar* to = part.columns + row * step;
    for (std::size_t i = 0; i < width; ++i) to[i] = y[row * width + i];
    for (std::size_t i = width; i < step; ++i) to[i] = 0;
  }
  return part.columns;
}

void ConvolutionPlan::fill_planes(const Part& part, std::size_t images, const Scalar* x) const {
  if (!are_columns(images)) to_planes(x, images * channels_, windows_, part.planes);
}

/// The columns of one group, (taps, windows of all the images).
const Scalar* ConvolutionPlan::columns_of(const Part& part, std::size_t images, std::size_t group,
                                          const Scalar* x) const {
  const std::size_t channel = group * group_channels();
  if (are_columns(images)) return x + channel * windows_.pixels();
  im2col(part.planes + channel * windows_.plane_size(), stack(images), windows_, part.columns);
  return part.columns;
}

/// One group's outputs, (outputs, windows of all the images).
const Scalar* ConvolutionPlan::pack(const Part& part, std::size_t images, std::size_t group,
                                    const Scalar* y) const {
  const std::size_t total = windows_.total();
  y += group * group_outputs() * total;
  if (images == 1) return y;
  for (std::size_t output = 0; output < group_outputs(); ++output)
    for (std::size_t image = 0; image < images; ++image)
      std::copy_n(y + image * output_size() + output * total, total,
                  part.packed + (output * images + image) * total);
  return part.packed;
}

/// Adds what is packed to one group's outputs.
void ConvolutionPlan::add_packed(const Part& part, std::size_t images, Scalar* y) const {
  const std::size_t total = windows_.total();
  for (std::size_t image = 0; image < images; ++image)
    for (std::size_t output = 0; output < group_outputs(); ++output)
      add(part.packed + (output * images + image) * total, total,
          y + image * output_size() + output * total);
}

Factor ConvolutionPlan::weights(const Tensor& w, std::size_t group) const {
  return Factor(w.data() + group * group_outputs() * taps(), group_outputs(), taps());
}

}}  // namespace hourglass
