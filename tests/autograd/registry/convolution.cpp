#include <fmt/format.h>

#include "hourglass/autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

/// Calls visit(n, o, c, y, x, k, l, i, j) for each product of a convolution: image n, output channel o at
/// window (y, x), channel c of o's group at (k, l) of the kernel, which is the pixel (i, j).
template <class Visit>
void for_each_product(const Shape& image, const Shape& w, const Shape& outputs,
                      const ConvOptions& options, const Visit& visit) {
  const auto pixel = [](std::size_t window, std::size_t tap, std::uint32_t stride,
                        std::uint32_t padding, std::uint32_t dilation) {
    return static_cast<long>(window * stride + tap * dilation) - static_cast<long>(padding);
  };
  for (std::size_t n = 0; n < image[0]; ++n)
    for (std::size_t o = 0; o < w[0]; ++o)
      for (std::size_t c = 0; c < w[1]; ++c)
        for (std::size_t y = 0; y < outputs[2]; ++y)
          for (std::size_t x = 0; x < outputs[3]; ++x)
            for (std::size_t k = 0; k < w[2]; ++k)
              for (std::size_t l = 0; l < w[3]; ++l) {
                const long i = pixel(y, k, options.stride.height, options.padding.height,
                                     options.dilation.height),
                           j = pixel(x, l, options.stride.width, options.padding.width,
                                     options.dilation.width);
                if (i < 0 || j < 0 || i >= static_cast<long>(image[2]) ||
                    j >= static_cast<long>(image[3]))
                  continue;
                const std::size_t group = o / (w[0] / options.groups);
                const std::size_t at[] = {n, group * w[1] + c, static_cast<std::size_t>(i),
                                          static_cast<std::size_t>(j)};
                const auto flat = [](const std::size_t(&index)[4], const Shape& shape) {
                  return ((index[0] * shape[1] + index[1]) * shape[2] + index[2]) * shape[3] +
                         index[3];
                };
                visit(flat(at, image), flat({o, c, k, l}, w), flat({n, o, y, x}, outputs));
              }
}

void add_bias(const Tensors& in, Tensor& y) {
  if (in.size() < 3) return;
  for (std::size_t i = 0; i < y.size(); ++i) y.data()[i] += in[2].data()[index_of(i, y.shape())[1]];
}

std::string pair(Size2 size) {
  return fmt::format("({}, {})", size.height, size.width);
}

struct Sample {
  const char* name;
  Shape x, w;
  bool bias;
  ConvTransposeOptions options = {};
  bool large = false;

  Tensors inputs(std::size_t channels) const {
    Tensors all = {random_tensor(x, 1), random_tensor(w, 2)};
    if (bias) all.push_back(random_tensor({channels}, 3));
    return all;
  }
  ConvOptions conv() const {
    return {options.stride, options.padding, options.dilation, options.groups};
  }
  std::string torch(const char* function, const std::string& more = "") const {
    return fmt::format("F.{}(a, b, {}, stride={}, padding={}, dilation={}, groups={}{})", function,
                       bias ? "c" : "None", pair(options.stride), pair(options.padding),
                       pair(options.dilation), options.groups, more);
  }
};

