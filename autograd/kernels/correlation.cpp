#include "hourglass/autograd/kernels/correlation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "hourglass/autograd/kernels/broadcasting.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// From so many columns on a product is as fast as it gets; more images at a time would only need
/// copies into one matrix, and a larger cache.
constexpr std::size_t chunk_columns = 196;

Size2 size2(std::size_t height, std::size_t width) {
  return {static_cast<std::uint32_t>(height), static_cast<std::uint32_t>(width)};
}

/// From so many features on a product is faster for one channel, too.
constexpr std::size_t features_of_product = 4;

/// Whole cache lines, so that what lies behind is aligned too.
std::size_t aligned(std::size_t size) {
  return (size + 15) / 16 * 16;
}

/// into += from
void add(const Scalar* from, std::size_t size, Scalar* into) {
#pragma omp simd
  for (std::size_t i = 0; i < size; ++i) into[i] += from[i];
}

/// Each channel of each image = its own number of `values`, or 0 where there are none.
void fill_channels(const Scalar* values, std::size_t channels, std::size_t pixels,
                   std::size_t images, Scalar* into) {
  if (!values) return void(std::fill_n(into, images * channels * pixels, Scalar(0)));
  for (std::size_t image = 0; image < images; ++image)
    for (std::size_t channel = 0; channel < channels; ++channel, into += pixels)
      std::fill_n(into, pixels, values[channel]);
}

}  // namespace

Correlation::Correlation(const Shapes& shapes, const Steps& steps, TensorPool& pool)
    : pool_(pool),
      at_{size2(shapes.images[2], shapes.images[3]),
          size2(shapes.kernel[2], shapes.kernel[3]),
          size2(shapes.features[2], shapes.features[3]),
          steps.stride,
          steps.padding,
          steps.dilation},
      images_(shapes.images[0]),
      channels_(shapes.images[1]),
      features_(shapes.features[1]),
      groups_(steps.groups) {
  const bool unpadded = at_.padding.height == 0 && at_.padding.width == 0;
  whole_ = groups_ == 1 && unpadded && at_.total() == 1 && at_.kernel_size() == at_.pixels();
  planewise_ = group_channels() == 1 && group_features() < features_of_product;
  pointwise_ = !planewise_ && at_.kernel_size() == 1 && at_.total() == at_.pixels() && unpadded;
  parts_ = std::clamp<std::size_t>(images_, 1, work_parts());
  const std::size_t of_part = std::max<std::size_t>((images_ + parts_ - 1) / parts_, 1);
  chunk_ = whole_       ? of_part
           : planewise_ ? 1
                        : std::clamp<std::size_t>(chunk_columns / at_.total(), 1, of_part);
}

template <class Work>
void Correlation::in_parts(const Work& work) const {
  const bool as_they_are = whole_ || is_columns({0, chunk_});
  const std::size_t planes =
      as_they_are ? 0 : aligned(chunk_ * channels_ * at_.plane_size() + overrun);
  const std::size_t columns = as_they_are  ? 0
                              : planewise_ ? aligned(at_.count.height * row_step(at_))
                                           : aligned(taps() * chunk_ * at_.total() + overrun);
  const std::size_t packed = chunk_ == 1 ? 0 : aligned(group_features() * chunk_ * at_.total());
  const std::size_t size = planes + columns + packed;
  const Scratch memory(pool_, {parts_, size});
  run_in_parallel(parts_, [&](std::size_t number) {
    Scalar* own = memory->data() + number * size;
    std::fill_n(own, planes, Scalar(0));
    work(Part{split_range(images_, number, parts_), own, own + planes, own + planes + columns},
         number);
  });
}

template <class Work>
void Correlation::in_chunks(const Part& part, const Work& work) const {
  for (std::size_t first = part.images.begin; first < part.images.end; first += chunk_)
    work(Chunk{first, std::min(chunk_, part.images.end - first)});
}

/// Calls work(feature, where its plane is).
template <class Work>
void Correlation::for_each_plane(const Work& work) const {
  for (std::size_t feature = 0; feature < features_; ++feature)
    work(feature, feature / group_features() * at_.plane_size());
}

