#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "hourglass/datasets/dataset.hpp"
#include "hourglass/nn/batch.hpp"
#include "hourglass/nn/module.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// What a model is run on: the examples of a dataset, or rows of numbers, (N, F).
class InferenceRows {
 public:
  InferenceRows(const Dataset& data) : data_(&data) {}
  InferenceRows(const Tensor& rows) : rows_(&rows) {}

  std::size_t size() const { return data_ ? data_->size() : rows_->shape()[0]; }
  void read(std::size_t first, std::size_t count, Tensor& rows) const;
  /// Of a dataset that has them, else none.
  std::vector<std::uint8_t> labels(std::size_t first, std::size_t count) const;

 private:
  const Dataset* data_ = nullptr;
  const Tensor* rows_ = nullptr;
};

/// Some rows that go through a model together.
struct InferenceBatch {
  std::size_t index;  ///< which batch it is, from 0: what a generator is forked by
  std::size_t first;  ///< its first row
  Batch batch;        ///< its rows, with their labels
  Tape& tape;         ///< empty, and without gradients

  std::size_t size() const { return batch.size(); }
  Var x() const { return tape.constant(batch.x); }
};

using UseBatch = std::function<void(const InferenceBatch&)>;
constexpr std::size_t inference_batch = 500;  ///< rows, unless a caller says otherwise

/// Runs `use` on all rows, `batch` at a time, while the model is out of training: as many batches
/// side by side as there are threads, so that each writes to a place of its own.
void infer(Module& model, const InferenceRows& rows, const UseBatch& use,
           std::size_t batch = inference_batch);

/// The same, one batch after the other and each on all threads, for sums that depend on their order
/// and generators that batches draw from in turn.
void infer_in_order(Module& model, const InferenceRows& rows, const UseBatch& use,
                    std::size_t batch = inference_batch);

/// The same where there is no model that could be in training.
void infer_in_order(const InferenceRows& rows, const UseBatch& use,
                    std::size_t batch = inference_batch);

}}  // namespace hourglass
