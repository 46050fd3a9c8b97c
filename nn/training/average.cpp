#include "hourglass/nn/training/average.hpp"

#include <algorithm>

#include "hourglass/autograd/kernels/threads.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

MovingAverage::MovingAverage(std::vector<Parameter*> parameters, double decay)
    : parameters_(std::move(parameters)), decay_(decay) {
  for (const Parameter* parameter : parameters_) averages_.push_back(parameter->value);
}

void MovingAverage::update(std::size_t step) {
  const auto t = static_cast<double>(step);
  const Scalar rest = 1 - std::min(decay_, (1 + t) / (10 + t));
  std::size_t size = 0;
  for (const Tensor& average : averages_) size += average.size();
  run_in_parts(size, [&](std::size_t part, std::size_t parts) {
    for (std::size_t k = 0; k < averages_.size(); ++k) {
      Scalar* a = averages_[k].data();
      const Scalar* w = parameters_[k]->value.data();
      const Range own = split_range(averages_[k].size(), part, parts);
#pragma omp simd
      for (std::size_t i = own.begin; i < own.end; ++i) a[i] += rest * (w[i] - a[i]);
    }
  });
}

std::vector<std::pair<std::string, Tensor*>> MovingAverage::state() {
  std::vector<std::pair<std::string, Tensor*>> all;
  for (std::size_t k = 0; k < averages_.size(); ++k)
    all.emplace_back("ema." + parameters_[k]->name, &averages_[k]);
  return all;
}

void MovingAverage::InPlace::swap() {
  if (!average_) return;
  for (std::size_t k = 0; k < average_->averages_.size(); ++k)
    std::swap(average_->parameters_[k]->value, average_->averages_[k]);
}

}}  // namespace hourglass
