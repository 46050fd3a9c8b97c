#pragma once

#include "logsumexp.hpp"
#include "softmax.hpp"

/// The mean over rows of −log softmax(xᵢ)[labelᵢ], in nats. x holds logits: any real numbers.
inline double cross_entropy(const Array& x, const std::vector<std::size_t>& labels);

/// Its gradient with respect to x.
inline Array cross_entropy_backward(const Array& x, const std::vector<std::size_t>& labels);

// BEGIN SOLUTION
inline double cross_entropy(const Array& x, const std::vector<std::size_t>& labels) {
  double sum = 0;
  const std::size_t classes = x.shape[1];
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto row = x.data.begin() + static_cast<std::ptrdiff_t>(i * classes);
    sum += logsumexp({row, row + static_cast<std::ptrdiff_t>(classes)}) - x.at(i, labels[i]);
  }
  return sum / static_cast<double>(labels.size());
}

inline Array cross_entropy_backward(const Array& x, const std::vector<std::size_t>& labels) {
  Array dx = softmax(x);
  for (std::size_t i = 0; i < labels.size(); ++i) dx.at(i, labels[i]) -= 1;
  for (double& each : dx.data) each /= static_cast<double>(labels.size());
  return dx;
}
// STUB
//| // TODO: both of them; softmax() and logsumexp() are available.
//| inline double cross_entropy(const Array&, const std::vector<std::size_t>&) { return 0; }
//| inline Array cross_entropy_backward(const Array& x, const std::vector<std::size_t>&) { return x; }
// END SOLUTION
