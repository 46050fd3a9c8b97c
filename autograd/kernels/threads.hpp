#pragma once

#include <omp.h>

#include <cstddef>
#include <exception>

#include "hourglass/autograd/base/precision.hpp"

namespace hourglass { inline namespace HOURGLASS_PRECISION {

/// How many threads loops and products use: OpenMP's and OpenBLAS's are one pool.
void set_threads(int count);
int threads();

/// In deterministic mode work is cut into this many parts whatever the number of threads, so that
/// sums are added in one order and the same seed gives the same bits on 1, 2 and 4 threads. What it
/// costs is in docs/engine.md.
constexpr std::size_t deterministic_parts = 4;
void set_deterministic(bool on);
bool deterministic();

/// Whether the caller is one of several pieces of work that run_in_parallel runs side by side, so
/// that it should not cut its own work any further.
bool in_parallel_work();

/// Into how many parts an operation may cut its loops: one for each thread, 1 inside a piece of
/// parallel work.
std::size_t work_parts();
/// The same for loops over `size` numbers: 1 where they are too few to be worth more than one
/// thread.
inline std::size_t parts_worth(std::size_t size) {
  return size <= 65536 ? 1 : work_parts();
}

namespace detail {
inline thread_local bool in_parallel_work = false;
}

/// Runs work(0), …, work(count − 1), as many at a time as there are threads. Inside, products run
/// on one thread each: threads that meet in every product wait for the slowest of them every time,
/// and where something else keeps a core busy they wait long. Throws what the first of them threw.
template <class Work>
void run_in_parallel(std::size_t count, const Work& work) {
  if (count == 1) return work(0);  // a region of one thread would cost an allocation
  if (in_parallel_work()) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::exception_ptr failure;
  std::size_t failed = count;
#pragma omp parallel for schedule(static, 1)
  for (std::size_t i = 0; i < count; ++i) {
    detail::in_parallel_work = true;
    try {
      work(i);
    } catch (...) {
#pragma omp critical(hourglass_failure)
      if (i < failed) {
        failed = i;
        failure = std::current_exception();
      }
    }
    detail::in_parallel_work = false;
  }
  if (failure) std::rethrow_exception(failure);
}

/// The numbers begin, …, end − 1.
struct Range {
  std::size_t begin, end;
};
/// The share of 0, …, size − 1 that part number `part` of `parts` has: as even as can be.
inline Range split_range(std::size_t size, std::size_t part, std::size_t parts) {
  return {size * part / parts, size * (part + 1) / parts};
}

/// Calls work(part, parts) on each thread, with the number of its part, for work on `size` numbers;
/// work(0, 1) where they are too few to be worth more than one thread.
template <class Work>
void run_in_parts(std::size_t size, const Work& work) {
  if (size <= 65536 || threads() == 1 || in_parallel_work()) return work(0, 1);
#pragma omp parallel
  work(static_cast<std::size_t>(omp_get_thread_num()),
       static_cast<std::size_t>(omp_get_num_threads()));
}

}}  // namespace hourglass
