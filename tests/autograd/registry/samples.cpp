#include "tests/autograd/registry/samples.hpp"

#include <cstdlib>

#include "tests/support/tensors.hpp"

namespace hourglass::inline HOURGLASS_PRECISION::testing {

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
  for (std::size_t i = 0; i < size; ++i)
    x.data()[i] = static_cast<Scalar>((static_cast<double>(i * 11 % size) + offset) / 10 - 0.7);
  return x;
}

void add_unary(Cases& cases, const char* operation, Draw draw, const std::function<Var(Var)>& f,
               const std::string& name) {
  for (const Shape& shape : {Shape{}, Shape{1, 3, 1}, Shape{3, 7}, Shape{0, 2}})
    cases.push_back(
        {operation, name + "_" + shape_name(shape), {draw(shape, 1)}, [f](const Vars& v) {
           return f(v[0]);
         }});
}

}  // namespace hourglass::inline HOURGLASS_PRECISION::testing
