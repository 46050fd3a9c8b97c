#include <cmath>
#include <limits>

#include "hourglass/autograd/operations.hpp"
#include "hourglass/autograd/operations/straight_through.hpp"
#include "tests/autograd/registry/special.hpp"

// Elementwise operations at special values. Values and derivatives are PyTorch's, but that the sign
// of NaN is NaN, as NumPy has it, and with it the gradient of |x|, and that a shrunk NaN is one.

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

struct Function {
  const char* operation;
  Var (*compute)(Var);
  double (*value)(double);
  double (*rate)(double);
  const char* torch;  ///< of a
  bool (*unlike_torch)(double) = nullptr;
};

double sigmoid_of(double x) {
  return 1 / (1 + std::exp(-x));
}
double sign_of(double x) {
  return std::isnan(x) ? x : double((x > 0) - (x < 0));
}
double normal_cdf(double x) {
  return std::erfc(-x / std::sqrt(2)) / 2;
}
double normal_density(double x) {
  return std::exp(-x * x / 2) * 0.3989422804014327;
}
bool is_nan(double x) {
  return std::isnan(x);
}
bool is_infinite(double x) {
  return std::isinf(x);
}
bool is_huge(double x) {
  return std::isfinite(x) && std::abs(x) > 1e300;
}
double one(double) {
  return 1;
}
double zero(double) {
  return 0;
}
constexpr double lambda = 1.0507009873554805, lambda_alpha = 1.7580993408473766;

constexpr Function elementary[] = {
    {"affine", [](Var x) { return affine(x, -2.5, 0.75); },
     [](double x) { return -2.5 * x + 0.75; }, [](double) { return -2.5; }, "-2.5 * a + 0.75"},
    {"exp", exp, [](double x) { return std::exp(x); }, [](double x) { return std::exp(x); },
     "torch.exp(a)"},
    {"log", log, [](double x) { return std::log(x); }, [](double x) { return 1 / x; },
     "torch.log(a)"},
    {"sqrt", sqrt, [](double x) { return std::sqrt(x); },
     [](double x) { return 0.5 / std::sqrt(x); }, "torch.sqrt(a)"},
    {"square", square, [](double x) { return x * x; }, [](double x) { return 2 * x; },
     "torch.square(a)"},
    {"abs", abs, [](double x) { return std::abs(x); }, sign_of, "torch.abs(a)", is_nan},
    {"pow", [](Var x) { return pow(x, 0); }, one, zero, "torch.pow(a, 0)"},
    {"pow", [](Var x) { return pow(x, 1); }, [](double x) { return x; }, one, "torch.pow(a, 1)"},
    {"pow", [](Var x) { return pow(x, 2); }, [](double x) { return x * x; },
     [](double x) { return 2 * x; }, "torch.pow(a, 2)"},
    {"pow", [](Var x) { return pow(x, 3); }, [](double x) { return x * x * x; },
     [](double x) { return 3 * x * x; }, "torch.pow(a, 3)"},
    {"pow", [](Var x) { return pow(x, 0.5); }, [](double x) { return std::pow(x, 0.5); },
     [](double x) { return 0.5 * std::pow(x, -0.5); }, ""},
    {"pow", [](Var x) { return pow(x, 2.5); }, [](double x) { return std::pow(x, 2.5); },
     [](double x) { return 2.5 * std::pow(x, 1.5); }, "torch.pow(a, 2.5)"},
    {"pow", [](Var x) { return pow(x, -1); }, [](double x) { return 1 / x; },
     [](double x) { return -1 / (x * x); }, "torch.pow(a, -1)"},
    {"log1p", log1p, [](double x) { return std::log1p(x); }, [](double x) { return 1 / (1 + x); },
     "torch.log1p(a)", is_huge},
    {"expm1", expm1, [](double x) { return std::expm1(x); }, [](double x) { return std::exp(x); },
     "torch.expm1(a)"},
    {"sign", sign, sign_of, zero, "torch.sign(a)", is_nan},
    {"clamp", [](Var x) { return clamp(x, -1, 0.5); },
     [](double x) { return x < -1    ? -1
                           : x > 0.5 ? 0.5
                                     : x; },
     [](double x) { return double(x >= -1 && x <= 0.5); }, "torch.clamp(a, -1, 0.5)"},
    {"round_straight_through", round_straight_through, [](double x) { return std::nearbyint(x); },
     one, "a + (torch.round(a) - a).detach()", is_infinite},
    {"unit_step", [](Var x) { return unit_step(x, 2); },
     [](double x) { return x > 0    ? 1
                           : x <= 0 ? 0
                                    : x; },
     [](double x) { return std::abs(x) < 1 ? 0.5 : 0; }, ""},
    {"operator-", [](Var x) { return -x; }, [](double x) { return -x; }, [](double) { return -1.; },
     "-a"},
    {"operator+", [](Var x) { return 3 + x; }, [](double x) { return 3 + x; }, one, "3 + a"},
    {"operator-", [](Var x) { return 3 - x; }, [](double x) { return 3 - x; },
     [](double) { return -1.; }, "3 - a"},
    {"operator*", [](Var x) { return x * 0; }, [](double x) { return x * 0; }, zero, "a * 0"},
    {"operator/", [](Var x) { return x / 3; }, [](double x) { return x / 3; },
     [](double) { return 1. / 3; }, "a / 3"},
    {"operator/", [](Var x) { return x / std::numeric_limits<Scalar>::denorm_min(); },
     [](double x) { return x / double(std::numeric_limits<Scalar>::denorm_min()); },
     [](double) { return 1 / double(std::numeric_limits<Scalar>::denorm_min()); }, ""},
    {"operator/", [](Var x) { return x / 0; }, [](double x) { return x / 0.; },
     [](double) { return std::numeric_limits<double>::infinity(); }, "a / 0"},
};

