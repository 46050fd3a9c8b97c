#pragma once

#include <deque>
#include <vector>

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The memory of tensors, kept when it is no longer used: a training step of the same shapes as an
/// earlier one allocates nothing.
class TensorPool {
 public:
  /// Gives `tensor` this shape; its contents are then undefined. Memory of another size is set
  /// aside, and reused when that size is wanted again.
  void resize(Tensor& tensor, const Shape& shape);

 private:
  friend class Scratch;

  std::vector<Tensor> spare_;
  std::deque<Tensor> scratch_;  // a deque, so that references stay valid while it grows
  std::size_t in_use_ = 0;
};

/// A tensor for intermediate results, until the end of its block. Later ones are given back first,
/// as blocks end.
class Scratch {
 public:
  Scratch(TensorPool& pool, const Shape& shape);
  ~Scratch() { --pool_.in_use_; }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  Tensor& operator*() const { return tensor_; }
  Tensor* operator->() const { return &tensor_; }

 private:
  TensorPool& pool_;
  Tensor& tensor_;
};

}}  // namespace hourglass
