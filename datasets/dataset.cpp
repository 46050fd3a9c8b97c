#include "datasets/dataset.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "autograd/error.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

namespace {

using Indices = std::vector<std::uint32_t>;

std::size_t checked_features(const std::string& name, const Shape& shape) {
  const std::size_t features = element_count(shape);
  if (features == 0)
    throw DataError(fmt::format("{}: examples of shape {} hold nothing", name, to_text(shape)));
  return features;
}

}  // namespace

Dataset::Dataset(std::string name, Shape example_shape, std::vector<std::uint8_t> bytes,
                 std::vector<std::uint8_t> labels)
    : name_(std::move(name)),
      example_shape_(std::move(example_shape)),
      features_(checked_features(name_, example_shape_)),
      count_(bytes.size() / features_),
      bytes_(std::make_shared<const std::vector<std::uint8_t>>(std::move(bytes))),
      labels_(std::make_shared<const std::vector<std::uint8_t>>(std::move(labels))) {
  if (bytes_->size() != count_ * features_)
    throw DataError(
        fmt::format("{}: {} bytes are no whole number of examples of shape {} ({} bytes)", name_,
                    bytes_->size(), to_text(example_shape_), features_));
  if (has_labels() && labels_->size() != count_)
    throw DataError(fmt::format("{}: {} examples but {} labels", name_, count_, labels_->size()));
  if (count_ > std::numeric_limits<std::uint32_t>::max())
    throw DataError(fmt::format("{}: {} examples are more than 32 bits can number", name_, count_));
}

std::size_t Dataset::position(std::size_t i) const {
  if (i >= size())
    throw DataError(fmt::format("{}: there is no example {} among {}", name_, i, size()));
  return indices_ ? (*indices_)[i] : i;
}

const std::uint8_t* Dataset::example(std::size_t i) const {
  return bytes_->data() + position(i) * features_;
}

std::uint8_t Dataset::label(std::size_t i) const {
  if (!has_labels()) throw DataError(fmt::format("{}: has no labels", name_));
  return (*labels_)[position(i)];
}

std::vector<std::uint8_t> Dataset::labels(std::size_t first, std::size_t count) const {
  std::vector<std::uint8_t> labels(has_labels() ? count : 0);
  for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = label(first + i);
  return labels;
}

Dataset Dataset::slice(std::size_t first, std::size_t count) const {
  first = std::min(first, size());
  Indices kept(std::min(count, size() - first));
  for (std::size_t i = 0; i < kept.size(); ++i)
    kept[i] = static_cast<std::uint32_t>(position(first + i));
  Dataset part = *this;
  part.indices_ = std::make_shared<const Indices>(std::move(kept));
  return part;
}

Dataset Dataset::with_labels(const std::vector<std::uint8_t>& labels) const {
  if (!has_labels()) throw DataError(fmt::format("{}: has no labels to choose examples by", name_));
  Indices kept;
  for (std::size_t i = 0; i < size(); ++i)
    if (std::find(labels.begin(), labels.end(), label(i)) != labels.end())
      kept.push_back(static_cast<std::uint32_t>(position(i)));
  Dataset part = *this;
  part.indices_ = std::make_shared<const Indices>(std::move(kept));
  return part;
}

void Dataset::read_example(std::size_t i, Scalar* out) const {
  const std::uint8_t* bytes = example(i);
  const std::size_t count = features_;  // a local: the compiler need not reload it after each write
  for (std::size_t f = 0; f < count; ++f) out[f] = bytes[f] * (Scalar{1} / 255);
}

void Dataset::read_rows(std::size_t first, std::size_t count, Tensor& out) const {
  if (first > size() || count > size() - first)
    throw DataError(fmt::format("{}: there are no examples {} to {} among {}", name_, first,
                                first + count, size()));
  const Shape shape{count, features_};
  if (out.shape() != shape) out.resize(shape);
  for (std::size_t i = 0; i < count; ++i) read_example(first + i, out.data() + i * features_);
}

}  // namespace hourglass::inline HOURGLASS_PRECISION