void Correlation::read(const Tensor& p, const Tensor& w, const Tensor* b, Tensor& q,
                       Sum sum) const {
  // Each group transposed: OpenBLAS allocates in small products of two factors as they are.
  const Scratch transposed(pool_, is_by_columns() ? w.shape() : Shape{0});
  if (is_by_columns())
    permute_to(w.data(), std::array{groups_, group_features(), taps()},
               std::array<std::uint8_t, 3>{0, 2, 1}, transposed->data(), Sum::replace);
  const Scalar* weights = is_by_columns() ? transposed->data() : w.data();
  in_parts([&](const Part& part, std::size_t) {
    in_chunks(part, [&](Chunk chunk) {
      read_chunk(part, chunk, p.data(), weights, b ? b->data() : nullptr, q.data(), sum);
    });
  });
}

void Correlation::spread(const Tensor& q, const Tensor& w, const Tensor* b, Tensor& p,
                         Sum sum) const {
  in_parts([&](const Part& part, std::size_t) {
    in_chunks(part, [&](Chunk chunk) {
      spread_chunk(part, chunk, q.data(), w, b ? b->data() : nullptr, p.data(), sum);
    });
  });
}

void Correlation::correlate(const Tensor& q, const Tensor& p, Tensor& w, Sum sum) const {
  // Each part sums up its own; they are added in order.
  const Scratch sums(pool_, {parts_, w.size()});
  in_parts([&](const Part& part, std::size_t number) {
    Scalar* own = sums->data() + number * w.size();
    std::fill_n(own, w.size(), Scalar(0));
    in_chunks(part, [&](Chunk chunk) { correlate_chunk(part, chunk, q.data(), p.data(), own); });
  });
  for (std::size_t part = 1; part < parts_; ++part)
    add(sums->data() + part * w.size(), w.size(), sums->data());
  if (is_by_columns()) {
    permute_to(sums->data(), std::array{groups_, taps(), group_features()},
               std::array<std::uint8_t, 3>{0, 2, 1}, w.data(), sum);
  } else {
    permute_to(sums->data(), std::array{w.size()}, std::array<std::uint8_t, 1>{0}, w.data(), sum);
  }
}

void Correlation::read_chunk(const Part& part, Chunk chunk, const Scalar* p, const Scalar* w,
                             const Scalar* b, Scalar* q, Sum sum) const {
  q += chunk.first * feature_size();
  if (sum == Sum::replace) fill_channels(b, features_, at_.total(), chunk.images, q);
  if (whole_)
    return gemm(Factor(p + chunk.first * image_size(), chunk.images, taps()),
                Factor(w, features_, taps(), true), q, Sum::accumulate);
  to_planes(part, chunk, p);
  if (planewise_)
    return for_each_plane([&](std::size_t feature, std::size_t plane) {
      const std::size_t step = row_step(at_), width = at_.count.width;
      std::fill_n(part.columns, at_.count.height * step, Scalar(0));
      read_plane(part.planes + plane, w + feature * taps(), at_, part.columns);
      for (std::size_t row = 0; row < at_.count.height; ++row)
        add(part.columns + row * step, width, q + feature * at_.total() + row * width);
    });
  const std::size_t total = at_.total();
  for (std::size_t group = 0; group < groups_; ++group) {
    const Factor columns(columns_of(part, chunk, group, p), taps(), chunk.images * total);
    const Factor kernel(w + group * taps() * group_features(), taps(), group_features(), true);
    Scalar* rows = q + group * group_features() * total;
    if (chunk.images == 1) {
      gemm(kernel, columns, rows, Sum::accumulate);
    } else {
      gemm(kernel, columns, part.packed);
      for (std::size_t image = 0; image < chunk.images; ++image)
        for (std::size_t feature = 0; feature < group_features(); ++feature)
          add(part.packed + (feature * chunk.images + image) * total, total,
              rows + image * feature_size() + feature * total);
    }
  }
}

