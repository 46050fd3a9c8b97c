#include "hourglass/autograd/base/tensor_pool.hpp"

#include <algorithm>
#include <utility>

namespace hourglass { inline namespace HOURGLASS_PRECISION {

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

/// Puts one of this shape at number `first` of the tensors, of which those from there on are not in
/// use. Scratch keeps to tensors of its own: one that a value on the tape had taken over would be
/// missing in the next step.
Tensor& take(std::deque<Tensor>& tensors, std::size_t first, const Shape& shape) {
  const std::size_t count = element_count(shape);
  std::size_t idle = first;
  while (idle < tensors.size() && tensors[idle].size() != count) ++idle;
  if (idle == tensors.size()) tensors.push_back(Tensor::from_shape(shape));
  if (idle != first) std::swap(tensors[first], tensors[idle]);
  if (tensors[first].shape() != shape) tensors[first].reshape(shape);
  return tensors[first];
}

}  // namespace

Scratch::Scratch(TensorPool& pool, const Shape& shape)
    : pool_(pool), tensor_(take(pool.scratch_, pool.in_use_, shape)) {
  ++pool_.in_use_;
}

}}  // namespace hourglass
