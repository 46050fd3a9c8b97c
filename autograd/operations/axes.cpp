#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <span>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operation.hpp"
#include "hourglass/autograd/operations.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Axes::Axes(std::initializer_list<int> axes) : count_(axes.size()) {
  if (axes.size() > axes_.size())
    throw ShapeError(
        fmt::format("{} axes, but a tensor has at most {}", axes.size(), axes_.size()));
  std::copy(axes.begin(), axes.end(), axes_.begin());
}

Axes Axes::all() {
  Axes axes({});
  axes.all_ = true;
  return axes;
}

unsigned Axes::mask(std::size_t rank) const {
  if (all_) return (1u << rank) - 1;
  unsigned mask = 0;
  for (std::size_t i = 0; i < count_; ++i) {
    const int axis = axes_[i], from_front = axis < 0 ? axis + static_cast<int>(rank) : axis;
    if (from_front < 0 || from_front >= static_cast<int>(rank))
      throw ShapeError(fmt::format("axis {} does not exist in a value with {} axes", axis, rank));
    mask |= 1u << from_front;
  }
  return mask;
}

std::array<std::uint8_t, 8> Axes::order(std::size_t rank) const {
  std::array<std::uint8_t, 8> order{};
  unsigned seen = 0;
  for (std::size_t i = 0; i < std::min(rank, order.size()); ++i) {
    const int axis = all_ ? static_cast<int>(i) : axes_[i],
              from_front = axis < 0 ? axis + static_cast<int>(rank) : axis;
    if (from_front < 0 || from_front >= static_cast<int>(rank)) break;
    order[i] = static_cast<std::uint8_t>(from_front);
    seen |= 1u << from_front;
  }
  if (seen != (1u << rank) - 1 || (!all_ && count_ != rank))
    throw ShapeError(fmt::format("({}) is not an order of {} axes: each must be there once",
                                 fmt::join(std::span(axes_).first(count_), ", "), rank));
  return order;
}

std::size_t checked_axis(const char* operation, Var x, int axis) {
  const int rank = static_cast<int>(x.dimension()), from_front = axis < 0 ? axis + rank : axis;
  if (from_front < 0 || from_front >= rank)
    throw ShapeError(fmt::format("{}: axis {} does not exist in {}{}", operation, axis,
                                 to_text(x.shape()), in_module(x)));
  return static_cast<std::size_t>(from_front);
}

}}  // namespace hourglass
