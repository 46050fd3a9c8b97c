#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "hourglass/autograd/operations.hpp"
#include "tests/autograd/registry/naive.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

double sum_of(const Numbers& x) {
  return std::accumulate(x.begin(), x.end(), 0.0);
}

double mean_of(const Numbers& x) {
  return sum_of(x) / static_cast<double>(x.size());
}

double squares_of(const Numbers& x) {
  return std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
}

double sum_of_exponentials(const Numbers& x) {
  return std::accumulate(x.begin(), x.end(), 0.0,
                         [](double sum, double each) { return sum + std::exp(each); });
}

double squared_distance(const Numbers& x, double from) {
  return std::accumulate(x.begin(), x.end(), 0.0, [from](double sum, double each) {
    return sum + (each - from) * (each - from);
  });
}

/// A reduction, thrice.
struct Reduction {
  const char* operation;
  Var (*compute)(Var, Axes, bool);
  double (*naive)(const Numbers&);
  const char* torch;  ///< of a, with {} for the axes and whether they are kept
  Draw draw = positive;
  bool of_nothing = true;  ///< whether nothing can be reduced
};

/// Over `axes`, or over all where none is named.
Case reduction(const Reduction& of, const Shape& shape, AxisList axes, bool keep) {
  const AxisNumbers which = resolved(axes, shape.size());
  std::string dims;
  for (int axis : which) dims += std::to_string(axis) + ",";
  return {.operation = of.operation,
          .name = fmt::format("{}_of_{}_{}", axes.size() == 0 ? "all" : axes_name(axes),
                              shape_name(shape), keep ? "kept" : "dropped"),
          .inputs = {of.draw(shape, 1)},
          .compute =
              [f = of.compute, axes, keep](const Vars& v) {
                return f(v[0], axes.size() == 0 ? Axes::all() : Axes(axes), keep);
              },
          .naive = [f = of.naive, which,
                    keep](const Tensors& x) { return naive_reduce(x[0], which, keep, f); },
          .torch = fmt::format(fmt::runtime(of.torch), "(" + dims + ")", keep ? "True" : "False")};
}

void add_reduction(Cases& cases, const Reduction& of) {
  // Static, since a case keeps the list.
  static constexpr AxisList all = {}, first = {0}, second = {1},
                            of_three[] = {{0},    {1},    {2},    {-1},    {-3},
                                          {0, 1}, {0, 2}, {2, 1}, {-1, 0}, {0, 1, 2}};
  for (bool keep : {false, true}) {
    for (const Shape& shape :
         {Shape{}, Shape{1}, Shape{2, 3}, Shape{1, 3, 1}, Shape{2, 2, 1, 2, 2}})
      cases.push_back(reduction(of, shape, all, keep));
    for (const AxisList& axes : of_three) cases.push_back(reduction(of, {2, 3, 4}, axes, keep));
    for (const Shape& shape : {Shape{1, 70}, Shape{3, 1}, Shape{2, 35}, Shape{0, 3}})
      cases.push_back(reduction(of, shape, second, keep));  // 70: lanes and a rest
    if (of.of_nothing) cases.push_back(reduction(of, {0, 3}, first, keep));
  }
  for (const AxisList& axes : {all, first, second}) {
    cases.push_back(reduction(of, {64, 1031}, axes, false));
    cases.back().large = true;
  }
}

const std::vector<Reduction>& reductions() {
  static const std::vector<Reduction> all = {
      {"sum", sum, sum_of, "torch.sum(a, dim={}, keepdim={})"},
      {"mean", mean, mean_of, "torch.mean(a, dim={}, keepdim={})", positive, false},
      {"var", [](Var x, Axes axes, bool keep) { return var(x, axes, keep, 0); },
       [](const Numbers& x) {
         return squared_distance(x, mean_of(x)) / static_cast<double>(x.size());
       },
       "torch.var(a, dim={}, keepdim={}, correction=0)", positive, false},
      {"max", max,
       [](const Numbers& x) { return x.empty() ? 0 : *std::max_element(x.begin(), x.end()); },
       "torch.amax(a, dim={}, keepdim={})", apart, false},
      {"min", min,
       [](const Numbers& x) { return x.empty() ? 0 : *std::min_element(x.begin(), x.end()); },
       "torch.amin(a, dim={}, keepdim={})", apart, false},
      {"logsumexp", logsumexp, [](const Numbers& x) { return std::log(sum_of_exponentials(x)); },
       "torch.logsumexp(a, dim={}, keepdim={})", positive, false},
      {"norm", norm, [](const Numbers& x) { return std::sqrt(squares_of(x)); },
       "torch.linalg.vector_norm(a, dim={}, keepdim={})"},
  };
  return all;
}

