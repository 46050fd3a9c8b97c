#include "tests/autograd/registry/rows.hpp"

#include <fmt/format.h>

#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

Tensor naive_row_sum(const Tensors& x, const std::function<double(const Numbers&)>& term) {
  const std::size_t rows = x[0].shape()[0], columns = x[0].shape()[1];
  Tensor y = filled({rows});
  for (std::size_t b = 0; b < rows; ++b) {
    double sum = 0;
    for (std::size_t j = 0; j < columns; ++j) {
      Numbers each;
      for (const Tensor& input : x) each.push_back(input.data()[b * columns + j]);
      sum += term(each);
    }
    y.data()[b] = static_cast<Scalar>(sum);
  }
  return y;
}

void add_row_sum(Cases& cases, const RowSum& of) {
  const auto naive = [term = of.term](const Tensors& x) { return naive_row_sum(x, term); };
  for (const Shape& shape :
       {Shape{2, 3}, Shape{1, 1}, Shape{2, 19}, Shape{0, 3}, Shape{3, 0}, Shape{67, 131}}) {
    Case one{.operation = of.operation,
             .name = of.name + shape_name(shape),
             .compute = of.compute,
             .naive = naive,
             .torch = of.torch,
             .large = shape[0] == 67};
    for (std::size_t i = 0; i < of.draws.size(); ++i)
      one.inputs.push_back(of.draws[i](shape, i + 1));
    cases.push_back(one);
  }
  if (of.draws.size() == 1) return;
  const std::size_t inputs = of.draws.size();
  cases.push_back(
      {.operation = of.operation,
       .name = of.name + "of_one_value",
       .inputs = {of.draws[0]({2, 3}, 1)},
       .compute = [f = of.compute, inputs](const Vars& v) { return f(Vars(inputs, v[0])); },
       .naive = [naive, inputs](const Tensors& x) { return naive(Tensors(inputs, x[0])); },
       .torch = fmt::format("(lambda b, c, d: {})(a, a, a)", of.torch)});
}

Tensor scrambled(const Shape& shape, std::size_t modulus, double divisor) {
  Tensor x = filled(shape);
  for (std::size_t i = 0; i < x.size(); ++i)
    x.data()[i] = static_cast<float>(static_cast<double>(37 * i % modulus) / divisor);
  return x;
}

std::string torch_scrambled(const Shape& shape, std::size_t modulus, double divisor) {
  std::string sizes;
  for (std::size_t size : shape) sizes += fmt::format("{}, ", size);
  return fmt::format("((torch.arange({}) * 37 % {}).reshape(({})).to(a.dtype) / {})",
                     element_count(shape), modulus, sizes, divisor);
}

}  // namespace hourglass::testing
