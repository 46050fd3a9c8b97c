#include "autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::inline HOURGLASS_PRECISION::testing {

namespace {

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

}  // namespace

void add_reductions(Cases& cases) {
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
}

}  // namespace hourglass::inline HOURGLASS_PRECISION::testing