void Correlation::spread_chunk(const Part& part, Chunk chunk, const Scalar* q, const Tensor& w,
                               const Scalar* b, Scalar* p, Sum sum) const {
  p += chunk.first * image_size();
  if (sum == Sum::replace) fill_channels(b, channels_, at_.pixels(), chunk.images, p);
  if (whole_)
    return gemm(Factor(q + chunk.first * feature_size(), chunk.images, features_), weights(w, 0), p,
                Sum::accumulate);
  const std::size_t size = at_.plane_size();
  if (!is_columns(chunk)) std::fill_n(part.planes, chunk.images * channels_ * size, Scalar(0));
  if (planewise_) {
    for_each_plane([&](std::size_t feature, std::size_t plane) {
      spread_over_plane(rows_of_plane(part, q + (chunk.first * features_ + feature) * at_.total()),
                        w.data() + feature * taps(), at_, part.planes + plane);
    });
    return hourglass::from_planes(part.planes, channels_, at_, p);
  }
  for (std::size_t group = 0; group < groups_; ++group) {
    const Factor rows(rows_of(part, chunk, group, q), group_features(), chunk.images * at_.total());
    if (is_columns(chunk)) {
      gemm(transposed(weights(w, group)), rows, p + group * group_channels() * at_.pixels(),
           Sum::accumulate);
    } else {
      gemm(transposed(weights(w, group)), rows, part.columns);
      col2im(part.columns, stack(chunk), at_, part.planes + group * group_channels() * size);
    }
  }
  if (!is_columns(chunk)) from_planes(part.planes, chunk.images * channels_, at_, p);
}

void Correlation::correlate_chunk(const Part& part, Chunk chunk, const Scalar* q, const Scalar* p,
                                  Scalar* w) const {
  if (whole_)
    return gemm(Factor(q + chunk.first * feature_size(), chunk.images, features_, true),
                Factor(p + chunk.first * image_size(), chunk.images, taps()), w, Sum::accumulate);
  to_planes(part, chunk, p);
  if (planewise_)
    return for_each_plane([&](std::size_t feature, std::size_t plane) {
      correlate_with_plane(
          rows_of_plane(part, q + (chunk.first * features_ + feature) * at_.total()),
          part.planes + plane, at_, w + feature * taps());
    });
  for (std::size_t group = 0; group < groups_; ++group) {
    const std::size_t windows = chunk.images * at_.total();
    // Transposed, (taps, features): BLAS is faster where the result has more rows than columns.
    gemm(Factor(columns_of(part, chunk, group, p), taps(), windows),
         Factor(rows_of(part, chunk, group, q), group_features(), windows, true),
         w + group * group_features() * taps(), Sum::accumulate);
  }
}

/// The rows of one feature's windows, a step apart.
Scalar* Correlation::rows_of_plane(const Part& part, const Scalar* q) const {
  const std::size_t step = row_step(at_), width = at_.count.width;
  for (std::size_t row = 0; row < at_.count.height; ++row) {
    Scalar* to = part.columns + row * step;
    for (std::size_t i = 0; i < width; ++i) to[i] = q[row * width + i];
    for (std::size_t i = width; i < step; ++i) to[i] = 0;
  }
  return part.columns;
}

void Correlation::to_planes(const Part& part, Chunk chunk, const Scalar* p) const {
  if (!is_columns(chunk))
    hourglass::to_planes(p + chunk.first * image_size(), chunk.images * channels_, at_,
                         part.planes);
}

/// The columns of one group, (taps, windows of all the chunk's images).
const Scalar* Correlation::columns_of(const Part& part, Chunk chunk, std::size_t group,
                                      const Scalar* p) const {
  const std::size_t channel = group * group_channels();
  if (is_columns(chunk)) return p + chunk.first * image_size() + channel * at_.pixels();
  im2col(part.planes + channel * at_.plane_size(), stack(chunk), at_, part.columns);
  return part.columns;
}

/// One group's features, (features, windows of all the chunk's images).
const Scalar* Correlation::rows_of(const Part& part, Chunk chunk, std::size_t group,
                                   const Scalar* q) const {
  const std::size_t total = at_.total();
  q += chunk.first * feature_size() + group * group_features() * total;
  if (chunk.images == 1) return q;
  for (std::size_t feature = 0; feature < group_features(); ++feature)
    for (std::size_t image = 0; image < chunk.images; ++image)
      std::copy_n(q + image * feature_size() + feature * total, total,
                  part.packed + (feature * chunk.images + image) * total);
  return part.packed;
}

Factor Correlation::weights(const Tensor& w, std::size_t group) const {
  return Factor(w.data() + group * group_features() * taps(), group_features(), taps());
}

}}  // namespace hourglass
