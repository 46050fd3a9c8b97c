#include "autograd/base/tensor_pool.hpp"

#include <algorithm>
#include <utility>

namespace hourglass::inline HOURGLASS_PRECISION {

void TensorPool::resize(Tensor& tensor, const Shape& shape) {
  const std::size_t count = element_count(shape);
  if (tensor.size() != count) {
    auto spare = std::find_if(spare_.begin(), spare_.end(),
                              [count](const Tensor& other) { return other.size() == count; });
    if (spare == spare_.end()) spare = spare_.insert(spare_.end(), Tensor::from_shape(shape));
    std::swap(tensor, *spare);
  }
  if (tensor.shape() != shape) tensor.reshape(shape);
}

namespace {

Tensor& number(std::deque<Tensor>& tensors, std::size_t i) {
  if (i == tensors.size()) tensors.emplace_back();
  return tensors[i];
}

}  // namespace

Scratch::Scratch(TensorPool& pool, const Shape& shape)
    : pool_(pool), tensor_(number(pool.scratch_, pool.in_use_)) {
  pool_.resize(tensor_, shape);
  ++pool_.in_use_;
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
