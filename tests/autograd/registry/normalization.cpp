#include <fmt/format.h>

#include <cmath>
#include <functional>
#include <map>
#include <memory>

#include "hourglass/autograd/operations.hpp"
#include "tests/autograd/registry/naive.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

using Index = std::vector<std::size_t>;

/// (x − mean) / √(var + ε) of each element, where mean and variance are those of the elements with
/// the same `group_of` the index; then times w and plus b at `channel_of` the index.
Tensor naive_normalization(const Tensors& x, const std::function<Index(const Index&)>& group_of,
                           const std::function<std::size_t(const Index&)>& channel_of) {
  std::map<Index, Index> groups;
  for (std::size_t i = 0; i < x[0].size(); ++i)
    groups[group_of(index_of(i, x[0].shape()))].push_back(i);
  Tensor y = x[0];
  for (const auto& [group, elements] : groups) {
    const auto count = static_cast<double>(elements.size());
    double mean = 0, variance = 0;
    for (std::size_t i : elements) mean += x[0].data()[i] / count;
    for (std::size_t i : elements) variance += std::pow(x[0].data()[i] - mean, 2) / count;
    for (std::size_t i : elements) {
      const std::size_t c = channel_of(index_of(i, x[0].shape()));
      y.data()[i] = static_cast<Scalar>(
          (x[0].data()[i] - mean) / std::sqrt(variance + 1e-5) * x[1].data()[c] + x[2].data()[c]);
    }
  }
  return y;
}

std::size_t channel_of(const Index& index) {
  return index[1];
}

Tensors inputs_of(const Shape& x, const Shape& w) {
  return {away_from_zero(x), positive(w, 2), away_from_zero(w, 3)};
}

// Batch norm

void add_in_training(Cases& cases, const Shape& shape) {
  const std::size_t channels = shape[1];
  const auto compute = [channels](const Vars& v) {
    Tensor mean = filled({channels}), var = filled({channels}, 1);  // moved, and not looked at
    return batch_norm(v[0], v[1], v[2], mean, var, true);
  };
  const auto naive = [](const Tensors& x) {
    return naive_normalization(x, [](const Index& index) { return Index{index[1]}; }, channel_of);
  };
  cases.push_back({.operation = "batch_norm",
                   .name = "in_training_" + shape_name(shape),
                   .inputs = inputs_of(shape, {channels}),
                   .compute = compute,
                   .naive = naive,
                   .torch = channels == 0 ? "" : "F.batch_norm(a, None, None, b, c, training=True)",
                   .large = element_count(shape) > 1000});
}

/// Both builds and PyTorch hold the running mean c/4 − 1/4 and variance c/4 + 1/2 of channel c.
void add_in_evaluation(Cases& cases, const Shape& shape) {
  const std::size_t channels = shape[1];
  auto mean = std::make_shared<Tensor>(filled({channels}));
  auto var = std::make_shared<Tensor>(filled({channels}));
  for (std::size_t c = 0; c < channels; ++c) {
    mean->data()[c] = static_cast<Scalar>(0.25 * static_cast<double>(c) - 0.25);
    var->data()[c] = static_cast<Scalar>(0.25 * static_cast<double>(c) + 0.5);
  }
  const auto naive = [mean, var](const Tensors& x) {
    Tensor y = x[0];
    for (std::size_t i = 0; i < y.size(); ++i) {
      const std::size_t c = index_of(i, y.shape())[1];
      const double centred = x[0].data()[i] - mean->data()[c];
      y.data()[i] = static_cast<Scalar>(
          centred / std::sqrt(var->data()[c] + 1e-5) * x[1].data()[c] + x[2].data()[c]);
    }
    return y;
  };
  const std::string quarters = fmt::format("torch.arange({}).to(a.dtype) / 4", channels);
  cases.push_back(
      {.operation = "batch_norm",
       .name = "in_evaluation_" + shape_name(shape),
       .inputs = inputs_of(shape, {channels}),
       .compute = [mean,
                   var](const Vars& v) { return batch_norm(v[0], v[1], v[2], *mean, *var, false); },
       .naive = naive,
       .torch = fmt::format("F.batch_norm(a, {} - 0.25, {} + 0.5, b, c)", quarters, quarters),
       .large = element_count(shape) > 1000});
}