constexpr Function activations[] = {
    {"relu", relu, [](double x) { return x <= 0 ? 0 : x; },
     [](double x) { return double(!(x <= 0)); }, "torch.relu(a)"},
    {"leaky_relu", [](Var x) { return leaky_relu(x, 0.25); },
     [](double x) { return x > 0 ? x : x / 4; }, [](double x) { return x > 0 ? 1 : 0.25; },
     "F.leaky_relu(a, 0.25)"},
    {"elu", elu, [](double x) { return x > 0 ? x : std::expm1(x); },
     [](double x) { return x > 0 ? 1 : std::exp(x); }, "F.elu(a)", is_nan},
    {"selu", selu, [](double x) { return x > 0 ? lambda * x : lambda_alpha * std::expm1(x); },
     [](double x) { return x > 0 ? lambda : lambda_alpha * std::exp(x); }, "F.selu(a)", is_nan},
    {"silu", silu, [](double x) { return x * sigmoid_of(x); },
     [](double x) { return sigmoid_of(x) * (1 + x * (1 - sigmoid_of(x))); }, "F.silu(a)"},
    {"softplus", softplus,
     [](double x) { return (x <= 0 ? 0 : x) + std::log1p(std::exp(-std::abs(x))); }, sigmoid_of,
     "F.softplus(a)"},
    {"sigmoid", sigmoid, sigmoid_of, [](double x) { return sigmoid_of(x) * (1 - sigmoid_of(x)); },
     "torch.sigmoid(a)"},
    {"tanh", tanh, [](double x) { return std::tanh(x); },
     [](double x) { return 1 - std::tanh(x) * std::tanh(x); }, "torch.tanh(a)"},
    {"gelu", gelu, [](double x) { return x * normal_cdf(x); },
     [](double x) { return normal_cdf(x) + x * normal_density(x); }, "F.gelu(a)"},
    {"hard_shrink", [](Var x) { return hard_shrink(x, 1.25); },
     [](double x) { return std::abs(x) <= 1.25 ? 0 : x; },
     [](double x) { return double(std::abs(x) > 1.25); }, "F.hardshrink(a, 1.25)", is_nan},
    {"soft_threshold", [](Var x) { return soft_threshold(x, 1.25); },
     [](double x) { return std::abs(x) <= 1.25 ? 0 : x - 1.25 * sign_of(x); },
     [](double x) { return double(std::abs(x) > 1.25); }, "F.softshrink(a, 1.25)", is_nan},
};

