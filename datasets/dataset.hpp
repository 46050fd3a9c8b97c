#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "autograd/tensor.hpp"

namespace hourglass::inline HOURGLASS_PRECISION {

/// A set of examples kept as bytes (0 stands for 0.0, 255 for 1.0), a quarter of their size as
/// floats. Copies and slices share the bytes; nothing changes them after reading.
class Dataset {
 public:
  /// `bytes` holds the examples one after the other, each with the shape `example_shape`:
  /// (C, H, W) for images. `labels` is empty or has one number an example.
  /// Throws DataError where the sizes do not fit together.
  Dataset(std::string name, Shape example_shape, std::vector<std::uint8_t> bytes,
          std::vector<std::uint8_t> labels = {});

  const std::string& name() const { return name_; }
  std::size_t size() const { return indices_ ? indices_->size() : count_; }
  /// (C, H, W) for images.
  const Shape& example_shape() const { return example_shape_; }
  /// F, the number of values in one example: 784 for MNIST.
  std::size_t features() const { return features_; }
  bool has_labels() const { return !labels_->empty(); }

  /// The F bytes of example `i`, and its label. Throw DataError for what the set does not have.
  const std::uint8_t* example(std::size_t i) const;
  std::uint8_t label(std::size_t i) const;

  /// The labels of examples first, …, first + count − 1; none where the set has none.
  std::vector<std::uint8_t> labels(std::size_t first, std::size_t count) const;

  /// Examples first, first + 1, …, first + count − 1 (cut at the end of the set).
  Dataset slice(std::size_t first, std::size_t count) const;
  /// The examples whose label is one of `labels`, in their order. Throws DataError without labels.
  Dataset with_labels(const std::vector<std::uint8_t>& labels) const;

  /// Writes example `i` as F numbers in 0..1.
  void read_example(std::size_t i, Scalar* out) const;
  /// Writes examples first, …, first + count − 1 as rows of numbers in 0..1.  out: (count, F),
  /// given that shape where it has another. Throws DataError past the end of the set.
  void read_rows(std::size_t first, std::size_t count, Tensor& out) const;

 private:
  /// Where among the examples in `bytes_` example `i` stands.
  std::size_t position(std::size_t i) const;

  std::string name_;
  Shape example_shape_;
  std::size_t features_ = 0;
  std::size_t count_ = 0;
  std::shared_ptr<const std::vector<std::uint8_t>> bytes_, labels_;
  std::shared_ptr<const std::vector<std::uint32_t>> indices_;  // null: all, in the file's order
};

}  // namespace hourglass::inline HOURGLASS_PRECISION
