#include "hourglass/models/statistics/classification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/models/statistics/nearest_neighbours.hpp"
#include "hourglass/nn/layers/linear.hpp"
#include "hourglass/nn/training/trainer.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

Tensor to_tensor(const Dataset& data) {
  Tensor rows;
  data.read_rows(0, data.size(), rows);
  return rows;
}

std::vector<std::uint8_t> all_labels(const Dataset& data) {
  if (!data.has_labels())
    throw ConfigError(data.name() + ": has no labels, so that nothing can be classified");
  return data.labels(0, data.size());
}

std::vector<std::uint32_t> choose_labeled(const std::vector<std::uint8_t>& labels,
                                          std::size_t count, Rng rng) {
  if (count == 0 || count > labels.size())
    throw ConfigError(fmt::format("{} labels are wanted, but there are {}", count, labels.size()));
  std::vector<std::uint32_t> order(labels.size());
  rng.shuffle(order);
  std::map<std::uint8_t, std::vector<std::uint32_t>> of_class;
  for (std::uint32_t i : order) of_class[labels[i]].push_back(i);
  std::vector<std::uint32_t> chosen;
  for (std::size_t round = 0; chosen.size() < count; ++round)
    for (const auto& [label, members] : of_class)
      if (round < members.size() && chosen.size() < count) chosen.push_back(members[round]);
  return chosen;
}

LabeledRows LabeledRows::subset(const std::vector<std::uint32_t>& chosen) const {
  const std::size_t columns = rows.shape()[1];
  LabeledRows picked{filled({chosen.size(), columns}), {}};
  for (std::size_t i = 0; i < chosen.size(); ++i) {
    std::copy_n(rows.data() + chosen[i] * columns, columns, picked.rows.data() + i * columns);
    picked.labels.push_back(labels[chosen[i]]);
  }
  return picked;
}

// ---- Nearest neighbours

namespace {

std::uint8_t most_common(const std::vector<Neighbour>& neighbours,
                         const std::vector<std::uint8_t>& labels) {
  std::array<std::size_t, 256> votes{};
  for (const Neighbour& neighbour : neighbours) ++votes[labels[neighbour.row]];
  return static_cast<std::uint8_t>(std::max_element(votes.begin(), votes.end()) - votes.begin());
}

void expect_rows(const Tensor& train, const Tensor& test) {
  if (train.size() == 0 || test.size() == 0)
    throw ConfigError("there are no examples to compare with, or none to classify");
}

}  // namespace

std::vector<std::uint8_t> knn_classes(const LabeledRows& train, const Tensor& test, std::size_t k) {
  expect_rows(train.rows, test);
  std::vector<std::uint8_t> classes;
  for (const std::vector<Neighbour>& nearest : nearest_neighbours(train.rows, test, k))
    classes.push_back(most_common(nearest, train.labels));
  return classes;
}

double knn_accuracy(const LabeledRows& train, const LabeledRows& test, std::size_t k) {
  return accuracy_of(knn_classes(train, test.rows, k), test.labels);
}

double accuracy_of(const std::vector<std::uint8_t>& classes,
                   const std::vector<std::uint8_t>& labels) {
  std::size_t correct = 0;
  for (std::size_t i = 0; i < labels.size(); ++i) correct += classes[i] == labels[i];
  return static_cast<double>(correct) / static_cast<double>(labels.size());
}

// ---- Logistic regression

void standardize(Tensor& train, Tensor& test) {
  const std::size_t rows = train.shape()[0], columns = train.shape()[1];
  std::vector<double> means(columns), variances(columns);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) means[j] += train.data()[i * columns + j];
  for (double& mean : means) mean /= static_cast<double>(rows);
  for (std::size_t i = 0; i < rows; ++i)
    for (std::size_t j = 0; j < columns; ++j) {
      const double difference = train.data()[i * columns + j] - means[j];
      variances[j] += difference * difference / static_cast<double>(rows);
    }
  const double least =
      0.1 * std::accumulate(variances.begin(), variances.end(), 0.0) / static_cast<double>(columns);
  std::vector<Scalar> shift(columns), scale(columns);
  for (std::size_t j = 0; j < columns; ++j) {
    shift[j] = static_cast<Scalar>(means[j]);
    scale[j] = static_cast<Scalar>(1 / std::sqrt(std::max(variances[j] + least, 1e-30)));
  }
  for (Tensor* tensor : {&train, &test})
    for (std::size_t i = 0; i < tensor->shape()[0]; ++i)
      for (std::size_t j = 0; j < columns; ++j) {
        Scalar& number = tensor->data()[i * columns + j];
        number = (number - shift[j]) * scale[j];
      }
}

namespace {

/// Batches of the chosen rows for a Trainer, reshuffled in every epoch.
class RowBatches {
 public:
  RowBatches(const LabeledRows& all, std::vector<std::uint32_t> chosen, std::size_t batch, Rng rng)
      : all_(all), chosen_(std::move(chosen)), batch_(std::min(batch, chosen_.size())), rng_(rng) {}

  std::size_t per_epoch() const { return (chosen_.size() + batch_ - 1) / batch_; }
  std::size_t examples() const { return chosen_.size(); }

  const Tensor& get(std::size_t epoch, std::size_t i) {
    if (i == 0 || order_.empty()) {
      order_.resize(chosen_.size());
      rng_.fork(epoch).shuffle(order_);
    }
    std::vector<std::uint32_t> numbers;
    for (std::size_t n = i * batch_; n < std::min((i + 1) * batch_, order_.size()); ++n)
      numbers.push_back(chosen_[order_[n]]);
    current_ = all_.subset(numbers);
    return current_.rows;
  }
  std::span<const std::uint8_t> labels() const { return current_.labels; }