/// The variance with the default correction, of more than one element.
void add_unbiased_variance(Cases& cases) {
  const Reduction unbiased{"var", [](Var x, Axes axes, bool keep) { return var(x, axes, keep); },
                           [](const Numbers& x) {
                             return squared_distance(x, mean_of(x)) /
                                    (static_cast<double>(x.size()) - 1);
                           },
                           "torch.var(a, dim={}, keepdim={}, correction=1)"};
  static constexpr AxisList all = {}, middle = {1};
  for (const AxisList& axes : {all, middle}) {
    cases.push_back(reduction(unbiased, {2, 3, 4}, axes, true));
    cases.back().name += "_unbiased";
  }
}

/// Elements that share the first place share the gradient, and at 0 the norm has none.
void add_kinks_of_reductions(Cases& cases) {
  static constexpr AxisList along = {1};
  for (const Reduction& of : reductions()) {
    const std::string name = of.operation;
    if (name != "max" && name != "min" && name != "norm") continue;
    Case at_kink = reduction(of, {2, 3}, along, false);
    at_kink.name = name == "norm" ? "of_zeros" : "of_equal_values";
    at_kink.inputs = {filled({2, 3}, name == "norm" ? 0 : 1.5)};
    at_kink.surrogate = [slope = name == "norm" ? 0.0 : 1.0](const Vars& v) {
      return static_cast<Scalar>(slope) * mean(v[0], {1});
    };
    cases.push_back(at_kink);
  }
}

struct Softmax {
  const char* operation;
  Var (*compute)(Var, int);
  double (*naive)(double x, double sum_of_exponentials);
  const char* torch;  ///< of a, with {} for the axis
};

void add_softmax(Cases& cases, const Softmax& of) {
  const std::pair<Shape, int> shapes[] = {{{5}, 0},        {{3, 7}, 1},     {{3, 7}, 0},
                                          {{2, 3, 4}, 1},  {{2, 1}, -1},    {{0, 3}, 1},
                                          {{64, 1031}, 1}, {{1031, 64}, 0}, {{3, 0}, 1}};
  for (const auto& [shape, axis] : shapes)
    cases.push_back(
        {.operation = of.operation,
         .name = shape_name(shape) + "_" + axes_name({axis}),
         .inputs = {away_from_zero(shape)},
         .compute = [f = of.compute, axis = axis](const Vars& v) { return f(v[0], axis); },
         .naive =
             [f = of.naive, axis = axis](const Tensors& x) {
               return naive_along(x[0], axis, [f](Numbers line) {
                 const double sum = sum_of_exponentials(line);
                 for (double& each : line) each = f(each, sum);
                 return line;
               });
             },
         .torch = fmt::format(fmt::runtime(of.torch), axis),
         .large = element_count(shape) > 1000});
}

}  // namespace

void add_reductions(Cases& cases) {
  for (const Reduction& of : reductions()) add_reduction(cases, of);
  add_unbiased_variance(cases);
  add_kinks_of_reductions(cases);
  add_softmax(cases, {"softmax", softmax, [](double x, double sum) { return std::exp(x) / sum; },
                      "torch.softmax(a, dim={})"});
  add_softmax(cases,
              {"log_softmax", log_softmax, [](double x, double sum) { return x - std::log(sum); },
               "torch.log_softmax(a, dim={})"});
}

}  // namespace hourglass::testing
