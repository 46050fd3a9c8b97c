#pragma once

#include <array>
#include <cstddef>
#include <cstring>
#include <type_traits>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What an operation does in backward: a function with what it captured, stored inline. It may
/// capture only handles and numbers, so that recording one costs no memory and forgetting one no
/// work.
class Backward {
 public:
  Backward() = default;
  template <class F>
  Backward(F function)
      : call_([](const std::byte* state) { (*reinterpret_cast<const F*>(state))(); }) {
    static_assert(std::is_trivially_copyable_v<F> && std::is_trivially_destructible_v<F>,
                  "a backward captures Vars and numbers by value; tensors belong to the tape");
    static_assert(sizeof(F) <= capacity && alignof(F) <= alignof(std::max_align_t));
    std::memcpy(state_.data(), static_cast<const void*>(&function), sizeof(F));
  }

  explicit operator bool() const { return call_ != nullptr; }
  void operator()() const { call_(state_.data()); }

 private:
  static constexpr std::size_t capacity = 96;
  alignas(std::max_align_t) std::array<std::byte, capacity> state_{};
  void (*call_)(const std::byte*) = nullptr;
};

}}  // namespace hourglass