void add_conv2d(Cases& cases, const Sample& s) {
  const auto size = [](std::size_t n, std::size_t kernel, std::size_t stride, std::size_t padding,
                       std::size_t dilation) {
    return (n + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1;
  };
  const ConvOptions o = s.conv();
  const Shape shape = {s.x[0], s.w[0],
                       size(s.x[2], s.w[2], o.stride.height, o.padding.height, o.dilation.height),
                       size(s.x[3], s.w[3], o.stride.width, o.padding.width, o.dilation.width)};
  cases.push_back({.operation = "conv2d",
                   .name = s.name,
                   .inputs = s.inputs(s.w[0]),
                   .compute =
                       [o, bias = s.bias](const Vars& v) {
                         return bias ? conv2d(v[0], v[1], v[2], o) : conv2d(v[0], v[1], o);
                       },
                   .naive =
                       [o, shape](const Tensors& in) {
                         Tensor y = filled(shape);
                         for_each_product(in[0].shape(), in[1].shape(), shape, o,
                                          [&](std::size_t p, std::size_t w, std::size_t q) {
                                            y.data()[q] += in[0].data()[p] * in[1].data()[w];
                                          });
                         add_bias(in, y);
                         return y;
                       },
                   .torch = s.torch("conv2d"),
                   .large = s.large});
}

void add_conv_transpose2d(Cases& cases, const Sample& s) {
  const auto size = [](std::size_t n, std::size_t kernel, std::size_t stride, std::size_t padding,
                       std::size_t dilation, std::size_t more) {
    return (n - 1) * stride - 2 * padding + dilation * (kernel - 1) + more + 1;
  };
  const ConvTransposeOptions& o = s.options;
  const Shape shape = {s.x[0], s.w[1] * o.groups,
                       size(s.x[2], s.w[2], o.stride.height, o.padding.height, o.dilation.height,
                            o.output_padding.height),
                       size(s.x[3], s.w[3], o.stride.width, o.padding.width, o.dilation.width,
                            o.output_padding.width)};
  cases.push_back(
      {.operation = "conv_transpose2d",
       .name = s.name,
       .inputs = s.inputs(shape[1]),
       .compute =
           [o, bias = s.bias](const Vars& v) {
             return bias ? conv_transpose2d(v[0], v[1], v[2], o) : conv_transpose2d(v[0], v[1], o);
           },
       .naive =
           [o = s.conv(), shape](const Tensors& in) {
             Tensor y = filled(shape);
             for_each_product(shape, in[1].shape(), in[0].shape(), o,
                              [&](std::size_t p, std::size_t w, std::size_t q) {
                                y.data()[p] += in[0].data()[q] * in[1].data()[w];
                              });
             add_bias(in, y);
             return y;
           },
       .torch = s.torch("conv_transpose2d", ", output_padding=" + pair(o.output_padding)),
       .large = s.large});
}

}  // namespace

