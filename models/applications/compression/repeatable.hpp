#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "hourglass/models/core/autoencoder.hpp"

// Networks that give the same bits every time. A coder's probabilities must be the same when a file
// is read as when it was written: if a single bit differs, everything after it is noise.
//
// The last bits of a matrix product depend on its shape, on the number of threads and on the
// kernels that BLAS chose. So networks run on one thread, on batches of one size (padded with
// zeros). What remains (BLAS's kernels, the processor's vector instructions, the maths library) has
// a fingerprint: that of the model's outputs for one batch of random numbers. A file carries it, so
// that a reader whose arithmetic differs says so instead of decoding noise.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// A guard: during its lifetime everything is computed on one thread.
class OneThread {
 public:
  OneThread();
  ~OneThread();
  OneThread(const OneThread&) = delete;
  OneThread& operator=(const OneThread&) = delete;

 private:
  int threads_before_;
  bool deterministic_before_;
};

constexpr std::size_t repeatable_batch = 128;

/// network(rows), (n, F) → (n, M), for at most repeatable_batch rows, padded to that many. Throws
/// DataError if an output is not finite.
Tensor run_repeatably(const std::function<Var(Var)>& network, const Tensor& rows);

/// The fingerprint of what this machine, with this build, computes from random numbers.
std::uint64_t arithmetic_of(const std::function<Var(Var)>& down, std::size_t features,
                            const std::function<Var(Var)>& up, std::size_t numbers);
/// The same in words: "float32, OpenBLAS SkylakeX".
std::string arithmetic_name();

}}  // namespace hourglass
