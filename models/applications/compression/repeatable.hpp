#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "hourglass/models/core/autoencoder.hpp"

// Networks that give the same bits every time. A coder's probabilities have to be the same when a
// file is read as when it was written: one bit in one of them, and all that follows is noise.
//
// A product's last bits depend on its shape, on the number of threads and on the kernels that BLAS
// chose. So networks are run on one thread, on batches of one size (filled up with zeros). What is
// left (BLAS's kernels, the processor's vectors, the mathematics library) has a fingerprint: that
// of what the model makes of one batch of random numbers. A file carries it, so that a reader whose
// arithmetic differs says so instead of decoding noise.

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// While it lives, all is computed on one thread.
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

/// network(rows), (n, F) → (n, M), for at most repeatable_batch rows; called on exactly that many.
/// Throws DataError where an output is no finite number.
Tensor run_repeatably(const std::function<Var(Var)>& network, const Tensor& rows);

/// What this machine, with this build, makes of a batch of random numbers.
std::uint64_t arithmetic_of(const std::function<Var(Var)>& down, std::size_t features,
                            const std::function<Var(Var)>& up, std::size_t numbers);
/// The same in words: "float32, OpenBLAS SkylakeX".
std::string arithmetic_name();

}}  // namespace hourglass
