#include "single_operations.hpp"

#include <fmt/format.h>

#include <deque>
#include <memory>

#include "hourglass/autograd/operations.hpp"
#include "hourglass/nn/training/optimizers.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// Runs an operation on parameters of these shapes, and backward from a seed of ones.
class Run {
 public:
  using Operation = std::function<Var(const std::vector<Var>&)>;

  Run(const std::vector<Shape>& shapes, Operation operation) : operation_(std::move(operation)) {
    Rng rng(1);
    for (const Shape& shape : shapes) rng.fill_normal(parameters_.emplace_back(shape).value, 0, 1);
    inputs_.resize(shapes.size());
  }

  void operator()() {
    tape_.reset();
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      parameters_[i].zero_grad();
      inputs_[i] = tape_.parameter(parameters_[i]);
    }
    Var y = operation_(inputs_);
    if (seed_.shape() != y.shape()) seed_ = filled(y.shape(), 1);
    tape_.backward(y, seed_);
  }

 private:
  Operation operation_;
  std::deque<Parameter> parameters_;
  std::vector<Var> inputs_;
  Tensor seed_;
  Tape tape_;
};

SingleOperation operation(const std::string& name, nlohmann::json peer, std::vector<Shape> shapes,
                          Run::Operation compute) {
  std::vector<std::vector<std::size_t>> sizes;
  for (const Shape& shape : shapes) sizes.emplace_back(shape.begin(), shape.end());
  peer["inputs"] = sizes;
  return {name, peer, [shapes = std::move(shapes), compute = std::move(compute)] {
            auto run = std::make_shared<Run>(shapes, compute);
            return [run] { (*run)(); };
          }};
}

struct Convolution {
  std::size_t batch, in, out, size;
  std::uint32_t kernel, stride = 1, padding = 0, dilation = 1, groups = 1;
};

SingleOperation conv(const Convolution& c) {
  const std::string extras =
      fmt::format("{}{}{}", c.stride > 1 ? fmt::format(", stride {}", c.stride) : "",
                  c.dilation > 1 ? fmt::format(", dilation {}", c.dilation) : "",
                  c.groups > 1 ? fmt::format(", {} groups", c.groups) : "");
  return operation(
      fmt::format("conv2d {}→{} {}×{} on {}×{}{}", c.in, c.out, c.kernel, c.kernel, c.size, c.size,
                  extras),
      {{"operation", "conv2d"},
       {"stride", c.stride},
       {"padding", c.padding},
       {"dilation", c.dilation},
       {"groups", c.groups}},
      {{c.batch, c.in, c.size, c.size}, {c.out, c.in / c.groups, c.kernel, c.kernel}, {c.out}},
      [c](const std::vector<Var>& v) {
        return conv2d(
            v[0], v[1], v[2],
            {.stride = c.stride, .padding = c.padding, .dilation = c.dilation, .groups = c.groups});
      });
}

SingleOperation conv_transpose(const Convolution& c, std::uint32_t output_padding = 0) {
  return operation(
      fmt::format("conv_transpose2d {}→{} {}×{} from {}×{}{}", c.in, c.out, c.kernel, c.kernel,
                  c.size, c.size, c.stride > 1 ? fmt::format(", stride {}", c.stride) : ""),
      {{"operation", "conv_transpose2d"},
       {"stride", c.stride},
       {"padding", c.padding},
       {"output_padding", output_padding}},
      {{c.batch, c.in, c.size, c.size}, {c.in, c.out, c.kernel, c.kernel}, {c.out}},
      [c, output_padding](const std::vector<Var>& v) {
        return conv_transpose2d(
            v[0], v[1], v[2],
            {.stride = c.stride, .padding = c.padding, .output_padding = output_padding});
      });
}

/// One update of all parameters of the dense model.
SingleOperation adam() {
  const std::vector<Shape> shapes = {{256, 784}, {256}, {64, 256},  {64},
                                     {256, 64},  {256}, {784, 256}, {784}};
  struct State {
    std::deque<Parameter> parameters;
    std::unique_ptr<Adam> adam;
  };
  SingleOperation made = operation("Adam, dense model", {{"operation", "adam"}}, shapes, nullptr);
  made.prepare = [shapes] {
    auto state = std::make_shared<State>();
    std::vector<Parameter*> parameters;
    for (const Shape& shape : shapes) {
      Parameter& parameter = state->parameters.emplace_back(shape);
      Rng(1).fill_normal(parameter.value, 0, 1);
      Rng(2).fill_normal(parameter.grad, 0, 1);
      parameter.has_grad = true;
      parameters.push_back(&parameter);
    }
    state->adam = std::make_unique<Adam>(parameters);
    return [state] { state->adam->step(); };
  };
  return made;
}

}  // namespace

std::vector<SingleOperation> single_operations() {
  // Batches of 32 where the images are large.
  return {
      conv({128, 1, 16, 28, 3, 2, 1}),
      conv({128, 16, 32, 14, 3, 2, 1}),
      conv({128, 32, 64, 14, 3, 1, 1}),
      conv({128, 64, 64, 7, 3, 1, 1}),
      conv({128, 32, 64, 7, 7}),
      conv({32, 3, 32, 32, 5, 1, 2}),
      conv({32, 32, 64, 28, 1}),
      conv({128, 32, 32, 14, 3, 1, 1, 1, 32}),
      conv({128, 16, 16, 28, 3, 1, 2, 2}),
      conv_transpose({128, 64, 32, 1, 7}),
      conv_transpose({128, 32, 16, 7, 3, 2, 1}, 1),
      conv_transpose({128, 16, 1, 14, 3, 2, 1}, 1),
      operation("sigmoid (128, 784)", {{"operation", "sigmoid"}}, {{128, 784}},
                [](const auto& v) { return sigmoid(v[0]); }),
      operation("softmax (128, 1000)", {{"operation", "softmax"}}, {{128, 1000}},
                [](const auto& v) { return softmax(v[0]); }),
      operation("batch_norm (128, 32, 14, 14)", {{"operation", "batch_norm"}},
                {{128, 32, 14, 14}, {32}, {32}},
                [mean = std::make_shared<Tensor>(filled({32})),
                 var = std::make_shared<Tensor>(filled({32}, 1))](const auto& v) {
                  return batch_norm(v[0], v[1], v[2], *mean, *var, true);
                }),
      operation("layer_norm (128, 256)", {{"operation", "layer_norm"}}, {{128, 256}, {256}, {256}},
                [](const auto& v) { return layer_norm(v[0], v[1], v[2]); }),
      adam(),
  };
}

}}  // namespace hourglass
