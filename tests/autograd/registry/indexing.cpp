#include <cmath>
#include <tuple>

#include "hourglass/autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

std::size_t position(const std::vector<std::size_t>& index, const Shape& shape) {
  std::size_t flat = 0;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) flat = flat * shape[axis] + index[axis];
  return flat;
}

std::size_t from_front(int axis, std::size_t rank) {
  return static_cast<std::size_t>(axis < 0 ? axis + static_cast<int>(rank) : axis);
}

/// Whole numbers below `size` in no order; some occur twice and some never.
Tensor indices(const Shape& shape, std::size_t size) {
  Tensor drawn = filled(shape);
  for (std::size_t i = 0; i < drawn.size(); ++i)
    drawn.data()[i] = static_cast<Scalar>((i * i + 3 * i + 1) % 7 % size);
  return drawn;
}

/// "torch.tensor([1, 0]).reshape(2,)"
std::string python(const Tensor& indices) {
  std::string list, shape;
  for (double index : numbers(indices)) list += std::to_string(static_cast<int>(index)) + ", ";
  for (std::size_t size : indices.shape()) shape += std::to_string(size) + ",";
  return "torch.tensor([" + list + "], dtype=torch.long).reshape(" + shape + ")";
}

Tensor naive_select(const Tensor& x, const Tensor& at, std::size_t axis) {
  Shape shape = x.shape();
  shape[axis] = at.size();
  Tensor y = filled(shape);
  for (std::size_t i = 0; i < y.size(); ++i) {
    auto index = index_of(i, shape);
    index[axis] = static_cast<std::size_t>(at(index[axis]));
    y.data()[i] = x.data()[position(index, x.shape())];
  }
  return y;
}

Tensor naive_gather(const Tensor& x, const Tensor& at, std::size_t axis) {
  Tensor y = filled(at.shape());
  for (std::size_t i = 0; i < y.size(); ++i) {
    auto index = index_of(i, at.shape());
    index[axis] = static_cast<std::size_t>(at.data()[i]);
    y.data()[i] = x.data()[position(index, x.shape())];
  }
  return y;
}

bool is_larger(double a, double b) {
  return a > b || (std::isnan(a) && !std::isnan(b));
}

/// An element is among the k largest where fewer than k of its row come before it; NaN is largest.
Tensor naive_top_k(const Tensor& x, std::size_t k) {
  Tensor y = filled(x.shape());
  const std::size_t n = x.shape().back();
  for (std::size_t i = 0; i < y.size(); ++i) {
    std::size_t before = 0;
    for (std::size_t j = i / n * n; j < (i / n + 1) * n; ++j)
      before +=
          is_larger(x.data()[j], x.data()[i]) || (!is_larger(x.data()[i], x.data()[j]) && j < i);
    y.data()[i] = before < k;
  }
  return y;
}

void add_look_ups(Cases& cases) {
  for (const auto& [shape, count, axis] :
       std::vector<std::tuple<Shape, std::size_t, int>>{{{5, 3}, 4, 0},
                                                        {{5, 3}, 8, 0},
                                                        {{2, 5}, 3, 1},
                                                        {{2, 4, 3}, 5, 1},
                                                        {{2, 3}, 2, -1},
                                                        {{4}, 6, 0},
                                                        {{1, 2}, 3, 0},
                                                        {{3, 2}, 0, 0},
                                                        {{3, 0}, 2, 0},
                                                        {{0, 3}, 2, 1},
                                                        {{7, 130}, 40, 0},
                                                        {{60, 7, 9}, 40, 1}}) {
    const std::size_t along = from_front(axis, shape.size());
    const Tensor at = indices({count}, shape[along]);
    cases.push_back(
        {.operation = "index_select",
         .name = std::to_string(count) + "_of_" + shape_name(shape) + "_" + axes_name({axis}),
         .inputs = {away_from_zero(shape)},
         .compute =
             [at, axis = axis](const Vars& v) {
               return index_select(v[0], v[0].tape().constant(Tensor(at)), axis);
             },
         .naive = [=](const Tensors& x) { return naive_select(x[0], at, along); },
         .torch = "a.index_select(" + std::to_string(along) + ", " + python(at) + ")",
         .large = element_count(shape) > 200});
  }
  for (const auto& [shape, count, axis] :
       std::vector<std::tuple<Shape, std::size_t, int>>{{{5}, 3, 0},
                                                        {{3, 4}, 4, 1},
                                                        {{3, 4}, 2, -1},
                                                        {{3, 4}, 5, 0},
                                                        {{2, 3, 4}, 4, 1},
                                                        {{2, 1}, 4, 1},
                                                        {{3, 2}, 0, 0},
                                                        {{0, 3}, 2, 1},
                                                        {{2, 3, 0}, 2, 1},
                                                        {{30, 7, 9}, 20, 1}}) {
    const std::size_t along = from_front(axis, shape.size());
    Shape of_indices = shape;
    of_indices[along] = count;
    const Tensor at = indices(of_indices, shape[along]);
    const bool large = element_count(shape) > 200;
    cases.push_back(
        {.operation = "gather",
         .name = std::to_string(count) + "_of_" + shape_name(shape) + "_" + axes_name({axis}),
         .inputs = {away_from_zero(shape)},
         .compute =
             [at, axis = axis](const Vars& v) {
               return gather(v[0], v[0].tape().constant(Tensor(at)), axis);
             },
         .naive = [=](const Tensors& x) { return naive_gather(x[0], at, along); },
         .torch = large ? "" : "a.gather(" + std::to_string(along) + ", " + python(at) + ")",
         .large = large});
  }
}

