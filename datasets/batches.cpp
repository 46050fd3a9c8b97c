#include "hourglass/datasets/batches.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "hourglass/autograd/base/error.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t no_epoch = std::numeric_limits<std::size_t>::max();

}  // namespace

Batches::Batches(Dataset dataset, std::size_t batch, Rng rng)
    : dataset_(std::move(dataset)), batch_(batch), rng_(rng), shuffled_epoch_(no_epoch) {
  if (batch_ == 0) throw ConfigError("batch: 0 examples; must be at least 1");
  if (examples() == 0)
    throw DataError(fmt::format("{}: there are no examples to make batches of", dataset_.name()));
  batch_ = std::min(batch_, examples());
  order_.resize(examples());
  full_ = filled({batch_, dataset_.features()});
  labels_.reserve(batch_);
  last_ = filled({examples() % batch_, dataset_.features()});
}

std::size_t Batches::per_epoch() const {
  return (examples() + batch_ - 1) / batch_;
}

const Tensor& Batches::get(std::size_t epoch, std::size_t i) {
  if (i >= per_epoch())
    throw ConfigError(fmt::format("batch: there is no batch {} among {}", i, per_epoch()));
  if (epoch != shuffled_epoch_) {
    rng_.fork(epoch).shuffle(order_);
    shuffled_epoch_ = epoch;
  }
  const std::size_t first = i * batch_;
  const std::size_t rows = std::min(batch_, examples() - first);
  Tensor& out = rows == batch_ ? full_ : last_;
  for (std::size_t row = 0; row < rows; ++row)
    dataset_.read_example(order_[first + row], out.data() + row * dataset_.features());
  if (dataset_.has_labels()) {
    labels_.resize(rows);  // within what the constructor reserved
    for (std::size_t row = 0; row < rows; ++row) labels_[row] = dataset_.label(order_[first + row]);
  }
  return out;
}

}}  // namespace hourglass
