#include "hourglass/models/applications/compression/repeatable.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "hourglass/autograd/base/error.hpp"
#include "hourglass/autograd/kernels/blas.hpp"
#include "hourglass/autograd/kernels/threads.hpp"
#include "hourglass/models/core/fingerprint.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

OneThread::OneThread() : threads_before_(threads()), deterministic_before_(deterministic()) {
  set_deterministic(false);  // deterministic mode cuts products into parts
  set_threads(1);
}
OneThread::~OneThread() {
  set_threads(threads_before_);
  set_deterministic(deterministic_before_);
}

Tensor run_repeatably(const std::function<Var(Var)>& network, const Tensor& rows) {
  const std::size_t count = rows.shape()[0], width = rows.shape()[1];
  Tensor batch = filled({repeatable_batch, width});
  std::copy_n(rows.data(), rows.size(), batch.data());
  Tape tape(Tape::Gradients::off);
  const Tensor& all = network(tape.constant(std::move(batch))).value();
  Tensor outputs = filled({count, all.shape()[1]});
  std::copy_n(all.data(), outputs.size(), outputs.data());
  if (!std::all_of(outputs.begin(), outputs.end(), [](Scalar x) { return std::isfinite(x); }))
    throw DataError("the model gives numbers that are not finite: nothing can be coded with it");
  return outputs;
}

std::uint64_t arithmetic_of(const std::function<Var(Var)>& down, std::size_t features,
                            const std::function<Var(Var)>& up, std::size_t numbers) {
  Rng rng(1);
  Tensor examples = filled({repeatable_batch, features}),
         codes = filled({repeatable_batch, numbers});
  rng.fill_uniform(examples, 0, 1);
  rng.fill_normal(codes, 0, 1);
  return fingerprint_of(run_repeatably(down, examples), run_repeatably(up, codes));
}

std::string arithmetic_name() {
  return fmt::format("float{}, OpenBLAS {}", 8 * sizeof(Scalar), blas_core());
}

}}  // namespace hourglass
