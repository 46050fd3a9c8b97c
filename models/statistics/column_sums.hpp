#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "hourglass/autograd/base/tensor.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// Running sums, and sums of squares, of columns, in double.
class ColumnSums {
 public:
  explicit ColumnSums(std::size_t count) : sums_(count), squares_(count) {}

  void add(const Tensor& rows) {
    const std::size_t columns = sums_.size();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double number = rows.data()[i];
      sums_[i % columns] += number;
      squares_[i % columns] += number * number;
    }
    rows_ += rows.size() / columns;
  }
  std::vector<double> means() const {
    std::vector<double> means = sums_;
    for (double& mean : means) mean /= static_cast<double>(rows_);
    return means;
  }
  std::vector<double> variances() const {
    std::vector<double> variances = means();
    for (std::size_t k = 0; k < variances.size(); ++k)
      variances[k] =
          std::max(0.0, squares_[k] / static_cast<double>(rows_) - variances[k] * variances[k]);
    return variances;
  }

 private:
  std::vector<double> sums_, squares_;
  std::size_t rows_ = 0;
};

}}  // namespace hourglass
