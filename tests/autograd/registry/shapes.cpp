#include <tuple>

#include "hourglass/autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

using Index = std::vector<std::size_t>;

Scalar at(const Tensor& x, const Index& index) {
  std::size_t position = 0;
  for (std::size_t axis = 0; axis < index.size(); ++axis)
    position = position * x.shape()[axis] + index[axis];
  return x.data()[position];
}

/// The tensor of this shape whose element at `index` is f(index).
template <class F>
Tensor made(const Shape& shape, F f) {
  Tensor y = filled(shape);
  for (std::size_t i = 0; i < y.size(); ++i) y.data()[i] = f(index_of(i, shape));
  return y;
}

std::size_t from_front(int axis, std::size_t rank) {
  return static_cast<std::size_t>(axis < 0 ? axis + static_cast<int>(rank) : axis);
}

/// "(2, 3)", as Python writes it.
std::string python(const Shape& shape) {
  return shape.size() == 1 ? "(" + std::to_string(shape[0]) + ",)" : to_text(shape);
}

std::string python(const std::vector<int>& numbers) {
  std::string text;
  for (int number : numbers) text += std::to_string(number) + ", ";
  return "(" + text + ")";
}

std::string axis_name(int axis) {
  return axes_name({axis}).replace(0, 4, "axis");
}

Tensor naive_permute(const Tensor& x, const std::vector<int>& order) {
  Shape shape = x.shape();
  for (std::size_t i = 0; i < shape.size(); ++i)
    shape[i] = x.shape()[from_front(order[i], shape.size())];
  return made(shape, [&](const Index& index) {
    Index in_x(index.size());
    for (std::size_t i = 0; i < index.size(); ++i)
      in_x[from_front(order[i], index.size())] = index[i];
    return at(x, in_x);
  });
}

Tensor naive_slice(const Tensor& x, std::size_t axis, std::size_t begin, std::size_t end) {
  Shape shape = x.shape();
  shape[axis] = end - begin;
  return made(shape, [&](Index index) {
    index[axis] += begin;
    return at(x, index);
  });
}

Tensor naive_concatenate(const Tensors& parts, int axis) {
  Shape shape = parts[0].shape();
  const std::size_t along = from_front(axis, shape.size());
  for (std::size_t k = 1; k < parts.size(); ++k) shape[along] += parts[k].shape()[along];
  return made(shape, [&](Index index) {
    std::size_t k = 0;
    for (; index[along] >= parts[k].shape()[along]; ++k) index[along] -= parts[k].shape()[along];
    return at(parts[k], index);
  });
}

Tensor naive_stack(const Tensors& parts, int axis) {
  Index sizes(parts[0].shape().begin(), parts[0].shape().end());
  const std::size_t along = from_front(axis, sizes.size() + 1);
  sizes.insert(sizes.begin() + static_cast<std::ptrdiff_t>(along), parts.size());
  return made(Shape(sizes.begin(), sizes.end()), [&](Index index) {
    const std::size_t k = index[along];
    index.erase(index.begin() + static_cast<std::ptrdiff_t>(along));
    return at(parts[k], index);
  });
}

Tensor naive_pad(const Tensor& x, std::size_t axis, std::size_t before, std::size_t after,
                 Scalar value) {
  Shape shape = x.shape();
  shape[axis] += before + after;
  return made(shape, [&](Index index) {
    if (index[axis] < before || index[axis] >= before + x.shape()[axis]) return value;
    index[axis] -= before;
    return at(x, index);
  });
}

Tensor naive_repeat(const Tensor& x, std::size_t axis, std::size_t times) {
  Shape shape = x.shape();
  shape[axis] *= times;
  return made(shape, [&](Index index) {
    index[axis] %= x.shape()[axis];
    return at(x, index);
  });
}

void add_reshapes(Cases& cases) {
  const auto with_shape = [](const Shape& shape) {
    return [shape](const Tensors& x) {
      return made(shape, [&, i = 0](const Index&) mutable { return x[0].data()[i++]; });
    };
  };
  const std::vector<std::pair<Shape, Shape>> shapes = {
      {{2, 3}, {3, 2}}, {{6}, {1, 2, 3}}, {{2, 3}, {6}},          {{}, {1, 1}},
      {{1, 1}, {}},     {{0, 3}, {2, 0}}, {{2, 3, 4}, {2, 3, 4}},
  };
  for (const auto& [from, to] : shapes)
    cases.push_back({.operation = "reshape",
                     .name = shape_name(from) + "_to_" + shape_name(to),
                     .inputs = {positive(from)},
                     .compute = [to = to](const Vars& v) { return reshape(v[0], to); },
                     .naive = with_shape(to),
                     .torch = "a.reshape(" + python(to) + ")"});
  for (const auto& [from, to] : std::vector<std::pair<Shape, Shape>>{
           {{2, 3, 4}, {2, 12}}, {{5}, {5, 1}}, {{1, 2, 1, 3}, {1, 6}}, {{2, 0, 3}, {2, 0}}})
    cases.push_back({.operation = "flatten",
                     .name = shape_name(from),
                     .inputs = {positive(from)},
                     .compute = [](const Vars& v) { return flatten(v[0]); },
                     .naive = with_shape(to),
                     .torch = "a.reshape(" + python(to) + ")"});
}

