#include "hourglass/models/core/inference.hpp"

#include <algorithm>

#include "hourglass/autograd/kernels/threads.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

void InferenceRows::read(std::size_t first, std::size_t count, Tensor& rows) const {
  if (data_) return data_->read_rows(first, count, rows);
  const std::size_t columns = rows_->shape()[1];
  rows = filled({count, columns});
  std::copy_n(rows_->data() + first * columns, count * columns, rows.data());
}

std::vector<std::uint8_t> InferenceRows::labels(std::size_t first, std::size_t count) const {
  return data_ ? data_->labels(first, count) : std::vector<std::uint8_t>{};
}

void infer(Module& model, const InferenceRows& rows, const UseBatch& use, std::size_t batch) {
  const ModeGuard mode = ModeGuard::evaluation(model);
  run_in_parallel((rows.size() + batch - 1) / batch, [&](std::size_t i) {
    const std::size_t first = i * batch, count = std::min(batch, rows.size() - first);
    Tensor x;
    rows.read(first, count, x);
    const std::vector<std::uint8_t> labels = rows.labels(first, count);
    Tape tape(Tape::Gradients::off);
    use({i, first, {x, labels}, tape});
  });
}

void infer_in_order(Module& model, const InferenceRows& rows, const UseBatch& use,
                    std::size_t batch) {
  const ModeGuard mode = ModeGuard::evaluation(model);
  infer_in_order(rows, use, batch);
}

void infer_in_order(const InferenceRows& rows, const UseBatch& use, std::size_t batch) {
  Tape tape(Tape::Gradients::off);
  Tensor x;
  for (std::size_t i = 0, first = 0; first < rows.size(); ++i, first += batch) {
    const std::size_t count = std::min(batch, rows.size() - first);
    rows.read(first, count, x);
    const std::vector<std::uint8_t> labels = rows.labels(first, count);
    tape.reset();
    use({i, first, {x, labels}, tape});
  }
}

}}  // namespace hourglass
