#include "tests/autograd/registry/naive.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "tests/support/tensors.hpp"

namespace hourglass::HOURGLASS_PRECISION::testing {

namespace {

using Index = std::vector<std::size_t>;

/// What the elements of x are sorted into by `key`, each group in the order of the elements.
std::map<Index, Index> grouped(const Tensor& x, const std::function<Index(const Index&)>& key) {
  std::map<Index, Index> groups;
  for (std::size_t i = 0; i < x.size(); ++i) groups[key(index_of(i, x.shape()))].push_back(i);
  return groups;
}

Numbers elements(const Tensor& x, const Index& at) {
  Numbers numbers;
  for (std::size_t i : at) numbers.push_back(x.data()[i]);
  return numbers;
}

bool has(const AxisNumbers& axes, std::size_t axis) {
  return std::find(axes.begin(), axes.end(), static_cast<int>(axis)) != axes.end();
}

}  // namespace

Tensor naive_map(const Tensor& x, const std::function<double(double)>& f) {
  Tensor y = x;
  for (std::size_t i = 0; i < x.size(); ++i) y.data()[i] = static_cast<Scalar>(f(x.data()[i]));
  return y;
}

Tensor naive_map(const Tensor& a, const Tensor& b, const std::function<double(double, double)>& f) {
  Shape shape(std::max(a.dimension(), b.dimension()));
  for (std::size_t from_end = 1; from_end <= shape.size(); ++from_end) {
    const auto size = [from_end](const Tensor& x) {
      return from_end <= x.dimension() ? x.shape()[x.dimension() - from_end] : 1;
    };
    shape[shape.size() - from_end] = size(a) == 1 ? size(b) : size(a);
  }
  Tensor y = filled(shape);
  for (std::size_t i = 0; i < y.size(); ++i) {
    const Index index = index_of(i, shape);
    y.data()[i] = static_cast<Scalar>(f(a.data()[broadcast_position(index, a.shape())],
                                        b.data()[broadcast_position(index, b.shape())]));
  }
  return y;
}

AxisNumbers resolved(const AxisNumbers& axes, std::size_t rank) {
  AxisNumbers from_front(axes.empty() ? rank : axes.size());
  std::iota(from_front.begin(), from_front.end(), 0);
  for (std::size_t i = 0; i < axes.size(); ++i)
    from_front[i] = axes[i] < 0 ? axes[i] + static_cast<int>(rank) : axes[i];
  std::sort(from_front.begin(), from_front.end());
  return from_front;
}

Tensor naive_reduce(const Tensor& x, const AxisNumbers& axes, bool keep_dims,
                    const std::function<double(const Numbers&)>& f) {
  Shape kept = x.shape(), shape;
  for (std::size_t axis = 0; axis < kept.size(); ++axis) {
    if (has(axes, axis)) kept[axis] = 1;
    if (keep_dims || !has(axes, axis)) shape.push_back(kept[axis]);
  }
  Tensor y = filled(shape, static_cast<Scalar>(f({})));
  for (const auto& [at, group] :
       grouped(x, [&](const Index& index) { return Index{broadcast_position(index, kept)}; }))
    y.data()[at[0]] = static_cast<Scalar>(f(elements(x, group)));
  return y;
}

Tensor naive_along(const Tensor& x, int axis, const std::function<Numbers(const Numbers&)>& f) {
  const auto along = static_cast<std::size_t>(resolved({axis}, x.dimension())[0]);
  Tensor y = x;
  for (const auto& [at, line] : grouped(x, [along](Index index) {
         index[along] = 0;
         return index;
       })) {
    const Numbers numbers = f(elements(x, line));
    for (std::size_t i = 0; i < line.size(); ++i)
      y.data()[line[i]] = static_cast<Scalar>(numbers[i]);
  }
  return y;
}

}  // namespace hourglass::testing
