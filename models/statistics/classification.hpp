#pragma once

#include <cstdint>
#include <vector>

#include "hourglass/autograd/base/random.hpp"
#include "hourglass/autograd/base/tensor.hpp"
#include "hourglass/datasets/dataset.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

// How much codes tell about classes that the model was not trained on: classifiers so simple that
// their accuracy is due to their input, which is codes, raw pixels or the codes of PCA.

/// Rows of values and the class of each.
struct LabeledRows {
  Tensor rows;                       ///< (N, D)
  std::vector<std::uint8_t> labels;  ///< (N)

  std::size_t size() const { return labels.size(); }
  /// The rows of these numbers, with their labels.
  LabeledRows subset(const std::vector<std::uint32_t>& chosen) const;
};

/// The raw pixels, values in 0..1: (N, F)
Tensor to_tensor(const Dataset& data);

/// The labels of all examples. Throws ConfigError if the set has none.
std::vector<std::uint8_t> all_labels(const Dataset& data);

/// The `count` examples that keep their labels when labels are scarce: drawn from `rng`, equally
/// many from each class as long as it lasts. Throws ConfigError for more than there are.
std::vector<std::uint32_t> choose_labeled(const std::vector<std::uint8_t>& labels,
                                          std::size_t count, Rng rng);

/// k-nearest-neighbour classification: the majority class of the k nearest training rows of each
/// test row (the lowest of classes with equally many votes), and the fraction of test rows that get
/// their own class. Fix & Hodges 1951; Cover & Hart, "Nearest neighbor pattern classification",
/// 1967. Throws ConfigError if there are no rows, or k is 0.
std::vector<std::uint8_t> knn_classes(const LabeledRows& train, const Tensor& test,
                                      std::size_t k = 5);
double knn_accuracy(const LabeledRows& train, const LabeledRows& test, std::size_t k = 5);

/// The fraction of classes that equal the label at the same place.
double accuracy_of(const std::vector<std::uint8_t>& classes,
                   const std::vector<std::uint8_t>& labels);

struct LogisticOptions {
  std::size_t epochs = 30;  ///< or more, to make `least_steps`
  std::size_t least_steps = 300;
  std::size_t batch = 256;
  double lr = 0.01;
  /// candidates for λ, chosen on held-out training examples
  std::vector<double> penalties = {1e-5, 1e-4, 1e-3, 1e-2, 1e-1};
};

struct LogisticResult {
  double accuracy = 0;                     ///< on the test rows
  double penalty = 0;                      ///< the λ that was chosen
  std::vector<std::uint8_t> classes = {};  ///< predicted for the test rows
};

/// Multinomial logistic regression, trained on `train` and measured on `test`:
///
///     p(class | x) = softmax(W s(x) + b),   minimise  −mean ln p(class | x) + λ/2 (‖W‖² + ‖b‖²)
///
/// s standardises each column by the mean and deviation of the training rows (a column that hardly
/// varies is not blown up: see `standardize`). Trained with Adam and a cosine learning-rate
/// schedule. λ is the one with the best accuracy on the last sixth of the training rows, held out;
/// with fewer than 6,000 of them, on every sixth in turn. Then it is trained on all.
/// Throws ConfigError if there are too few rows to hold any out.
LogisticResult logistic_regression(LabeledRows train, LabeledRows test, Rng rng,
                                   const LogisticOptions& options = {});

/// x ← (x − μ) / √(σ² + σ̄²/10) with each column's μ and σ² in `train`, and σ̄² the mean of σ² over
/// all columns: a pixel that was on in three images of 60,000 does not dominate.
void standardize(Tensor& train, Tensor& test);

}}  // namespace hourglass
