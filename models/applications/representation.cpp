#include "hourglass/models/applications/representation.hpp"

#include <algorithm>
#include <utility>

#include "hourglass/models/statistics/ridge.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

template <class Number>
std::vector<Number> select(const std::vector<Number>& numbers,
                           const std::vector<std::uint32_t>& chosen) {
  std::vector<Number> some;
  some.reserve(chosen.size());
  for (std::uint32_t i : chosen) some.push_back(numbers[i]);
  return some;
}

ProbeMetrics::Classification classify(LabeledRows train, const LabeledRows& test,
                                      std::size_t neighbours, const Rng& rng) {
  ProbeMetrics::Classification metrics;
  metrics.knn_accuracy = knn_accuracy(train, test, neighbours);
  const LogisticResult logistic = logistic_regression(std::move(train), test, rng);
  metrics.linear_accuracy = logistic.accuracy;
  metrics.linear_penalty = logistic.penalty;
  return metrics;
}

}  // namespace

double ProbeMetrics::Classification::best_accuracy() const {
  return std::max(linear_accuracy, knn_accuracy);
}

Tensor select_rows(const Tensor& rows, const std::vector<std::uint32_t>& chosen) {
  const std::size_t columns = rows.shape()[1];
  Tensor some = filled({chosen.size(), columns});
  for (std::size_t i = 0; i < chosen.size(); ++i)
    std::copy_n(rows.data() + chosen[i] * columns, columns, some.data() + i * columns);
  return some;
}

ProbeMetrics probe(const Tensor& train, const Tensor& test, const ProbeTask& task,
                   const std::vector<std::uint32_t>& chosen, std::size_t neighbours,
                   const Rng& rng) {
  const Tensor known = select_rows(train, chosen);
  ProbeMetrics metrics;
  for (const Target& target : task.targets) {
    const RidgeResult ridge =
        ridge_regression(known, select(target.train, chosen), test, target.test);
    metrics.regressions.push_back({target.name, ridge.r2, ridge.rmse});
  }
  if (task.has_classes())
    metrics.classification = classify({known, select(task.train_labels, chosen)},
                                      {test, task.test_labels}, neighbours, rng);
  return metrics;
}

}}  // namespace hourglass
