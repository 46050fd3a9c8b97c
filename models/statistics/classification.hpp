#pragma once

#include <cstdint>
#include <vector>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/autograd/base/tensor.hpp"
#include "hourglass/datasets/dataset.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// How much codes know of classes that nobody told the model: classifiers so simple that their
// accuracy is the codes' merit, given codes, raw pixels or the codes of PCA as rows of numbers.

/// Rows of numbers and the class of each.
struct LabeledRows {
  Tensor rows;                       ///< (N, D)
  std::vector<std::uint8_t> labels;  ///< (N)

  std::size_t size() const { return labels.size(); }
  /// The rows of these numbers, with their labels.
  LabeledRows subset(const std::vector<std::uint32_t>& chosen) const;
};

/// The raw pixels, numbers in 0..1: (N, F)
Tensor to_tensor(const Dataset& data);

/// The labels of all examples. Throws ConfigError where the set has none.
std::vector<std::uint8_t> all_labels(const Dataset& data);

/// Which `count` examples keep their labels where labels are scarce: drawn from `rng`, of every
/// class as many as of the others while it lasts. Throws ConfigError for more than there are.
std::vector<std::uint32_t> choose_labeled(const std::vector<std::uint8_t>& labels,
                                          std::size_t count, Rng rng);

/// The class that most of the k nearest training rows have, of each test row (among classes with
/// equally many votes the lowest number), and the share of test rows whose own it is.
/// Fix & Hodges 1951; Cover & Hart, "Nearest neighbor pattern classification", 1967. Throws
/// ConfigError where there are no rows, or k is 0.
std::vector<std::uint8_t> knn_classes(const LabeledRows& train, const Tensor& test,
                                      std::size_t k = 5);
double knn_accuracy(const LabeledRows& train, const LabeledRows& test, std::size_t k = 5);

/// The share of labels that are equal at each place.
double accuracy_of(const std::vector<std::uint8_t>& classes,
                   const std::vector<std::uint8_t>& labels);

struct LogisticOptions {
  std::size_t epochs = 30;  ///< or as many as make `least_steps`
  std::size_t least_steps = 300;
  std::size_t batch = 256;
  double lr = 0.01;
  /// λ, among which training examples that are held out choose
  std::vector<double> penalties = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1};
};

struct LogisticResult {
  double accuracy = 0;                     ///< on the test rows
  double penalty = 0;                      ///< the λ that was chosen
  std::vector<std::uint8_t> classes = {};  ///< into which it puts the test rows
};

/// The share of test rows that multinomial logistic regression puts into their class:
///
///     p(class | x) = softmax(W s(x) + b),   minimise  −mean ln p(class | x) + λ/2 (‖W‖² + ‖b‖²)
///
/// s standardises each column by the mean and deviation of the training rows (a column that hardly
/// varies is not blown up: see `standardize`). Trained with Adam, whose learning rate falls along a
/// cosine. λ is the one with the best accuracy on the last sixth of the training rows, held out;
/// with fewer than 6,000 of them, on every sixth in turn. Then it is trained on all.
/// Throws ConfigError where there are too few rows to hold any out.
LogisticResult logistic_regression(LabeledRows train, LabeledRows test, Rng rng,
                                   const LogisticOptions& options = {});

/// x ← (x − μ) / √(σ² + σ̄²/10) by each column's μ and σ² in `train` and the mean σ̄² of all columns'
/// σ²: a pixel that was on in three images of 60,000 does not become the loudest.
void standardize(Tensor& train, Tensor& test);

}}  // namespace hourglass