void add_batch_norm(Cases& cases) {
  for (const Shape& shape :
       {Shape{4, 3}, Shape{3, 1}, Shape{3, 19}, Shape{2, 3, 2, 2}, Shape{5, 2, 1, 1},
        Shape{1, 2, 3, 5}, Shape{3, 2, 1, 3}, Shape{3, 0}, Shape{257, 259}, Shape{8, 37, 15, 16}})
    add_in_training(cases, shape);
  for (const Shape& shape : {Shape{1, 3}, Shape{2, 19}, Shape{2, 3, 2, 2}, Shape{0, 3},
                             Shape{257, 259}, Shape{8, 37, 15, 16}})
    add_in_evaluation(cases, shape);
  cases.push_back({.operation = "batch_norm",
                   .name = "of_one_value_for_weight_and_bias",
                   .inputs = {away_from_zero({4, 3}), positive({3})},
                   .compute =
                       [](const Vars& v) {
                         Tensor mean = filled({3}), var = filled({3}, 1);
                         return batch_norm(v[0], v[1], v[1], mean, var, true);
                       },
                   .naive =
                       [](const Tensors& x) {
                         return naive_normalization(
                             {x[0], x[1], x[1]}, [](const Index& index) { return Index{index[1]}; },
                             channel_of);
                       },
                   .torch = "F.batch_norm(a, None, None, b, b, training=True)"});
}

// Layer norm and group norm

Tensor naive_layer_norm(const Tensors& x) {
  const std::size_t leading = x[0].dimension() - x[1].dimension();
  return naive_normalization(
      x,
      [leading](const Index& index) {
        return Index(index.begin(), index.begin() + static_cast<std::ptrdiff_t>(leading));
      },
      [shape = x[1].shape()](const Index& index) { return broadcast_position(index, shape); });
}

void add_layer_norm(Cases& cases) {
  for (const auto& [x, w] : std::vector<std::pair<Shape, Shape>>{{{3, 5}, {5}},
                                                                 {{5}, {5}},
                                                                 {{2, 3, 4}, {3, 4}},
                                                                 {{2, 3, 4}, {4}},
                                                                 {{2, 2, 2, 3}, {2, 2, 3}},
                                                                 {{3, 1, 5}, {1, 5}},
                                                                 {{2, 19}, {19}},
                                                                 {{0, 3}, {3}},
                                                                 {{257, 259}, {259}}})
    cases.push_back({.operation = "layer_norm",
                     .name = shape_name(x) + "_over_" + shape_name(w),
                     .inputs = inputs_of(x, w),
                     .compute = [](const Vars& v) { return layer_norm(v[0], v[1], v[2]); },
                     .naive = naive_layer_norm,
                     .torch = "F.layer_norm(a, b.shape, b, c)",
                     .large = element_count(x) > 1000});
  cases.push_back({.operation = "layer_norm",
                   .name = "of_one_value",
                   .inputs = {away_from_zero({5})},
                   .compute = [](const Vars& v) { return layer_norm(v[0], v[0], v[0]); },
                   .naive = [](const Tensors& x) { return naive_layer_norm({x[0], x[0], x[0]}); },
                   .torch = "F.layer_norm(a, a.shape, a, a)"});
}

void add_group_norm(Cases& cases) {
  for (const auto& [shape, groups] :
       std::vector<std::pair<Shape, std::size_t>>{{{2, 4, 3}, 2},
                                                  {{2, 6, 2, 2}, 3},
                                                  {{2, 3, 2}, 1},
                                                  {{2, 4, 3}, 4},
                                                  {{3, 6}, 2},
                                                  {{1, 2, 5, 3}, 2},
                                                  {{0, 4, 2}, 2},
                                                  {{17, 24, 14, 13}, 8}})
    cases.push_back(
        {.operation = "group_norm",
         .name = fmt::format("{}_in_{}", shape_name(shape), groups),
         .inputs = inputs_of(shape, {shape[1]}),
         .compute = [g = groups](const Vars& v) { return group_norm(v[0], g, v[1], v[2]); },
         .naive =
             [size = shape[1] / groups](const Tensors& x) {
               return naive_normalization(
                   x, [size](const Index& index) { return Index{index[0], index[1] / size}; },
                   channel_of);
             },
         .torch = fmt::format("F.group_norm(a, {}, b, c)", groups),
         .large = element_count(shape) > 1000});
}

}  // namespace

void add_normalization(Cases& cases) {
  add_batch_norm(cases);
  add_layer_norm(cases);
  add_group_norm(cases);
}

}  // namespace hourglass::testing
