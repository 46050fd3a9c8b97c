#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/nn/batch.hpp"
#include "hourglass/nn/module.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// The input of a model: the examples of a dataset, or rows of values, (N, F).
class InferenceRows {
 public:
  InferenceRows(const Dataset& data) : data_(&data) {}
  InferenceRows(const Tensor& rows) : rows_(&rows) {}

  std::size_t size() const { return data_ ? data_->size() : rows_->shape()[0]; }
  void read(std::size_t first, std::size_t count, Tensor& rows) const;
  /// The labels of a dataset; empty if it has none.
  std::vector<std::uint8_t> labels(std::size_t first, std::size_t count) const;

 private:
  const Dataset* data_ = nullptr;
  const Tensor* rows_ = nullptr;
};

/// A batch of rows that go through a model together.
struct InferenceBatch {
  std::size_t index;  ///< the number of the batch, from 0, by which generators are forked
  std::size_t first;  ///< its first row
  Batch batch;        ///< its rows, with their labels
  Tape& tape;         ///< empty, and without gradients

  std::size_t size() const { return batch.size(); }
  Var x() const { return tape.constant(batch.x); }
};

using UseBatch = std::function<void(const InferenceBatch&)>;
constexpr std::size_t inference_batch = 500;  ///< the default number of rows in a batch

/// Calls `use` on all rows, `batch` at a time, with the model in evaluation mode. Batches run in
/// parallel on all threads, so each must write to a place of its own.
void infer(Module& model, const InferenceRows& rows, const UseBatch& use,
           std::size_t batch = inference_batch);

/// The same one batch after another, each on all threads: for sums that depend on the order, and
/// for generators that batches draw from in turn.
void infer_in_order(Module& model, const InferenceRows& rows, const UseBatch& use,
                    std::size_t batch = inference_batch);

/// The same for computations without a model.
void infer_in_order(const InferenceRows& rows, const UseBatch& use,
                    std::size_t batch = inference_batch);

}}  // namespace hourglass
