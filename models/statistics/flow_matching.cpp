#include "hourglass/models/statistics/flow_matching.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/operations.hpp"
#include "hourglass/models/statistics/column_sums.hpp"
#include "hourglass/nn/training/trainer.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

constexpr std::size_t frequencies = 4, time_features = 1 + 2 * frequencies;

/// t, sin 2^k π t, cos 2^k π t for k = 0 … 3: (B, 1) → (B, 9)
Var features_of(Var time) {
  const std::size_t rows = time.shape()[0];
  Var features = new_constant("time", time.tape(), {rows, time_features});
  const Scalar* t = time.value().data();
  Scalar* into = features.output().data();
  for (std::size_t i = 0; i < rows; ++i) {
    *into++ = t[i];
    for (std::size_t k = 0; k < frequencies; ++k) {
      const double angle = static_cast<double>(1 << k) * std::numbers::pi * t[i];
      *into++ = static_cast<Scalar>(std::sin(angle));
      *into++ = static_cast<Scalar>(std::cos(angle));
    }
  }
  return features;
}

/// Rows drawn with replacement, in one epoch of so many batches.
class DrawnRows {
 public:
  DrawnRows(const Tensor& rows, const FlowOptions& options, Rng rng)
      : rows_(rows),
        steps_(options.steps),
        batch_(filled({options.batch, rows.shape()[1]})),
        rng_(rng) {}

  std::size_t per_epoch() const { return steps_; }
  std::size_t examples() const { return steps_ * batch_.shape()[0]; }
  const Tensor& get(std::size_t, std::size_t step) {
    Rng rng = rng_.fork(step);
    const std::size_t columns = rows_.shape()[1];
    for (std::size_t i = 0; i < batch_.shape()[0]; ++i) {
      const std::size_t row = rng.below(static_cast<std::uint32_t>(rows_.shape()[0]));
      std::copy_n(rows_.data() + row * columns, columns, batch_.data() + i * columns);
    }
    return batch_;
  }

 private:
  const Tensor& rows_;
  std::size_t steps_;
  Tensor batch_;
  Rng rng_;
};

}  // namespace

FlowMatching::FlowMatching(const Tensor& rows, const FlowOptions& options, Rng rng) {
  if (rows.shape()[0] < 2)
    throw ConfigError(
        fmt::format("a flow needs two rows or more to be fitted to, not {}", rows.shape()[0]));
  if (!std::all_of(rows.begin(), rows.end(), [](Scalar z) { return std::isfinite(z); }))
    throw ConfigError("a flow cannot be fitted: some codes are not finite");
  const std::size_t columns = rows.shape()[1];
  ColumnSums sums(columns);
  sums.add(rows);
  means_ = sums.means();
  for (double variance : sums.variances()) deviations_.push_back(std::sqrt(variance));
  Tensor standard = rows;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const double deviation = deviations_[i % columns];
    standard.data()[i] =
        deviation > 0 ? static_cast<Scalar>((rows.data()[i] - means_[i % columns]) / deviation) : 0;
  }

  std::vector<std::size_t> sizes = {columns + time_features};
  sizes.insert(sizes.end(), options.hidden.begin(), options.hidden.end());
  sizes.push_back(columns);
  Rng weights = rng.fork(0);
  add_dense_layers(network_, sizes, "silu", weights);
  const auto loss = [this](Tape& tape, const Batch& batch, Rng& noise) {
    Var z = tape.constant(batch.x), n = normal_like(z, noise);
    Var t = new_constant("t", tape, {batch.size(), 1});
    noise.fill_uniform(t.output(), 0, 1);
    Var along = (1 - t) * n + t * z;
    return Loss("velocity_error", per_example(squared_error(velocity(along, t), z - n)));
  };
  DrawnRows batches(standard, options, rng.fork(1));
  Trainer trainer(network_, loss, {.epochs = 1, .batch = options.batch, .lr = options.lr},
                  rng.fork(2));
  Progress quiet(Progress::Show::nothing);
  trainer.fit(batches, quiet);
}

Var FlowMatching::velocity(Var z, Var time) {
  return network_(concatenate(z, features_of(time), 1));
}

/// Where noise z at t = 0 is at t = 1. Heun's method goes each step with the mean of the velocities
/// at its beginning and at its end.
Tensor FlowMatching::flow(Tensor z) {
  constexpr std::size_t steps = 40;
  constexpr Scalar length = Scalar{1} / steps;
  Tape tape(Tape::Gradients::off);
  for (std::size_t k = 0; k < steps; ++k) {
    tape.reset();
    const Scalar t = static_cast<Scalar>(k) * length;
    const Shape one_each = {z.shape()[0], 1};
    Var here = tape.constant(z);
    Var first = velocity(here, filled(tape, one_each, t));
    Var second = velocity(here + length * first, filled(tape, one_each, t + length));
    z = Tensor((here + (length / 2) * (first + second)).value());
  }
  return z;
}

Tensor FlowMatching::draw(std::size_t count, Rng& rng, double temperature) {
  constexpr std::size_t chunk = 1000;  // rows that are on the way together
  const std::size_t columns = means_.size();
  Tensor rows = filled({count, columns});
  rng.fill_normal(rows, 0, static_cast<Scalar>(temperature));
  for (std::size_t first = 0; first < count; first += chunk) {
    const std::size_t some = std::min(chunk, count - first);
    Tensor part = filled({some, columns});
    std::copy_n(rows.data() + first * columns, part.size(), part.data());
    part = flow(std::move(part));
    for (std::size_t i = 0; i < part.size(); ++i)
      rows.data()[first * columns + i] =
          static_cast<Scalar>(means_[i % columns] + deviations_[i % columns] * part.data()[i]);
  }
  return rows;
}

}}  // namespace hourglass
