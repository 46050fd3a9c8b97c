#include "hourglass/models/core/evaluation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/autograd/tools/watch.hpp"
#include "hourglass/models/core/code_figures.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

namespace {

/// The figures of one chunk of examples, each multiplied by how many examples it has.
Metrics figures_of_chunk(Autoencoder& model, Tape& tape, const Batch& batch, Rng noise) {
  const auto examples = static_cast<double>(batch.size());
  tape.context().draw_from(noise);
  const Loss loss = model.loss(tape, batch, noise);
  Metrics figures = {{"loss", examples * loss.total.item()}};
  for (std::size_t i = 0; i < loss.term_count; ++i)
    figures.emplace_back(loss.terms[i].name, examples * loss.terms[i].value.item());
  Var x = tape.constant(batch.x);
  const double error = examples * per_example(squared_error(model(x), x)).item();
  figures.emplace_back("mse_per_pixel", error / static_cast<double>(batch.x.shape()[1]));
  figures.emplace_back("squared_error_per_image", error);
  tape.end_forward();
  return figures;
}

/// The same. Where one of them is no finite number, the chunk runs once more on a tape that finds
/// the operation which made it so; `where` says which examples they are.
Metrics evaluate_chunk(Autoencoder& model, const Batch& batch, Rng noise,
                       const std::string& where) {
  Tape tape(Tape::Gradients::off);
  const Metrics figures = figures_of_chunk(model, tape, batch, noise);
  const auto wrong = std::find_if(figures.begin(), figures.end(),
                                  [](const auto& figure) { return !std::isfinite(figure.second); });
  if (wrong == figures.end()) return figures;
  const std::string fact =
      fmt::format("{} is no finite number: over {} it is {}", wrong->first, where, wrong->second);
  Tape checked(Tape::Gradients::off);
  watch(checked, {.check_finite = true});
  try {
    figures_of_chunk(model, checked, batch, noise);
  } catch (const NonFiniteError& cause) {
    throw NonFiniteError(fmt::format("{}: {}", fact, cause.what()));
  }
  throw NonFiniteError(fact);
}

/// Puts a figure before the two of the squared error, or in the place of the loss's part of that
/// name, which is a mean over chunks.
void set_figure(Metrics& figures, const std::string& name, double value) {
  for (auto& [known, old] : figures)
    if (known == name) {
      old = value;
      return;
    }
  figures.insert(figures.end() - 2, {name, value});
}

}  // namespace

Metrics evaluate(Autoencoder& model, const Dataset& data, Rng rng) {
  if (data.size() == 0) throw ConfigError("evaluate: the dataset has no examples");
  const ModeGuard mode = ModeGuard::evaluation(model);
  const std::size_t chunk = std::clamp<std::size_t>(500'000 / data.features(), 1, 500);
  std::vector<Metrics> chunks((data.size() + chunk - 1) / chunk);
  run_in_parallel(chunks.size(), [&](std::size_t i) {
    const std::size_t first = i * chunk, count = std::min(chunk, data.size() - first);
    Tensor rows;
    data.read_rows(first, count, rows);
    const std::vector<std::uint8_t> labels = data.labels(first, count);
    chunks[i] = evaluate_chunk(
        model, {rows, labels}, rng.fork(i),
        fmt::format("examples {} to {} of {}", first, first + count - 1, data.name()));
  });
  Metrics figures = chunks[0];
  for (std::size_t i = 1; i < chunks.size(); ++i)
    for (std::size_t k = 0; k < figures.size(); ++k) figures[k].second += chunks[i][k].second;
  for (auto& [name, sum] : figures) sum /= static_cast<double>(data.size());
  for (const auto& [name, value] : code_figures(model, data)) set_figure(figures, name, value);
  return figures;
}

double figure(const Metrics& figures, const std::string& name) {
  for (const auto& [known, value] : figures)
    if (known == name) return value;
  throw Error(fmt::format("there is no figure '{}'", name));
}

Tensor reconstruct(Autoencoder& model, const Tensor& rows) {
  const ModeGuard mode = ModeGuard::evaluation(model);
  Tape tape(Tape::Gradients::off);
  return model(tape.constant(rows)).value();
}

}}  // namespace hourglass
