#include "tests/autograd/registry/samples.hpp"

#include <cstdlib>

#include "hourglass/autograd/operations.hpp"

#include "tests/autograd/registry/naive.hpp"
#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

std::string shape_name(const Shape& shape) {
  std::string name;
  for (std::size_t size : shape) name += (name.empty() ? "" : "x") + std::to_string(size);
  return name.empty() ? "scalar" : name;
}

std::string axes_name(const AxisList& axes) {
  std::string name = "axes";
  for (int axis : axes)
    name += "_" + std::string(axis < 0 ? "minus" : "") + std::to_string(std::abs(axis));
  return name;
}

Tensor positive(const Shape& shape, std::uint64_t seed) {
  return random_tensor(shape, seed, 0.4, 1.9);
}

Tensor away_from_zero(const Shape& shape, std::uint64_t seed) {
  Tensor x = positive(shape, seed);
  for (std::size_t i = 0; i < x.size(); ++i)
    if (i % 3 != 1) x.data()[i] *= -1;
  return x;
}

Tensor spaced(const Shape& shape, double offset) {
  Tensor x = filled(shape);
  const std::size_t size = x.size();
  const double step = size > 1000 ? 0.1 / 63 : 0.1;
  for (std::size_t i = 0; i < size; ++i)
    x.data()[i] = static_cast<float>((static_cast<double>(i * 11 % size) + offset) * step - 0.7);
  return x;
}

Tensor apart(const Shape& shape, std::uint64_t seed) {
  return spaced(shape, seed % 2 == 0 ? 0 : 0.5);
}

void add_pointwise(Cases& cases, const Pointwise& of) {
  std::vector<Shape> shapes = {{}, {1, 3, 1}, {3, 7}, {0, 2}};
  if (of.also_large) shapes.push_back({16, 1031});
  for (const Shape& shape : shapes)
    cases.push_back({.operation = of.operation,
                     .name = of.name + "_" + shape_name(shape),
                     .inputs = {of.draw(shape, 1)},
                     .compute = [f = of.compute](const Vars& v) { return f(v[0]); },
                     .naive = [f = of.naive](const Tensors& x) { return naive_map(x[0], f); },
                     .torch = of.torch,
                     .large = shape == Shape{16, 1031}});
}

void add_at_kinks(Cases& cases, const Pointwise& of, const std::vector<double>& at, Scalar slope) {
  cases.push_back({.operation = of.operation,
                   .name = "at_its_kinks",
                   .inputs = {tensor({at.size()}, at)},
                   .compute = [f = of.compute](const Vars& v) { return f(v[0]); },
                   .naive = [f = of.naive](const Tensors& x) { return naive_map(x[0], f); },
                   .torch = of.torch,
                   .surrogate = [slope](const Vars& v) { return affine(v[0], slope, 0); }});
}

}  // namespace hourglass::testing