 private:
  const LabeledRows& all_;
  std::vector<std::uint32_t> chosen_, order_;
  std::size_t batch_;
  Rng rng_;
  LabeledRows current_;
};

/// softmax(W x + b), trained on the chosen rows.
class Regression {
 public:
  Regression(const LabeledRows& all, std::size_t classes, Rng rng)
      : all_(all), classes_(classes), rng_(rng), layer_(all.rows.shape()[1], classes, rng_) {
    layer_.weight.value.fill(0);
    layer_.bias.value.fill(0);
  }

  void train(std::vector<std::uint32_t> chosen, double penalty, const LogisticOptions& options) {
    RowBatches batches(all_, std::move(chosen), options.batch, rng_.fork(0));
    const std::size_t steps = batches.per_epoch();
    const TrainingOptions training = {
        .epochs = std::max(options.epochs, (options.least_steps + steps - 1) / steps),
        .batch = options.batch,
        .lr = options.lr,
        .schedule = "cosine",
        .weight_decay = penalty};
    const auto loss = [this](Tape& tape, const Batch& batch, Rng&) {
      Var logits = layer_(tape.constant(batch.x));
      return Loss("nats", per_example(cross_entropy(logits, label_numbers(tape, batch, classes_))));
    };
    Trainer trainer(layer_, loss, training, rng_.fork(1), Trainer::Shards::whole_batch);
    Progress nothing(Progress::Show::nothing);
    trainer.fit(batches, nothing);
  }

  /// The class with the largest logit for each of the chosen rows.
  std::vector<std::uint8_t> classes_of(const LabeledRows& rows,
                                       const std::vector<std::uint32_t>& chosen) {
    constexpr std::size_t chunk = 1000;
    std::vector<std::uint8_t> classes;
    for (std::size_t first = 0; first < chosen.size(); first += chunk) {
      const auto begin = chosen.begin() + static_cast<std::ptrdiff_t>(first);
      const auto count = std::min(chunk, chosen.size() - first);
      const LabeledRows some = rows.subset({begin, begin + static_cast<std::ptrdiff_t>(count)});
      Tape tape(Tape::Gradients::off);
      const Tensor& logits = layer_(tape.constant(some.rows)).value();
      for (std::size_t i = 0; i < count; ++i) {
        const Scalar* row = logits.data() + i * classes_;
        classes.push_back(static_cast<std::uint8_t>(std::max_element(row, row + classes_) - row));
      }
    }
    return classes;
  }

  /// How many of the chosen rows are classified correctly.
  std::size_t correct(const LabeledRows& rows, const std::vector<std::uint32_t>& chosen) {
    const std::vector<std::uint8_t> classes = classes_of(rows, chosen);
    std::size_t correct = 0;
    for (std::size_t i = 0; i < chosen.size(); ++i) correct += classes[i] == rows.labels[chosen[i]];
    return correct;
  }

 private:
  const LabeledRows& all_;
  std::size_t classes_;
  Rng rng_;
  Linear layer_;
};

/// first, …, last − 1
std::vector<std::uint32_t> numbers_from(std::size_t first, std::size_t last) {
  std::vector<std::uint32_t> numbers(last - first);
  std::iota(numbers.begin(), numbers.end(), static_cast<std::uint32_t>(first));
  return numbers;
}

/// How many of the held-out rows are classified correctly after training on the others.
std::size_t correct_when_held_out(const LabeledRows& train, std::size_t classes, Range out,
                                  double penalty, Rng rng, const LogisticOptions& options) {
  std::vector<std::uint32_t> kept = numbers_from(0, out.begin);
  const auto after = numbers_from(out.end, train.size());
  kept.insert(kept.end(), after.begin(), after.end());
  Regression regression(train, classes, rng);
  regression.train(std::move(kept), penalty, options);
  return regression.correct(train, numbers_from(out.begin, out.end));
}

/// The λ with the best held-out accuracy, the last of equally good ones.
double choose_penalty(const LabeledRows& train, std::size_t classes, Rng rng,
                      const LogisticOptions& options) {
  constexpr std::size_t sixths = 6, few = 6000;
  const std::size_t folds = train.size() < few ? sixths : 1;
  std::vector<std::size_t> correct(options.penalties.size() * folds);
  run_in_parallel(correct.size(), [&](std::size_t i) {
    const Range out = split_range(train.size(), sixths - 1 - i % folds, sixths);
    correct[i] =
        correct_when_held_out(train, classes, out, options.penalties[i / folds], rng, options);
  });
  double chosen = 0;
  std::size_t best = 0;
  for (std::size_t p = 0; p < options.penalties.size(); ++p) {
    const auto first = correct.begin() + static_cast<std::ptrdiff_t>(p * folds);
    const auto sum =
        std::accumulate(first, first + static_cast<std::ptrdiff_t>(folds), std::size_t{0});
    if (sum < best) continue;
    best = sum;
    chosen = options.penalties[p];
  }
  return chosen;
}

}  // namespace

LogisticResult logistic_regression(LabeledRows train, LabeledRows test, Rng rng,
                                   const LogisticOptions& options) {
  expect_rows(train.rows, test.rows);
  if (train.size() < 6)
    throw ConfigError(
        fmt::format("{} labelled examples are too few to hold one of six out", train.size()));
  standardize(train.rows, test.rows);
  const std::size_t classes = 1 + *std::max_element(train.labels.begin(), train.labels.end());
  LogisticResult result;
  result.penalty = choose_penalty(train, classes, rng, options);
  Regression regression(train, classes, rng);
  regression.train(numbers_from(0, train.size()), result.penalty, options);
  result.classes = regression.classes_of(test, numbers_from(0, test.size()));
  result.accuracy = accuracy_of(result.classes, test.labels);
  return result;
}

}}  // namespace hourglass
