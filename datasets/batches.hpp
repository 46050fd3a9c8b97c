#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/datasets/dataset.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Cuts a dataset into batches of shuffled rows. The order in an epoch is a function of (rng,
/// epoch) alone, so that a resumed training run gets the same batches.
///
///     for (std::size_t i = 0; i < batches.per_epoch(); ++i) step(batches.get(epoch, i));
class Batches {
 public:
  /// The last batch of an epoch is smaller if `batch` does not divide the number of examples.
  /// Throws DataError for an empty dataset, ConfigError for a batch of 0.
  Batches(Dataset dataset, std::size_t batch, Rng rng);

  std::size_t per_epoch() const;  ///< batches in an epoch, including a smaller last one
  std::size_t examples() const { return dataset_.size(); }

  /// Batch number `i` of epoch `epoch`: (B, F), numbers in 0..1. The tensor is reused: it is valid
  /// until the next call, and from the second epoch on no call allocates.
  const Tensor& get(std::size_t epoch, std::size_t i);

  /// The labels of the batch that `get` last returned, one per example; none if the dataset has none.
  std::span<const std::uint8_t> labels() const { return labels_; }

 private:
  Dataset dataset_;
  std::size_t batch_;
  Rng rng_;
  std::size_t shuffled_epoch_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint8_t> labels_;
  Tensor full_, last_;  // two, since resizing one tensor to the last batch's size would allocate
};

}}  // namespace hourglass
