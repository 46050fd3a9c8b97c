#pragma once

#include <algorithm>
#include <cmath>
#include <hourglass/hourglass.hpp>
#include <numeric>
#include <xtensor/xsort.hpp>
#include <xtensor/xview.hpp>

#include "hourglass/drawing/pictures.hpp"

/// What chapter 12 judges by: a classifier that the models never see.
namespace hourglass {

// [judge]
/// Names digits. What its hidden layer makes of an image are the features in which samples
/// are compared.
class Judge : public Module {
 public:
  explicit Judge(Rng& rng) : body(784, 128, rng), head(128, 10, rng) {
    register_module("body", body);
    register_module("head", head);
  }
  Var forward(Var x) override { return head(relu(body(x))); }

  Tensor features(const Tensor& images) {
    Tape tape(Tape::Gradients::off);
    return relu(body(tape.constant(images))).value();
  }
  /// The probability that it gives to each class: (N, 10)
  Tensor shares(const Tensor& images) {
    Tape tape(Tape::Gradients::off);
    return softmax(forward(tape.constant(images))).value();
  }

  Loss loss(Tape& tape, const Batch& batch, Rng&) {
    return Loss("class_nats", per_example(cross_entropy(forward(tape.constant(batch.x)),
                                                        label_numbers(tape, batch, 10))));
  }

  Linear body, head;
};
// [/judge]

template <class Model>
void train(Model& model, const Dataset& data, std::size_t epochs) {
  Batches batches(data, 64, Rng(2));
  Trainer trainer(model, {.epochs = epochs, .batch = 64, .lr = 2e-3}, Rng(3));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
}

/// One code for each image, drawn from q(z | x).
inline Tensor posterior_draws(Vae& model, const Tensor& images, Rng rng) {
  Tape tape(Tape::Gradients::off);
  return model.posterior(tape.constant(images)).draw(rng).value();
}

/// The mean length of rows.
inline double length(const Tensor& rows) {
  return xt::mean(xt::sqrt(xt::sum(xt::square(rows), {1})))();
}

/// The mean of ln N(z; 0, 1) over rows.
inline double standard_normal(const Tensor& z) {
  Tape tape(Tape::Gradients::off);
  return xt::mean(standard_normal_log_density(tape.constant(z)).value())();
}

/// How far each row is from the nearest of `known`, in rising order.
inline std::vector<double> distances(const Tensor& rows, const Tensor& known) {
  std::vector<double> found;
  for (const auto& nearest : nearest_neighbours(known, rows, 1))
    found.push_back(nearest[0].distance);
  std::sort(found.begin(), found.end());
  return found;
}

inline double mean(const std::vector<double>& values) {
  return std::reduce(values.begin(), values.end()) / double(values.size());
}

/// The first rows of a tensor.
inline Tensor first(const Tensor& rows, std::size_t count) {
  return xt::view(rows, xt::range(0, std::min(count, rows.shape()[0])));
}

/// The first of each set of samples as a PNG file, a row a set.
inline std::string strips(const std::vector<Tensor>& sets, std::size_t columns) {
  std::vector<Tensor> rows;
  for (const Tensor& samples : sets) rows.push_back(first(samples, columns));
  std::vector<const Tensor*> shown;
  for (const Tensor& row : rows) shown.push_back(&row);
  return to_png(draw_rows(shown, {1, 28, 28}));
}

/// A space in which pictures can be mixed: a model's codes, or the pixels themselves.
struct Space {
  std::string name;
  Autoencoder* model;  ///< none for pixels
  Tensor train, test;  ///< where images are in it

  Tensor images(const Tensor& z) const { return model ? decode_all(*model, z) : z; }
};

// [middles]
/// Half-way between row i and row i + 1 of z.
inline Tensor middles(const Tensor& z, LatentPath by) {
  Tensor found = filled({z.shape()[0] - 1, z.shape()[1]});
  for (std::size_t i = 0; i + 1 < z.shape()[0]; ++i) {
    const Tensor ends = xt::view(z, xt::range(i, i + 2));
    const Tensor way = interpolate(ends, z.shape()[1], {.steps = 3, .by = by});
    xt::view(found, i) = xt::view(way, 1);
  }
  return found;
}
// [/middles]

// [sums]
/// The class that test image i is to be moved to: each other class in turn.
inline std::size_t asked(const Dataset& test, std::size_t i) {
  return (test.label(i) + 1 + i % 9) % 10;
}

/// Each test image's z, minus the mean of its class, plus the mean of the class asked for.
inline Tensor sums(const Space& space, const Dataset& train, const Dataset& test) {
  const std::size_t numbers = space.test.shape()[1];
  Tensor means = filled({10, numbers}), moved = space.test;
  std::vector<Scalar> counts(10);
  for (std::size_t i = 0; i < train.size(); ++i) {
    xt::view(means, train.label(i)) += xt::view(space.train, i);
    counts[train.label(i)] += 1;
  }
  for (std::size_t k = 0; k < 10; ++k) xt::view(means, k) /= counts[k];
  for (std::size_t i = 0; i < test.size(); ++i)
    xt::view(moved, i) += xt::view(means, asked(test, i)) - xt::view(means, test.label(i));
  return moved;
}
// [/sums]

/// The correlation of how far strokes lean in images a and b, row by row.
inline double same_slant(const Tensor& a, const Tensor& b) {
  const double n = double(a.shape()[0]);
  double of_a = 0, of_b = 0, ab = 0, aa = 0, bb = 0;
  for (std::size_t i = 0; i < a.shape()[0]; ++i) {
    const double s = slant(&a(i, 0), 28, 28), t = slant(&b(i, 0), 28, 28);
    of_a += s / n, of_b += t / n, ab += s * t / n, aa += s * s / n, bb += t * t / n;
  }
  return (ab - of_a * of_b) / std::sqrt((aa - of_a * of_a) * (bb - of_b * of_b));
}

}  // namespace hourglass