void add_permutations(Cases& cases) {
  for (const Shape& shape :
       {Shape{2, 5}, Shape{1, 3}, Shape{3, 1}, Shape{40, 3}, Shape{0, 2}, Shape{300, 257}})
    cases.push_back({.operation = "transpose",
                     .name = shape_name(shape),
                     .inputs = {positive(shape)},
                     .compute = [](const Vars& v) { return transpose(v[0]); },
                     .naive = [](const Tensors& x) { return naive_permute(x[0], {1, 0}); },
                     .torch = "a.t()",
                     .large = element_count(shape) > 200});
  const auto add = [&](const Shape& shape, const std::vector<int>& order, Axes axes) {
    cases.push_back({.operation = "permute",
                     .name = shape_name(shape) + "_order_" +
                             [&] {
                               std::string name;
                               for (int axis : order) name += axis_name(axis).substr(5);
                               return name;
                             }(),
                     .inputs = {positive(shape)},
                     .compute = [axes](const Vars& v) { return permute(v[0], axes); },
                     .naive = [order](const Tensors& x) { return naive_permute(x[0], order); },
                     .torch = "torch.permute(a, " + python(order) + ")",
                     .large = element_count(shape) > 200});
  };
  add({}, {}, {});
  add({5}, {0}, {0});
  add({2, 3}, {0, 1}, {0, 1});
  add({2, 3}, {-1, 0}, {-1, 0});
  add({2, 3, 4}, {1, 0, 2}, {1, 0, 2});
  add({2, 3, 4}, {2, 0, 1}, {2, 0, 1});
  add({2, 3, 4}, {2, 1, 0}, {2, 1, 0});
  add({2, 3, 4}, {0, 2, 1}, {0, 2, 1});
  add({2, 1, 4}, {1, 2, 0}, {1, 2, 0});
  add({0, 3, 2}, {2, 0, 1}, {2, 0, 1});
  add({2, 3, 2, 3}, {0, 2, 3, 1}, {0, 2, 3, 1});
  add({2, 3, 2, 3}, {3, 1, 2, 0}, {3, 1, 2, 0});
  add({2, 1, 3, 2, 3}, {4, 2, 0, 1, 3}, {4, 2, 0, 1, 3});
  add({5, 3, 70, 70}, {0, 2, 3, 1}, {0, 2, 3, 1});     // more than 65536: cut for threads
  add({3, 40, 50, 13}, {2, -1, 0, 1}, {2, -1, 0, 1});  // planes of no multiple of 32
  add({2, 50, 50, 14}, {1, 0, 2, 3}, {1, 0, 2, 3});    // runs
}

void add_parts(Cases& cases) {
  struct Part {
    int axis;
    std::size_t begin, end;
    Shape shape = {2, 3, 4};
  };
  for (const Part& part : {Part{0, 0, 1}, Part{1, 1, 3}, Part{-1, 2, 4}, Part{2, 0, 4},
                           Part{1, 2, 2}, Part{0, 2, 5, {6}}, Part{1, 3, 37, {50, 40}}}) {
    const std::size_t axis = from_front(part.axis, part.shape.size());
    const std::string begin = std::to_string(part.begin), end = std::to_string(part.end);
    cases.push_back(
        {.operation = "slice",
         .name =
             shape_name(part.shape) + "_" + axis_name(part.axis) + "_from_" + begin + "_to_" + end,
         .inputs = {positive(part.shape)},
         .compute = [part](const Vars& v) { return slice(v[0], part.axis, part.begin, part.end); },
         .naive = [=](const Tensors& x) { return naive_slice(x[0], axis, part.begin, part.end); },
         .torch =
             "a.narrow(" + std::to_string(axis) + ", " + begin + ", " + end + " - " + begin + ")",
         .large = element_count(part.shape) > 200});
  }
  struct Border {
    Shape shape;
    int axis;
    std::size_t before, after;
    Scalar value = 0;
  };
  for (const Border& border :
       {Border{{3}, 0, 1, 2, -1.5}, Border{{2, 3}, 1, 2, 1}, Border{{2, 3, 2}, -2, 0, 2, 3},
        Border{{2, 3}, 0, 0, 0}, Border{{2, 0}, 1, 1, 1, 2}, Border{{2, 1}, -1, 3, 0}}) {
    const std::size_t axis = from_front(border.axis, border.shape.size());
    std::vector<int> widths(2 * (border.shape.size() - 1 - axis));  // torch begins at the last axis
    widths.push_back(static_cast<int>(border.before));
    widths.push_back(static_cast<int>(border.after));
    cases.push_back(
        {.operation = "pad",
         .name = shape_name(border.shape) + "_" + axis_name(border.axis) + "_by_" +
                 std::to_string(border.before) + "_" + std::to_string(border.after),
         .inputs = {positive(border.shape)},
         .compute =
             [=](const Vars& v) {
               return pad(v[0], border.axis, border.before, border.after, border.value);
             },
         .naive =
             [=](const Tensors& x) {
               return naive_pad(x[0], axis, border.before, border.after, border.value);
             },
         .torch = "F.pad(a, " + python(widths) + ", value=" + std::to_string(border.value) + ")"});
  }
  for (const auto& [shape, axis, times] :
       std::vector<std::tuple<Shape, int, std::size_t>>{{{3}, 0, 4},
                                                        {{2, 3}, 0, 2},
                                                        {{2, 3}, 1, 3},
                                                        {{2, 3, 2}, -2, 2},
                                                        {{2, 1}, 1, 5},
                                                        {{2, 3}, 0, 1},
                                                        {{2, 3}, 1, 0},
                                                        {{0, 3}, 1, 2}})
    cases.push_back(
        {.operation = "repeat",
         .name = shape_name(shape) + "_" + axis_name(axis) + "_times_" + std::to_string(times),
         .inputs = {positive(shape)},
         .compute = [axis = axis,
                     times = times](const Vars& v) { return repeat(v[0], axis, times); },
         .naive = [axis = from_front(axis, shape.size()),
                   times = times](const Tensors& x) { return naive_repeat(x[0], axis, times); },
         .torch =
             times ? "torch.cat([a] * " + std::to_string(times) + ", " + std::to_string(axis) + ")"
                   : ""});
}

