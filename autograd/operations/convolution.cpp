#include <fmt/format.h>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/base/sizes.hpp"
#include "hourglass/autograd/kernels/convolution_plan.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

std::string to_text(Size2 size) {
  return fmt::format("({}, {})", size.height, size.width);
}

/// The operands of a convolution, for messages: what is checked is that they fit.
struct Operands {
  const char* operation;
  Var x, w;
  const Var* b;

  [[noreturn]] void fail(const std::string& rule) const {
    throw ShapeError(fmt::format("{}: x is {} and w is {}: {}{}", operation,
                                 hourglass::to_text(x.shape()), hourglass::to_text(w.shape()), rule,
                                 in_module(x)));
  }

  void check_axes() const {
    if (x.dimension() != 4 || w.dimension() != 4) fail("both must have four axes");
    if (w.shape()[2] == 0 || w.shape()[3] == 0) fail("the kernel must not be empty");
  }

  void check_options(Size2 stride, Size2 dilation, std::uint32_t groups) const {
    if (stride.height == 0 || stride.width == 0)
      fail(fmt::format("the stride {} must not be zero", to_text(stride)));
    if (dilation.height == 0 || dilation.width == 0)
      fail(fmt::format("the dilation {} must not be zero", to_text(dilation)));
    if (groups == 0) fail("there must be a group at least");
  }

  void check_bias(std::size_t channels) const {
    if (b && b->shape() != Shape{channels})
      throw ShapeError(fmt::format("{}: b is {} but w is {}: b must be ({}){}", operation,
                                   hourglass::to_text(b->shape()), hourglass::to_text(w.shape()),
                                   channels, in_module(x)));
  }
};

/// How far a kernel of this size reaches.
std::size_t reach(std::size_t kernel, std::size_t dilation) {
  return add_sat(mul_sat(kernel - 1, dilation), 1);
}

/// The shape of conv2d's y.
Shape conv2d_shape(const Operands& of, const ConvOptions& options) {
  of.check_axes();
  of.check_options(options.stride, options.dilation, options.groups);
  const Shape &x = of.x.shape(), &w = of.w.shape();
  if (x[1] != mul_sat(w[1], options.groups))
    of.fail(fmt::format("{} channels are not {} groups of w's {}", x[1], options.groups, w[1]));
  if (w[0] % options.groups != 0)
    of.fail(fmt::format("{} output channels do not make {} groups", w[0], options.groups));
  of.check_bias(w[0]);
  const auto along = [&](std::size_t axis, std::size_t stride, std::size_t padding,
                         std::size_t dilation) {
    const std::size_t padded = add_sat(x[axis], 2 * padding), kernel = reach(w[axis], dilation);
    if (kernel > padded)
      of.fail(fmt::format("the kernel reaches over {} of the {}'s {} pixels, padding counted",
                          kernel, axis == 2 ? "height" : "width", padded));
    return (padded - kernel) / stride + 1;
  };
  return {x[0], w[0],
          along(2, options.stride.height, options.padding.height, options.dilation.height),
          along(3, options.stride.width, options.padding.width, options.dilation.width)};
}

/// The shape of conv_transpose2d's y.
Shape conv_transpose2d_shape(const Operands& of, const ConvTransposeOptions& options) {
  of.check_axes();
  of.check_options(options.stride, options.dilation, options.groups);
  const Shape &x = of.x.shape(), &w = of.w.shape();
  if (x[1] != w[0]) of.fail(fmt::format("{} channels but weights for {}", x[1], w[0]));
  if (x[1] % options.groups != 0)
    of.fail(fmt::format("{} channels do not make {} groups", x[1], options.groups));
  of.check_bias(mul_sat(w[1], options.groups));
  const auto along = [&](std::size_t axis, std::size_t stride, std::size_t padding,
                         std::size_t dilation, std::size_t more) {
    if (more >= stride && more >= dilation)
      of.fail(fmt::format("the output padding {} must be less than the stride or the dilation",
                          to_text(options.output_padding)));
    if (x[axis] == 0) of.fail("x must have pixels");
    const std::size_t spread =
        add_sat(add_sat(mul_sat(x[axis] - 1, stride), reach(w[axis], dilation)), more);
    if (spread <= 2 * padding)
      of.fail(fmt::format("the padding {} cuts all {} pixels of the {}", to_text(options.padding),
                          spread, axis == 2 ? "height" : "width"));
    return spread - 2 * padding;
  };
  return {x[0], mul_sat(w[1], options.groups),
          along(2, options.stride.height, options.padding.height, options.dilation.height,
                options.output_padding.height),
          along(3, options.stride.width, options.padding.width, options.dilation.width,
                options.output_padding.width)};
}

