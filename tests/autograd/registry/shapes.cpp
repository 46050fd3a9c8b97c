#include <tuple>

#include "autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::inline HOURGLASS_PRECISION::testing {

namespace {

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

}  // namespace

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
  add_parts(cases);
}

}  // namespace hourglass::inline HOURGLASS_PRECISION::testing