void add_function(Cases& cases, const Function& of, std::size_t number) {
  std::vector<Numbers> points;
  for (double x : special_numbers()) {
    // xsimd's logarithm of such a number is wrong in double, which is for checking gradients only.
    if (std::string(of.operation) == "log" && std::fpclassify(x) == FP_SUBNORMAL) continue;
    points.push_back({x});
  }
  add_special_points(cases, {.operation = of.operation,
                             .name = std::to_string(number),
                             .compute = [f = of.compute](const Vars& v) { return f(v[0]); },
                             .value = [f = of.value](const Numbers& x) { return f(x[0]); },
                             .rates = [f = of.rate](const Numbers& x) { return Numbers{f(x[0])}; },
                             .points = points,
                             .torch = of.torch,
                             .unlike_torch = of.unlike_torch});
}

struct OfTwo {
  const char* operation;
  Var (*compute)(Var, Var);
  double (*value)(double, double);
  Numbers (*rates)(double, double);
  const char* torch;  ///< of a and b
};

/// Of the larger one, half of it where both are equal; all of it to both where one is NaN.
double share_of_larger(double own, double other) {
  return own < other ? 0 : own == other ? 0.5 : 1;
}
double larger(double a, double b) {
  return std::isnan(a) || std::isnan(b) ? a + b : std::max(a, b);
}

const OfTwo operands[] = {
    {"add", add, [](double a, double b) { return a + b; },
     [](double, double) { return Numbers{1, 1}; }, "torch.add(a, b)"},
    {"sub", sub, [](double a, double b) { return a - b; },
     [](double, double) { return Numbers{1, -1}; }, "torch.sub(a, b)"},
    {"mul", mul, [](double a, double b) { return a * b; },
     [](double a, double b) { return Numbers{b, a}; }, "torch.mul(a, b)"},
    {"div", div, [](double a, double b) { return a / b; },
     [](double a, double b) { return Numbers{1 / b, -(a / b) / b}; }, "torch.div(a, b)"},
    {"maximum", maximum, larger,
     [](double a, double b) { return Numbers{share_of_larger(a, b), share_of_larger(b, a)}; },
     "torch.maximum(a, b)"},
    {"minimum", minimum, [](double a, double b) { return -larger(-a, -b); },
     [](double a, double b) { return Numbers{share_of_larger(-a, -b), share_of_larger(-b, -a)}; },
     "torch.minimum(a, b)"},
    {"where", [](Var c, Var a) { return where(c, a, affine(a, 2, 0)); },
     [](double c, double a) { return c > 0 ? a : 2 * a; },
     [](double c, double) { return Numbers{0, c > 0 ? 1. : 2.}; }, "torch.where(a > 0, b, 2 * b)"},
};

}  // namespace

void add_special_functions(Cases& cases) {
  std::size_t number = 0;
  for (const Function& of : elementary) add_function(cases, of, number++);
  for (const Function& of : activations) add_function(cases, of, number++);
}

void add_special_operands(Cases& cases) {
  for (const OfTwo& of : operands)
    add_special_points(cases, {.operation = of.operation,
                               .compute = [f = of.compute](const Vars& v) { return f(v[0], v[1]); },
                               .value = [f = of.value](const Numbers& x) { return f(x[0], x[1]); },
                               .rates = [f = of.rates](const Numbers& x) { return f(x[0], x[1]); },
                               .points = special_pairs(),
                               .torch = of.torch});
}

}  // namespace hourglass::testing