void add_joins(Cases& cases) {
  for (const auto& [a, b, axis] :
       std::vector<std::tuple<Shape, Shape, int>>{{{2, 3}, {4, 3}, 0},
                                                  {{2, 3}, {2, 1}, 1},
                                                  {{2, 3, 4}, {2, 2, 4}, -2},
                                                  {{2, 0}, {2, 3}, 1}})
    cases.push_back(
        {.operation = "concatenate",
         .name = shape_name(a) + "_and_" + shape_name(b),
         .inputs = {positive(a, 1), positive(b, 2)},
         .compute = [axis = axis](const Vars& v) { return concatenate(v[0], v[1], axis); },
         .naive = [axis = axis](const Tensors& x) { return naive_concatenate(x, axis); },
         .torch = "torch.cat([a, b], " + std::to_string(axis) + ")"});
  cases.push_back({.operation = "concatenate",
                   .name = "of_a_value_with_itself",
                   .inputs = {positive({2, 3})},
                   .compute = [](const Vars& v) { return concatenate(v[0], v[0], 1); },
                   .naive = [](const Tensors& x) { return naive_concatenate({x[0], x[0]}, 1); },
                   .torch = "torch.cat([a, a], 1)"});
  for (const auto& [axis, shapes] :
       std::vector<std::pair<int, std::vector<Shape>>>{{0, {{2}, {1}, {3}}},
                                                       {1, {{2, 2, 2}, {2, 1, 2}, {2, 3, 2}}},
                                                       {-1, {{0, 2}, {0, 1}, {0, 2}}}}) {
    Tensors parts;
    for (const Shape& shape : shapes) parts.push_back(positive(shape, parts.size() + 1));
    cases.push_back(
        {.operation = "concatenate",
         .name = "of_three_with_" + std::to_string(shapes[0].size()) + "_axes",
         .inputs = parts,
         .compute = [axis = axis](const Vars& v) { return concatenate({v[0], v[1], v[2]}, axis); },
         .naive = [axis = axis](const Tensors& x) { return naive_concatenate(x, axis); },
         .torch = "torch.cat([a, b, c], " + std::to_string(axis) + ")"});
  }
  for (const auto& [shape, axis] : std::vector<std::pair<Shape, int>>{
           {{}, 0}, {{3}, 0}, {{3}, 1}, {{2, 3}, 1}, {{2, 3}, -1}, {{2, 3}, -3}, {{2, 0}, 0}})
    cases.push_back({.operation = "stack",
                     .name = "of_two_" + shape_name(shape) + "_" + axis_name(axis),
                     .inputs = {positive(shape, 1), positive(shape, 2)},
                     .compute = [axis = axis](const Vars& v) { return stack({v[0], v[1]}, axis); },
                     .naive = [axis = axis](const Tensors& x) { return naive_stack(x, axis); },
                     .torch = "torch.stack([a, b], " + std::to_string(axis) + ")"});
  cases.push_back({.operation = "stack",
                   .name = "of_one_value_twice",
                   .inputs = {positive({2, 3}, 1), positive({2, 3}, 2)},
                   .compute = [](const Vars& v) { return stack({v[0], v[1], v[0]}); },
                   .naive = [](const Tensors& x) { return naive_stack({x[0], x[1], x[0]}, 0); },
                   .torch = "torch.stack([a, b, a])"});
}

}  // namespace

void add_shapes(Cases& cases) {
  add_reshapes(cases);
  add_permutations(cases);
  add_parts(cases);
  add_joins(cases);
}

}  // namespace hourglass::testing
