#include <algorithm>
#include <cmath>

#include "hourglass/autograd/operations.hpp"
#include "hourglass/autograd/operations/straight_through.hpp"
#include "tests/autograd/registry/naive.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

/// An operation on two values, thrice.
struct OfTwo {
  const char* operation;
  Var (*compute)(Var, Var);
  double (*naive)(double, double);
  const char* torch;  ///< of a and b
  Draw draw = away_from_zero;
};

Case of_two(const OfTwo& of, const std::string& name, const Shape& a, const Shape& b) {
  return {.operation = of.operation,
          .name = name,
          .inputs = {of.draw(a, 1), of.draw(b, 2)},
          .compute = [f = of.compute](const Vars& v) { return f(v[0], v[1]); },
          .naive = [f = of.naive](const Tensors& x) { return naive_map(x[0], x[1], f); },
          .torch = of.torch};
}

/// f(a, a), with this value.
Case of_one_twice(const OfTwo& of, const std::string& name, const Tensor& a) {
  std::string torch = of.torch;
  std::replace(torch.begin() + static_cast<long>(torch.find('(')), torch.end(), 'b', 'a');
  return {.operation = of.operation,
          .name = name,
          .inputs = {a},
          .compute = [f = of.compute](const Vars& v) { return f(v[0], v[0]); },
          .naive = [f = of.naive](const Tensors& x) { return naive_map(x[0], x[0], f); },
          .torch = torch};
}

/// Scalars, axes of size 1 and 0, broadcasting of either side and of both, ranks that differ, and
/// sizes that fill SIMD registers with a rest.
void add_of_two(Cases& cases, const OfTwo& of) {
  static const std::vector<std::pair<Shape, Shape>> shapes = {
      {{}, {}},         {{2, 3}, {2, 3}}, {{5, 7}, {5, 7}}, {{}, {2, 3}},
      {{2, 3}, {}},     {{3}, {2, 3}},    {{2, 3}, {3}},    {{2, 1}, {2, 3}},
      {{2, 3}, {2, 1}}, {{1, 3}, {2, 3}}, {{1, 3}, {2, 1}}, {{2, 1, 3}, {4, 1}},
      {{4}, {2, 1, 1}}, {{1}, {2, 2}},    {{1, 1}, {}},     {{2, 1, 2, 1}, {3, 1, 3}},
      {{0, 3}, {0, 3}}, {{0, 3}, {3}},    {{1}, {2, 0}},    {{3, 0}, {3, 1}},
  };
  for (const auto& [a, b] : shapes)
    cases.push_back(of_two(of, "a_" + shape_name(a) + "_b_" + shape_name(b), a, b));
  cases.push_back(of_one_twice(of, "of_a_value_with_itself", of.draw({2, 3}, 1)));
  for (const auto& [a, b] : {std::pair<Shape, Shape>{{16, 1031}, {16, 1031}},
                             {{16, 1031}, {1031}},
                             {{16, 1}, {16, 1031}}}) {
    cases.push_back(of_two(of, "large_a_" + shape_name(a) + "_b_" + shape_name(b), a, b));
    cases.back().large = true;
  }
}

void add_arithmetic(Cases& cases) {
  const OfTwo all[] = {
      {"add", add, [](double a, double b) { return a + b; }, "torch.add(a, b)"},
      {"sub", sub, [](double a, double b) { return a - b; }, "torch.sub(a, b)"},
      {"mul", mul, [](double a, double b) { return a * b; }, "torch.mul(a, b)"},
      {"div", div, [](double a, double b) { return a / b; }, "torch.div(a, b)"},
  };
  for (const OfTwo& of : all) add_of_two(cases, of);
}

/// Their kink is where a = b: there each gets half of the gradient.
void add_larger_and_smaller(Cases& cases) {
  const OfTwo all[] = {{"maximum", maximum, [](double a, double b) { return a > b ? a : b; },
                        "torch.maximum(a, b)", apart},
                       {"minimum", minimum, [](double a, double b) { return a < b ? a : b; },
                        "torch.minimum(a, b)", apart}};
  for (const OfTwo& of : all) {
    add_of_two(cases, of);
    Case equal = of_two(of, "of_equal_values", {2, 3}, {2, 3});
    equal.inputs[1] = equal.inputs[0];
    equal.surrogate = [](const Vars& v) { return 0.5 * v[0] + 0.5 * v[1]; };
    cases.push_back(equal);
  }
}

