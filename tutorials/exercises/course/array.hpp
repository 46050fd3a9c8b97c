#pragma once

#include <cassert>
#include <cstddef>
#include <string>
#include <vector>

/// Numbers in a box of some shape, row after row: the whole of what the exercises need of a tensor.
struct Array {
  std::vector<std::size_t> shape;
  std::vector<double> data;

  Array() = default;
  /// Zeros of this shape.
  explicit Array(std::vector<std::size_t> shape_);
  Array(std::vector<std::size_t> shape_, std::vector<double> data_);

  std::size_t size() const { return data.size(); }
  std::size_t rank() const { return shape.size(); }
  double& operator[](std::size_t i) { return data[i]; }
  double operator[](std::size_t i) const { return data[i]; }
  /// Row i, column j of a matrix.
  double& at(std::size_t i, std::size_t j) { return data[i * shape[1] + j]; }
  double at(std::size_t i, std::size_t j) const { return data[i * shape[1] + j]; }
};

/// "(2, 3) [[1, 2, 3], [4, 5, 6]]"; a long one is cut.
std::string to_string(const Array& a);
