#include "autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::inline HOURGLASS_PRECISION::testing {

namespace {

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

}  // namespace

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
  add_unary(cases, "pow", positive, [](Var x) { return pow(x, 2.5); });
  add_unary(
      cases, "pow", away_from_zero, [](Var x) { return pow(x, 3); }, "cube_of_x");
  add_unary(cases, "log1p", positive, log1p);
  add_unary(cases, "expm1", away_from_zero, expm1);
  add_unary(cases, "sign", away_from_zero, sign);
  // Kinks at ±0.5 and ±1.25, away from which the numbers of these draws keep.
  add_unary(cases, "clamp", away_from_zero, [](Var x) { return clamp(x, -1.25, 0.5); });
  for (const Shape& shape : {Shape{}, Shape{3, 7}, Shape{0, 2}})
    cases.push_back({"where",
                     shape_name(shape),
                     {away_from_zero(shape, 1), away_from_zero(shape, 2)},
                     [](const Vars& v) {
                       Tape& tape = v[0].tape();
                       Tensor condition = away_from_zero(v[0].shape(), 3);
                       return where(tape.constant(std::move(condition)), v[0], v[1]);
                     }});
  add_operators(cases);
}

}  // namespace hourglass::inline HOURGLASS_PRECISION::testing