void add_convolutions(Cases& cases) {
  for (const Sample& sample : std::initializer_list<Sample>{
           {"one_number", {1, 1, 1, 1}, {1, 1, 1, 1}, true},
           {"plain_3x3", {1, 2, 4, 5}, {2, 2, 3, 3}, true},
           {"without_bias", {2, 1, 4, 4}, {2, 1, 2, 3}, false},
           {"stride_2_padding_1", {2, 2, 5, 3}, {3, 2, 3, 3}, true, {.stride = 2, .padding = 1}},
           {"strides_that_leave_pixels_out",
            {1, 1, 6, 8},
            {2, 1, 2, 2},
            true,
            {.stride = {3, 4}, .padding = {0, 1}}},
           {"stride_beyond_the_kernel", {1, 2, 5, 5}, {2, 2, 1, 1}, true, {.stride = {2, 3}}},
           {"padding_beyond_the_kernel", {1, 1, 2, 3}, {1, 1, 2, 2}, true, {.padding = {3, 2}}},
           {"dilation", {1, 2, 6, 5}, {2, 2, 2, 3}, true, {.padding = 1, .dilation = {3, 2}}},
           {"dilation_and_stride",
            {1, 1, 7, 7},
            {2, 1, 3, 2},
            true,
            {.stride = {2, 3}, .padding = {1, 2}, .dilation = {2, 3}}},
           {"two_groups", {2, 4, 3, 3}, {6, 2, 2, 2}, true, {.padding = 1, .groups = 2}},
           {"depthwise", {2, 3, 4, 3}, {3, 1, 3, 3}, true, {.padding = 1, .groups = 3}},
           {"depthwise_with_two_outputs_each",
            {1, 2, 5, 4},
            {4, 1, 3, 2},
            true,
            {.stride = 2, .padding = 1, .groups = 2}},
           {"one_channel", {2, 1, 5, 5}, {5, 1, 3, 3}, true, {.stride = 2, .padding = 1}},
           {"pointwise", {2, 3, 2, 3}, {4, 3, 1, 1}, true},
           {"pointwise_in_groups", {2, 4, 2, 2}, {2, 2, 1, 1}, true, {.groups = 2}},
           {"kernel_of_the_whole_image", {3, 2, 2, 3}, {4, 2, 2, 3}, true},
           {"no_images", {0, 2, 3, 3}, {2, 2, 2, 2}, true},
           {"large_one_image_a_chunk", {3, 4, 34, 31}, {5, 4, 5, 5}, true, {.padding = 2}, true},
           {"large_pointwise_one_image_a_chunk", {3, 48, 48, 50}, {5, 48, 1, 1}, true, {}, true},
           {"large_several_chunks", {37, 12, 7, 7}, {10, 12, 3, 3}, true, {.padding = 1}, true},
           {"large_wide_rows_in_strides",
            {5, 6, 9, 71},
            {8, 3, 3, 3},
            true,
            {.stride = 2, .padding = 1, .groups = 2},
            true},
           {"large_depthwise",
            {9, 8, 14, 21},
            {8, 1, 3, 3},
            true,
            {.padding = 1, .groups = 8},
            true},
           {"large_one_channel",
            {9, 1, 28, 28},
            {16, 1, 3, 3},
            true,
            {.stride = 2, .padding = 1},
            true},
           {"large_kernel_of_the_whole_image", {33, 8, 7, 7}, {16, 8, 7, 7}, true, {}, true}})
    add_conv2d(cases, sample);
  for (const Sample& sample : std::initializer_list<Sample>{
           {"one_number", {1, 1, 1, 1}, {1, 1, 1, 1}, true},
           {"plain_3x3", {1, 2, 2, 3}, {2, 2, 3, 3}, true},
           {"without_bias", {2, 2, 3, 3}, {2, 1, 2, 3}, false},
           {"stride_2_padding_1",
            {2, 3, 3, 2},
            {3, 2, 3, 3},
            true,
            {.stride = 2, .padding = 1, .output_padding = 1}},
           {"strides_that_leave_pixels_out",
            {1, 2, 3, 2},
            {2, 1, 2, 2},
            true,
            {.stride = {3, 4}, .output_padding = {2, 1}}},
           {"dilation_and_output_padding",
            {1, 1, 3, 3},
            {1, 2, 3, 2},
            true,
            {.padding = {2, 1}, .output_padding = {1, 2}, .dilation = {2, 3}}},
           {"two_groups", {2, 4, 3, 3}, {4, 3, 2, 2}, true, {.padding = 1, .groups = 2}},
           {"depthwise",
            {2, 3, 3, 3},
            {3, 1, 3, 3},
            true,
            {.stride = 2, .padding = 1, .output_padding = {1, 0}, .groups = 3}},
           {"one_channel",
            {2, 3, 3, 2},
            {3, 1, 3, 3},
            true,
            {.stride = 2, .padding = 1, .output_padding = 1}},
           {"pointwise", {2, 3, 2, 3}, {3, 4, 1, 1}, true},
           {"kernel_of_the_whole_image", {3, 4, 1, 1}, {4, 2, 2, 3}, true},
           {"no_images", {0, 2, 3, 3}, {2, 2, 2, 2}, true},
           {"large_several_chunks",
            {67, 20, 7, 7},
            {20, 12, 3, 3},
            true,
            {.stride = 2, .padding = 1, .output_padding = 1},
            true},
           {"large_one_image_a_chunk", {3, 5, 34, 31}, {5, 4, 5, 5}, true, {.padding = 2}, true},
           {"large_one_channel",
            {9, 16, 14, 14},
            {16, 1, 3, 3},
            true,
            {.stride = 2, .padding = 1, .output_padding = 1},
            true},
           {"large_kernel_of_the_whole_image", {33, 16, 1, 1}, {16, 8, 7, 7}, true, {}, true}})
    add_conv_transpose2d(cases, sample);
}

}  // namespace hourglass::testing