void add_masks(Cases& cases) {
  const auto torch = [](std::size_t k) {
    return "torch.zeros_like(a).scatter(-1, a.topk(" + std::to_string(k) + ").indices, 1.)";
  };
  for (const auto& [shape, k] : std::vector<std::pair<Shape, std::size_t>>{{{5}, 2},
                                                                           {{3, 7}, 1},
                                                                           {{3, 7}, 7},
                                                                           {{3, 7}, 0},
                                                                           {{2, 3, 5}, 3},
                                                                           {{4, 1}, 1},
                                                                           {{0, 3}, 2},
                                                                           {{300, 259}, 30}})
    cases.push_back({.operation = "top_k_mask",
                     .name = std::to_string(k) + "_of_" + shape_name(shape),
                     .inputs = {spaced(shape, 0.3)},
                     .compute = [k = k](const Vars& v) { return top_k_mask(v[0], k); },
                     .naive = [k = k](const Tensors& x) { return naive_top_k(x[0], k); },
                     .torch = torch(k),
                     .large = element_count(shape) > 200});
  cases.push_back({.operation = "top_k_mask",
                   .name = "times_x",
                   .inputs = {spaced({3, 7}, 0.3)},
                   .compute = [](const Vars& v) { return v[0] * top_k_mask(v[0], 3); },
                   .naive =
                       [](const Tensors& x) {
                         Tensor y = naive_top_k(x[0], 3);
                         for (std::size_t i = 0; i < y.size(); ++i) y.data()[i] *= x[0].data()[i];
                         return y;
                       },
                   .torch = "a * " + torch(3)});
}

/// An element's new place is how many of its line come before it; NaN is largest.
Tensor naive_sort(const Tensor& x) {
  Tensor y = filled(x.shape());
  const std::size_t n = x.shape().back();
  for (std::size_t i = 0; i < y.size(); ++i) {
    const std::size_t line = i / n * n;
    std::size_t before = 0;
    for (std::size_t j = line; j < line + n; ++j)
      before +=
          is_larger(x.data()[i], x.data()[j]) || (!is_larger(x.data()[j], x.data()[i]) && j < i);
    y.data()[line + before] = x.data()[i];
  }
  return y;
}

void add_sorts(Cases& cases) {
  const auto add = [&](const std::string& name, const Tensor& x) -> Case& {
    cases.push_back({.operation = "sort",
                     .name = name,
                     .inputs = {x},
                     .compute = [](const Vars& v) { return sort(v[0]); },
                     .naive = [](const Tensors& x) { return naive_sort(x[0]); },
                     .torch = "a.sort(dim=-1, stable=True).values",
                     .large = x.size() > 200});
    return cases.back();
  };
  for (const Shape& shape :
       std::vector<Shape>{{5}, {1}, {3, 7}, {2, 3, 5}, {4, 1}, {0, 3}, {3, 0}, {300, 259}})
    add(shape_name(shape), spaced(shape, 0.3));
  // Equal elements keep their order, and so do their gradients.
  add("ties", tensor({2, 4}, {2, 1, 2, 1, 0, 3, 0, 0})).surrogate = [](const Vars& v) {
    return gather(v[0], v[0].tape().constant(tensor({2, 4}, {1, 3, 0, 2, 0, 2, 3, 1})), 1);
  };
}

}  // namespace

void add_indexing(Cases& cases) {
  add_look_ups(cases);
  add_masks(cases);
  add_sorts(cases);
}

}  // namespace hourglass::testing
