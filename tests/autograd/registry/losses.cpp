#include "autograd/operations.hpp"
#include "tests/autograd/registry/registry.hpp"
#include "tests/autograd/registry/samples.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::inline HOURGLASS_PRECISION::testing {

namespace {

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

void add_losses(Cases& cases) {
  add_loss(cases, "squared_error", squared_error);
  add_loss(cases, "binary_cross_entropy", binary_cross_entropy);
}

}  // namespace hourglass::inline HOURGLASS_PRECISION::testing