/// db_c += Σ dy over images and pixels
void add_bias_gradient(Var y, Var b) {
  if (const Contribution db = b.grad_accumulator().contribute())
    reduce_to(y.grad(), *db.sum, {b.shape()[0], 1, 1}, db.how);
}

ConvolutionPlan plan_of(Tape& tape, const ConvolutionPlan::Shapes& shapes,
                        const ConvOptions& options) {
  return {shapes, {options.stride, options.padding, options.dilation, options.groups}, tape.pool()};
}

Var conv2d(const Operands& of, const ConvOptions& options) {
  const auto [operation, x, w, b] = of;
  const Shape shape = conv2d_shape(of, options);
  Var y = b ? new_output(operation, shape, {x, w, *b}) : new_output(operation, shape, {x, w});
  plan_of(y.tape(), {x.shape(), w.shape(), shape}, options)
      .forward(x.value(), w.value(), b ? &b->value() : nullptr, y.output(), Sum::replace);
  on_backward(y, [x = x, w = w, y, options] {
    // y = w ⋆ x + b, so  dx += wᵀ dy,  dw += dy ⋆ x  and  db += Σ dy, with wᵀ the transposed map
    const ConvolutionPlan plan = plan_of(y.tape(), {x.shape(), w.shape(), y.shape()}, options);
    if (const Contribution dx = x.grad_accumulator().contribute())
      plan.backward_data(y.grad(), w.value(), nullptr, *dx.sum, dx.how);
    if (const Contribution dw = w.grad_accumulator().contribute())
      plan.backward_weights(y.grad(), x.value(), *dw.sum, dw.how);
    if (y.inputs() == 3) add_bias_gradient(y, y.input(2));
  });
  return y;
}

Var conv_transpose2d(const Operands& of, const ConvTransposeOptions& options) {
  const auto [operation, x, w, b] = of;
  const Shape shape = conv_transpose2d_shape(of, options);
  const ConvOptions steps = {options.stride, options.padding, options.dilation, options.groups};
  Var y = b ? new_output(operation, shape, {x, w, *b}) : new_output(operation, shape, {x, w});
  plan_of(y.tape(), {shape, w.shape(), x.shape()}, steps)
      .backward_data(x.value(), w.value(), b ? &b->value() : nullptr, y.output(), Sum::replace);
  on_backward(y, [x = x, w = w, y, steps] {
    // y = wᵀ x + b, so  dx += w ⋆ dy,  dw += x ⋆ dy  and  db += Σ dy
    const ConvolutionPlan plan = plan_of(y.tape(), {y.shape(), w.shape(), x.shape()}, steps);
    if (const Contribution dx = x.grad_accumulator().contribute())
      plan.forward(y.grad(), w.value(), nullptr, *dx.sum, dx.how);
    if (const Contribution dw = w.grad_accumulator().contribute())
      plan.backward_weights(x.value(), y.grad(), *dw.sum, dw.how);
    if (y.inputs() == 3) add_bias_gradient(y, y.input(2));
  });
  return y;
}

}  // namespace

Var conv2d(Var x, Var w, Var b, ConvOptions options) {
  return conv2d({"conv2d", x, w, &b}, options);
}
Var conv2d(Var x, Var w, ConvOptions options) {
  return conv2d({"conv2d", x, w, nullptr}, options);
}

Var conv_transpose2d(Var x, Var w, Var b, ConvTransposeOptions options) {
  return conv_transpose2d({"conv_transpose2d", x, w, &b}, options);
}
Var conv_transpose2d(Var x, Var w, ConvTransposeOptions options) {
  return conv_transpose2d({"conv_transpose2d", x, w, nullptr}, options);
}

}}  // namespace hourglass