void add_operators(Cases& cases) {
  const OfTwo of_values[] = {{"operator+", [](Var a, Var b) { return a + b; },
                              [](double a, double b) { return a + b; }, "a + b"},
                             {"operator-", [](Var a, Var b) { return a - b; },
                              [](double a, double b) { return a - b; }, "a - b"},
                             {"operator*", [](Var a, Var b) { return a * b; },
                              [](double a, double b) { return a * b; }, "a * b"},
                             {"operator/", [](Var a, Var b) { return a / b; },
                              [](double a, double b) { return a / b; }, "a / b"}};
  for (const OfTwo& of : of_values) cases.push_back(of_two(of, "of_two_values", {2, 3}, {3}));
  const Pointwise of_one[] = {
      {"operator-", [](Var x) { return -x; }, [](double x) { return -x; }, "-a", away_from_zero,
       "minus_x"},
      {"operator+", [](Var x) { return x + 3; }, [](double x) { return x + 3; }, "a + 3",
       away_from_zero, "x_plus_number"},
      {"operator+", [](Var x) { return 3 + x; }, [](double x) { return 3 + x; }, "3 + a",
       away_from_zero, "number_plus_x"},
      {"operator-", [](Var x) { return x - 3; }, [](double x) { return x - 3; }, "a - 3",
       away_from_zero, "x_minus_number"},
      {"operator-", [](Var x) { return 3 - x; }, [](double x) { return 3 - x; }, "3 - a",
       away_from_zero, "number_minus_x"},
      {"operator*", [](Var x) { return x * 3; }, [](double x) { return x * 3; }, "a * 3",
       away_from_zero, "x_times_number"},
      {"operator*", [](Var x) { return 3 * x; }, [](double x) { return 3 * x; }, "3 * a",
       away_from_zero, "number_times_x"},
      {"operator/", [](Var x) { return x / 3; }, [](double x) { return x / 3; }, "a / 3",
       away_from_zero, "x_by_number"}};
  for (const Pointwise& of : of_one) add_pointwise(cases, of);
}

void add_functions(Cases& cases) {
  const Pointwise all[] = {
      {"affine", [](Var x) { return affine(x, -2.5, 0.75); },
       [](double x) { return -2.5 * x + 0.75; }, "-2.5 * a + 0.75"},
      {.operation = "exp",
       .compute = exp,
       .naive = [](double x) { return std::exp(x); },
       .torch = "torch.exp(a)",
       .also_large = true},
      {"log", log, [](double x) { return std::log(x); }, "torch.log(a)", positive},
      {.operation = "sqrt",
       .compute = sqrt,
       .naive = [](double x) { return std::sqrt(x); },
       .torch = "torch.sqrt(a)",
       .draw = positive,
       .also_large = true},
      {"square", square, [](double x) { return x * x; }, "torch.square(a)"},
      {"pow", [](Var x) { return pow(x, 2.5); }, [](double x) { return std::pow(x, 2.5); },
       "torch.pow(a, 2.5)", positive},
      {"pow", [](Var x) { return pow(x, 3); }, [](double x) { return x * x * x; },
       "torch.pow(a, 3)", away_from_zero, "cube_of_x"},
      {"log1p", log1p, [](double x) { return std::log1p(x); }, "torch.log1p(a)", positive},
      {"expm1", expm1, [](double x) { return std::expm1(x); }, "torch.expm1(a)"},
  };
  for (const Pointwise& of : all) add_pointwise(cases, of);
}

void add_functions_with_kinks(Cases& cases) {
  const Pointwise of_abs{"abs", abs, [](double x) { return x < 0 ? -x : x; }, "torch.abs(a)"};
  add_pointwise(cases, of_abs);
  add_at_kinks(cases, of_abs, {0, -0.0}, 0);
  const Pointwise of_sign{"sign", sign, [](double x) { return double((x > 0) - (x < 0)); },
                          "torch.sign(a)"};
  add_pointwise(cases, of_sign);
  add_at_kinks(cases, of_sign, {0, -0.0}, 0);
  // The draws keep away from both ends; at the ends themselves the gradient passes.
  const Pointwise of_clamp{"clamp", [](Var x) { return clamp(x, -1.25, 0.5); },
                           [](double x) { return std::min(std::max(x, -1.25), 0.5); },
                           "torch.clamp(a, -1.25, 0.5)"};
  add_pointwise(cases, of_clamp);
  add_at_kinks(cases, of_clamp, {-1.25, 0.5}, 1);
}

