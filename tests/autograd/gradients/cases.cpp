#include "tests/autograd/gradients/cases.hpp"

#include <tuple>

#include "autograd/operations.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::testing {

namespace {

using Vars = std::vector<Var>;
using Cases = std::vector<GradientCase>;

/// "2x3", "scalar"
std::string shape_name(const Shape& shape) {
  std::string name;
  for (std::size_t size : shape) name += (name.empty() ? "" : "x") + std::to_string(size);
  return name.empty() ? "scalar" : name;
}

Tensor positive(const Shape& shape, std::uint64_t seed = 1) {
  return random_tensor(shape, seed, 0.4, 1.9);
}

/// Numbers of both signs and none near 0, where |x| and relu have a kink.
Tensor away_from_zero(const Shape& shape, std::uint64_t seed = 1) {
  Tensor x = positive(shape, seed);
  for (std::size_t i = 0; i < x.size(); ++i)
    if (i % 3 != 1) x.data()[i] *= -1;
  return x;
}

/// The numbers offset, offset + 1, … over 10, in a scrambled order: no two of two such tensors with
/// offsets that differ by half are nearer than 0.05.
Tensor spaced(const Shape& shape, double offset) {
  Tensor x = filled(shape);
  const std::size_t size = x.size();
  for (std::size_t i = 0; i < size; ++i)
    x.data()[i] = static_cast<Scalar>((static_cast<double>(i * 11 % size) + offset) / 10 - 0.7);
  return x;
}

/// Scalars, axes of size 1 and 0, broadcasting of either side and of both, ranks that differ, and
/// sizes that fill SIMD registers with a rest.
void add_binary(Cases& cases, const char* operation, Var (*f)(Var, Var)) {
  static const std::vector<std::pair<Shape, Shape>> shapes = {
      {{}, {}},         {{2, 3}, {2, 3}}, {{5, 7}, {5, 7}}, {{}, {2, 3}},
      {{2, 3}, {}},     {{3}, {2, 3}},    {{2, 3}, {3}},    {{2, 1}, {2, 3}},
      {{2, 3}, {2, 1}}, {{1, 3}, {2, 3}}, {{1, 3}, {2, 1}}, {{2, 1, 3}, {4, 1}},
      {{4}, {2, 1, 1}}, {{1}, {2, 2}},    {{1, 1}, {}},     {{2, 1, 2, 1}, {3, 1, 3}},
      {{0, 3}, {0, 3}}, {{0, 3}, {3}},    {{1}, {2, 0}},    {{3, 0}, {3, 1}},
  };
  const auto both = [f](const Vars& v) { return f(v[0], v[1]); };
  for (const auto& [a, b] : shapes)
    cases.push_back({operation,
                     "a_" + shape_name(a) + "_b_" + shape_name(b),
                     {away_from_zero(a, 1), away_from_zero(b, 2)},
                     both});
  cases.push_back(
      {operation, "of_a_value_with_itself", {away_from_zero({2, 3})}, [f](const Vars& v) {
         return f(v[0], v[0]);
       }});
}

/// For operations with a kink where a = b: the values lie more than 10⁻² apart.
void add_apart_binary(Cases& cases, const char* operation, Var (*f)(Var, Var)) {
  const auto both = [f](const Vars& v) { return f(v[0], v[1]); };
  static const std::vector<std::pair<Shape, Shape>> shapes = {
      {{}, {}}, {{2, 3}, {2, 3}}, {{5, 7}, {5, 7}}, {{3}, {2, 3}}, {{2, 3}, {2, 1}}, {{0, 3}, {3}}};
  for (const auto& [a, b] : shapes)
    cases.push_back({operation,
                     "a_" + shape_name(a) + "_b_" + shape_name(b),
                     {spaced(a, 0), spaced(b, 0.5)},
                     both});
}

void add_unary(Cases& cases, const char* operation, Tensor (*draw)(const Shape&, std::uint64_t),
               const std::function<Var(Var)>& f, const std::string& name = "x") {
  for (const Shape& shape : {Shape{}, Shape{1, 3, 1}, Shape{3, 7}, Shape{0, 2}})
    cases.push_back(
        {operation, name + "_" + shape_name(shape), {draw(shape, 1)}, [f](const Vars& v) {
           return f(v[0]);
         }});
}

using AxisList = std::initializer_list<int>;

std::string axes_name(const AxisList& axes) {
  std::string name = "axes";
  for (int axis : axes)
    name += "_" + std::string(axis < 0 ? "minus" : "") + std::to_string(std::abs(axis));
  return name;
}

void add_reduction(Cases& cases, const char* operation, Var (*f)(Var, Axes, bool)) {
  static constexpr AxisList of_three[] = {{0},    {1},    {2},    {-1},    {-3},
                                          {0, 1}, {0, 2}, {2, 1}, {-1, 0}, {0, 1, 2}};
  for (bool keep : {false, true}) {
    const std::string kept = keep ? "_kept" : "_dropped";
    const auto all = [f, keep](const Vars& v) { return f(v[0], Axes::all(), keep); };
    for (const Shape& shape :
         {Shape{}, Shape{1}, Shape{2, 3}, Shape{1, 3, 1}, Shape{2, 2, 1, 2, 2}})
      cases.push_back({operation, "all_of_" + shape_name(shape) + kept, {positive(shape)}, all});
    for (const AxisList& axes : of_three)
      cases.push_back({operation,
                       axes_name(axes) + "_of_2x3x4" + kept,
                       {positive({2, 3, 4})},
                       [f, axes, keep](const Vars& v) { return f(v[0], axes, keep); }});
    for (const Shape& shape : {Shape{1, 70}, Shape{3, 1}, Shape{2, 35}})  // 70: lanes and a rest
      cases.push_back({operation,
                       "axes_1_of_" + shape_name(shape) + kept,
                       {positive(shape)},
                       [f, keep](const Vars& v) { return f(v[0], {1}, keep); }});
    cases.push_back(
        {operation, "axes_1_of_0x3" + kept, {positive({0, 3})}, [f, keep](const Vars& v) {
           return f(v[0], {1}, keep);
         }});
  }
}

void add_elementwise(Cases& cases) {
  add_binary(cases, "add", add);
  add_binary(cases, "sub", sub);
  add_binary(cases, "mul", mul);
  add_binary(cases, "div", div);
  add_apart_binary(cases, "maximum", maximum);
  add_apart_binary(cases, "minimum", minimum);
  add_unary(cases, "affine", away_from_zero, [](Var x) { return affine(x, -2.5, 0.75); });
  add_unary(cases, "neg", away_from_zero, neg);
  add_unary(cases, "exp", away_from_zero, exp);
  add_unary(cases, "log", positive, log);
  add_unary(cases, "sqrt", positive, sqrt);
  add_unary(cases, "square", away_from_zero, square);
  add_unary(cases, "abs", away_from_zero, abs);
  add_unary(cases, "relu", away_from_zero, relu);
  add_unary(cases, "leaky_relu", away_from_zero, [](Var x) { return leaky_relu(x, 0.2); });
  add_unary(cases, "elu", away_from_zero, elu);
  add_unary(cases, "silu", away_from_zero, silu);
  add_unary(cases, "softplus", away_from_zero, softplus);
  add_unary(cases, "sigmoid", away_from_zero, sigmoid);
  add_unary(cases, "tanh", away_from_zero, tanh);
  add_unary(cases, "pow", positive, [](Var x) { return pow(x, 2.5); });
  add_unary(
      cases, "pow", away_from_zero, [](Var x) { return pow(x, 3); }, "cube_of_x");
  add_unary(cases, "log1p", positive, log1p);
  add_unary(cases, "expm1", away_from_zero, expm1);
  add_unary(cases, "sign", away_from_zero, sign);
  add_unary(cases, "selu", away_from_zero, selu);
  add_unary(cases, "gelu", away_from_zero, gelu);
  // Kinks at ±0.5 and ±1.25, away from which the numbers of these draws keep.
  add_unary(cases, "clamp", away_from_zero, [](Var x) { return clamp(x, -1.25, 0.5); });
  add_unary(cases, "hard_shrink", away_from_zero, [](Var x) { return hard_shrink(x, 1.25); });
  add_unary(cases, "soft_threshold", away_from_zero, [](Var x) { return soft_threshold(x, 1.25); });
  for (const Shape& shape : {Shape{}, Shape{3, 7}, Shape{0, 2}})
    cases.push_back({"where",
                     shape_name(shape),
                     {away_from_zero(shape, 1), away_from_zero(shape, 2)},
                     [](const Vars& v) {
                       Tape& tape = v[0].tape();
                       Tensor condition = away_from_zero(v[0].shape(), 3);
                       return where(tape.constant(std::move(condition)), v[0], v[1]);
                     }});
}

void add_operators(Cases& cases) {
  const auto of_two = [&](const char* operation, Var (*f)(Var, Var)) {
    cases.push_back({operation,
                     "of_two_values",
                     {away_from_zero({2, 3}), away_from_zero({3}, 2)},
                     [f](const Vars& v) { return f(v[0], v[1]); }});
  };
  of_two("operator+", [](Var a, Var b) { return a + b; });
  of_two("operator-", [](Var a, Var b) { return a - b; });
  of_two("operator*", [](Var a, Var b) { return a * b; });
  of_two("operator/", [](Var a, Var b) { return a / b; });
  const auto of_one = [&](const char* operation, const char* name, Var (*f)(Var)) {
    add_unary(cases, operation, away_from_zero, f, name);
  };
  of_one("operator-", "minus_x", [](Var x) { return -x; });
  of_one("operator+", "x_plus_number", [](Var x) { return x + 3; });
  of_one("operator+", "number_plus_x", [](Var x) { return 3 + x; });
  of_one("operator-", "x_minus_number", [](Var x) { return x - 3; });
  of_one("operator-", "number_minus_x", [](Var x) { return 3 - x; });
  of_one("operator*", "x_times_number", [](Var x) { return x * 3; });
  of_one("operator*", "number_times_x", [](Var x) { return 3 * x; });
  of_one("operator/", "x_by_number", [](Var x) { return x / 3; });
}

/// Reductions that single out elements need elements that differ, and some cannot be empty.
void add_of_axes(Cases& cases, const char* operation, Var (*f)(Var, Axes, bool)) {
  for (bool keep : {false, true}) {
    const std::string kept = keep ? "_kept" : "_dropped";
    for (const Shape& shape : {Shape{}, Shape{1}, Shape{2, 3}, Shape{1, 3, 1}})
      cases.push_back({operation,
                       "all_of_" + shape_name(shape) + kept,
                       {spaced(shape, 0.3)},
                       [f, keep](const Vars& v) { return f(v[0], Axes::all(), keep); }});
    for (const AxisList& axes : {AxisList{0}, AxisList{1}, AxisList{-1}, AxisList{0, 2}})
      cases.push_back(
          {operation,
           axes_name(axes) + "_of_2x5x7" + kept,
           {spaced({2, 5, 7}, 0.3)},
           [f, axes = std::vector<int>(axes), keep](const Vars& v) {
             return axes.size() == 1 ? f(v[0], {axes[0]}, keep) : f(v[0], {axes[0], axes[1]}, keep);
           }});
  }
}

void add_softmax(Cases& cases, const char* operation, Var (*f)(Var, int)) {
  for (const auto& [shape, axis] : std::vector<std::pair<Shape, int>>{
           {{5}, 0}, {{3, 7}, 1}, {{3, 7}, 0}, {{2, 3, 4}, 1}, {{2, 1}, -1}, {{0, 3}, 1}})
    cases.push_back({operation,
                     shape_name(shape) + "_" + axes_name({axis}),
                     {away_from_zero(shape)},
                     [f, axis = axis](const Vars& v) { return f(v[0], axis); }});
}

void add_parts(Cases& cases) {
  cases.push_back(
      {"flatten", "2x3x4", {positive({2, 3, 4})}, [](const Vars& v) { return flatten(v[0]); }});
  for (const Shape& shape : {Shape{2, 5}, Shape{1, 3}, Shape{40, 3}, Shape{0, 2}})
    cases.push_back({"transpose", shape_name(shape), {positive(shape)}, [](const Vars& v) {
                       return transpose(v[0]);
                     }});
  struct Part {
    int axis;
    std::size_t begin, end;
  };
  for (const Part& part :
       {Part{0, 0, 1}, Part{1, 1, 3}, Part{-1, 2, 4}, Part{2, 0, 4}, Part{1, 2, 2}})
    cases.push_back(
        {"slice",
         "axis_" + std::to_string(std::abs(part.axis)) + "_from_" + std::to_string(part.begin) +
             "_to_" + std::to_string(part.end),
         {positive({2, 3, 4})},
         [part](const Vars& v) { return slice(v[0], part.axis, part.begin, part.end); }});
  for (const auto& [a, b, axis] :
       std::vector<std::tuple<Shape, Shape, int>>{{{2, 3}, {4, 3}, 0},
                                                  {{2, 3}, {2, 1}, 1},
                                                  {{2, 3, 4}, {2, 2, 4}, -2},
                                                  {{2, 0}, {2, 3}, 1}})
    cases.push_back({"concatenate",
                     shape_name(a) + "_and_" + shape_name(b),
                     {positive(a, 1), positive(b, 2)},
                     [axis = axis](const Vars& v) { return concatenate(v[0], v[1], axis); }});
  cases.push_back({"concatenate", "of_a_value_with_itself", {positive({2, 3})}, [](const Vars& v) {
                     return concatenate(v[0], v[0], 1);
                   }});
}

void add_shapes(Cases& cases) {
  const std::vector<std::pair<Shape, Shape>> shapes = {
      {{2, 3}, {3, 2}}, {{6}, {1, 2, 3}}, {{2, 3}, {6}},          {{}, {1, 1}},
      {{1, 1}, {}},     {{0, 3}, {2, 0}}, {{2, 3, 4}, {2, 3, 4}},
  };
  for (const auto& [from, to] : shapes)
    cases.push_back({"reshape",
                     shape_name(from) + "_to_" + shape_name(to),
                     {positive(from)},
                     [to = to](const Vars& v) { return reshape(v[0], to); }});
}

void add_products(Cases& cases) {
  struct Sizes {
    std::size_t B, N, M;
  };
  for (const auto& [B, N, M] : std::vector<Sizes>{{2, 3, 4},
                                                  {1, 1, 1},
                                                  {1, 3, 1},
                                                  {4, 1, 3},
                                                  {3, 2, 1},
                                                  {0, 3, 2},
                                                  {2, 0, 3},
                                                  {2, 3, 0}}) {
    const std::string sizes =
        "B" + std::to_string(B) + "_N" + std::to_string(N) + "_M" + std::to_string(M);
    const Tensor x = away_from_zero({B, N}, 1), w = away_from_zero({M, N}, 2);
    cases.push_back({"matmul", sizes, {x, away_from_zero({N, M}, 2)}, [](const Vars& v) {
                       return matmul(v[0], v[1]);
                     }});
    cases.push_back({"linear", sizes, {x, w}, [](const Vars& v) { return linear(v[0], v[1]); }});
    cases.push_back({"linear", sizes + "_bias", {x, w, away_from_zero({M}, 3)}, [](const Vars& v) {
                       return linear(v[0], v[1], v[2]);
                     }});
  }
  cases.push_back({"matmul", "of_a_value_with_itself", {away_from_zero({3, 3})}, [](const Vars& v) {
                     return matmul(v[0], v[0]);
                   }});
  cases.push_back({"linear", "of_a_value_with_itself", {away_from_zero({2, 3})}, [](const Vars& v) {
                     return linear(v[0], v[0]);
                   }});
  cases.push_back({"linear",
                   "of_a_value_with_itself_bias",
                   {away_from_zero({2, 3}), away_from_zero({2}, 2)},
                   [](const Vars& v) { return linear(v[0], v[0], v[1]); }});
}

void add_loss(Cases& cases, const char* operation, Var (*f)(Var, Var)) {
  for (const Shape& shape : {Shape{2, 3}, Shape{1, 1}, Shape{2, 37}, Shape{0, 3}, Shape{3, 0}})
    cases.push_back({operation,
                     shape_name(shape),
                     {away_from_zero(shape), random_tensor(shape, 2, 0.1, 0.9)},
                     [f](const Vars& v) { return f(v[0], v[1]); }});
  cases.push_back(
      {operation, "of_a_value_with_itself", {away_from_zero({2, 3})}, [f](const Vars& v) {
         return f(v[0], v[0]);
       }});
}

}  // namespace

const std::vector<GradientCase>& gradient_cases() {
  static const Cases all = [] {
    Cases cases;
    add_elementwise(cases);
    add_operators(cases);
    add_reduction(cases, "sum", sum);
    add_reduction(cases, "mean", mean);
    add_of_axes(cases, "max", max);
    add_of_axes(cases, "min", min);
    add_of_axes(cases, "logsumexp", logsumexp);
    add_of_axes(cases, "norm", norm);
    cases.push_back(
        {"var", "all_of_3x7", {positive({3, 7})}, [](const Vars& v) { return var(v[0]); }});
    cases.push_back({"var", "axis_0_of_3x7_biased", {positive({3, 7})}, [](const Vars& v) {
                       return var(v[0], {0}, true, 0);
                     }});
    add_softmax(cases, "softmax", softmax);
    add_softmax(cases, "log_softmax", log_softmax);
    add_shapes(cases);
    add_parts(cases);
    add_products(cases);
    add_loss(cases, "squared_error", squared_error);
    add_loss(cases, "binary_cross_entropy", binary_cross_entropy);
    return cases;
  }();
  return all;
}

}  // namespace hourglass::testing