/// The condition is an input too: it gets no gradient.
void add_where(Cases& cases) {
  for (const Shape& shape : {Shape{}, Shape{3, 7}, Shape{2, 1, 3}, Shape{0, 2}, Shape{16, 1031}})
    cases.push_back(
        {.operation = "where",
         .name = shape_name(shape),
         .inputs = {away_from_zero(shape, 1), away_from_zero(shape, 2), away_from_zero(shape, 3)},
         .compute = [](const Vars& v) { return where(v[2], v[0], v[1]); },
         .naive =
             [](const Tensors& x) {
               Tensor y = x[1];
               for (std::size_t i = 0; i < y.size(); ++i)
                 if (x[2].data()[i] > 0) y.data()[i] = x[0].data()[i];
               return y;
             },
         .torch = "torch.where(c > 0, a, b)",
         .large = shape == Shape{16, 1031}});
}

/// Their derivative is 0; their backward is that of the identity.
void add_straight_through(Cases& cases) {
  const auto add = [&](const char* operation, Var (*f)(Var), double (*naive)(double),
                       const std::string& name, const Tensor& x, const char* torch) {
    cases.push_back({.operation = operation,
                     .name = name,
                     .inputs = {x},
                     .compute = [f](const Vars& v) { return f(v[0]); },
                     .naive = [naive](const Tensors& x) { return naive_map(x[0], naive); },
                     .torch = torch,
                     .surrogate = [](const Vars& v) { return affine(v[0], 1, 0); }});
  };
  const char* torch_round = "a + (torch.round(a) - a).detach()";
  const auto round = [](double x) { return std::nearbyint(x); };
  for (const Shape& shape : {Shape{}, Shape{1, 3, 1}, Shape{3, 7}, Shape{0, 2}}) {
    const Tensor x = random_tensor(shape, 1, -3, 3);
    add("round_straight_through", round_straight_through, round, shape_name(shape), x, torch_round);
  }
  const Tensor x = tensor({8}, {-2.5, -1.5, -0.5, -0.0, 0, 0.5, 1.5, 2.5});
  add("round_straight_through", round_straight_through, round, "halves", x, torch_round);
}

/// Its backward is that of a line from (−1, 0) to (1, 1); at its ends the slope is 0.
void add_unit_step(Cases& cases) {
  const auto add = [&](const std::string& name, const Tensor& x) {
    cases.push_back(
        {.operation = "unit_step",
         .name = name,
         .inputs = {x},
         .compute = [](const Vars& v) { return unit_step(v[0], 2); },
         .naive =
             [](const Tensors& x) {
               return naive_map(x[0], [](double u) { return u > 0 ? 1. : 0.; });
             },
         .torch = "(lambda s: s + ((a > 0).to(a) - s).detach())(F.hardtanh(a) / 2 + 0.5)",
         .surrogate = [](const Vars& v) { return clamp(affine(v[0], 0.5, 0.5), 0, 1); }});
  };
  for (const Shape& shape : {Shape{}, Shape{1, 3, 1}, Shape{3, 7}, Shape{0, 2}})
    add(shape_name(shape), away_from_zero(shape));
  add("inside_and_outside", tensor({6}, {-1.5, -0.75, -0.0, 0, 0.75, 1.5}));
  const Pointwise of_step{"unit_step", [](Var x) { return unit_step(x, 2); },
                          [](double x) { return x > 0 ? 1. : 0.; }, "(a > 0).to(a) + 0 * a"};
  add_at_kinks(cases, of_step, {-1, 1}, 0);
}

}  // namespace

void add_elementwise(Cases& cases) {
  add_arithmetic(cases);
  add_larger_and_smaller(cases);
  add_operators(cases);
  add_functions(cases);
  add_functions_with_kinks(cases);
  add_where(cases);
  add_straight_through(cases);
  add_unit_step(cases);
}

}  // namespace hourglass::testing
